package dev.nauarch.apiserver.oidc;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import dev.nauarch.apiserver.port.PutOffException;
import dev.nauarch.client.tls.TlsContexts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The keys of an issuer, as it publishes them. They are fetched when a token names a key that is
 * not known, at most once in a while, so that an issuer may change its keys and a flood of bad
 * tokens does not become one of fetches. May be called from any thread.
 */
final class IssuerKeys {

  private static final Logger LOG = LoggerFactory.getLogger(IssuerKeys.class);
  private static final Duration FETCHED_ONCE_IN = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final JsonMapper JSON = new JsonMapper();

  private final Issuer issuer;
  private final HttpClient client;
  private volatile List<JWK> keys = List.of();
  private long fetchedAtNanos;
  private boolean isFetched;

  IssuerKeys(Issuer issuer) {
    this.issuer = issuer;
    var context =
        issuer.authorities().isEmpty()
            ? TlsContexts.ofMachine(Optional.empty())
            : TlsContexts.of(Optional.empty(), issuer.authorities());
    this.client =
        HttpClient.newBuilder()
            .sslContext(context)
            .connectTimeout(PATIENCE)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
  }

  /**
   * The keys that may have signed a token.
   *
   * @param id the key that the token names; empty for any
   */
  List<JWK> find(String id) {
    var known = select(id);
    if (!known.isEmpty()) {
      return known;
    }
    fetchAgain();
    return select(id);
  }

  private List<JWK> select(String id) {
    return keys.stream().filter(key -> id.isEmpty() || id.equals(key.getKeyID())).toList();
  }

  private synchronized void fetchAgain() {
    var now = System.nanoTime();
    if (isFetched && now - fetchedAtNanos < FETCHED_ONCE_IN.toNanos()) {
      return;
    }
    PutOffException.unlessMayWait();
    try {
      keys = fetch();
    } catch (IOException e) {
      LOG.warn("The keys of {} can't be fetched: {}", issuer.url(), e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    isFetched = true;
    fetchedAtNanos = System.nanoTime();
  }

  private List<JWK> fetch() throws IOException, InterruptedException {
    try {
      var configuration = JSON.readTree(get(issuer.discoveryUrl()));
      var named = configuration.path("issuer").asString("");
      if (!named.equals(issuer.url())) {
        throw new IOException(
            "oidc: issuer did not match the issuer returned by provider, expected \""
                + issuer.url()
                + "\" got \""
                + named
                + '"');
      }
      return JWKSet.parse(get(configuration.path("jwks_uri").asString(""))).getKeys();
    } catch (JacksonException | ParseException | IllegalArgumentException e) {
      throw new IOException("its answer can't be read: " + e.getMessage(), e);
    }
  }

  private String get(String url) throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(URI.create(url)).timeout(PATIENCE).build();
    var answer = client.send(request, BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IOException(url + " answers " + answer.statusCode());
    }
    return answer.body();
  }
}
