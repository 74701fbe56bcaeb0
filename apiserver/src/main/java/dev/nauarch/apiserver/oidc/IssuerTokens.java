package dev.nauarch.apiserver.oidc;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.crypto.factories.DefaultJWSVerifierFactory;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWK;
import dev.nauarch.apiserver.authentication.ServiceAccountTokens;
import dev.nauarch.apiserver.authentication.TokenAuthenticator;
import dev.nauarch.apiserver.oidc.Expression.Failure;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The tokens of one issuer. May be called from any thread; may wait for the issuer's keys. */
public final class IssuerTokens implements TokenAuthenticator {

  private static final Duration LEEWAY = Duration.ofMinutes(5);
  private static final JsonMapper JSON = new JsonMapper();

  private final Issuer issuer;
  private final IssuerKeys keys;
  private final InstantSource clock;

  /** Tokens of this issuer. */
  public IssuerTokens(Issuer issuer, InstantSource clock) {
    this.issuer = issuer;
    this.keys = new IssuerKeys(issuer);
    this.clock = clock;
  }

  @Override
  public Found find(String token, List<String> audiences) {
    try {
      var parsed = JWSObject.parse(token);
      var claims = JSON.readTree(parsed.getPayload().toBytes());
      if (!claims.path("iss").asString("").equals(issuer.url())) {
        return new Found.Nothing();
      }
      verify(parsed);
      check(claims);
      if (!audiences.contains(ServiceAccountTokens.ISSUER)) {
        throw new Failure("oidc: the token is for the API server, not for " + audiences);
      }
      return new Found.Bearer(
          new Claims(claims).user(issuer.mappings()), List.of(ServiceAccountTokens.ISSUER));
    } catch (ParseException | JacksonException e) {
      return new Found.Nothing();
    } catch (Failure e) {
      return new Found.Bad(String.valueOf(e.getMessage()));
    }
  }

  private void verify(JWSObject token) throws Failure {
    var header = token.getHeader();
    if (!issuer.algorithms().contains(header.getAlgorithm().getName())) {
      throw new Failure(
          "oidc: verify token: oidc: id token signed with unsupported algorithm, got \""
              + header.getAlgorithm()
              + '"');
    }
    var id = header.getKeyID() == null ? "" : header.getKeyID();
    for (var key : keys.find(id)) {
      if (hasSigned(key, token)) {
        return;
      }
    }
    throw new Failure(
        "oidc: verify token: failed to verify signature: failed to verify id token signature");
  }

  private static boolean hasSigned(JWK key, JWSObject token) {
    try {
      return key instanceof AsymmetricJWK asymmetric
          && token.verify(
              new DefaultJWSVerifierFactory()
                  .createJWSVerifier(token.getHeader(), asymmetric.toPublicKey()));
    } catch (JOSEException e) {
      // A key of another sort.
      return false;
    }
  }

  private void check(JsonNode claims) throws Failure {
    var named = new ArrayList<String>();
    var audience = claims.path("aud");
    if (audience.isString()) {
      named.add(audience.asString());
    }
    audience.forEach(each -> named.add(each.asString("")));
    if (named.stream().noneMatch(issuer.audiences()::contains)) {
      throw new Failure(
          "oidc: verify token: oidc: expected audience in " + issuer.audiences() + " got " + named);
    }
    var now = clock.instant();
    if (!claims.path("exp").isNumber() || now.isAfter(time(claims, "exp"))) {
      throw new Failure(
          "oidc: verify token: oidc: token is expired (Token Expiry: " + time(claims, "exp") + ")");
    }
    if (claims.path("nbf").isNumber() && now.plus(LEEWAY).isBefore(time(claims, "nbf"))) {
      throw new Failure(
          "oidc: verify token: oidc: current time "
              + now
              + " before the nbf (not before) time: "
              + time(claims, "nbf"));
    }
  }

  private static Instant time(JsonNode claims, String claim) throws Failure {
    var seconds = claims.path(claim).asDouble(0);
    if (Math.abs(seconds) > Instant.MAX.getEpochSecond()) {
      throw new Failure("oidc: verify token: the time of the claim " + claim + " is out of range");
    }
    return Instant.ofEpochSecond((long) seconds);
  }
}
