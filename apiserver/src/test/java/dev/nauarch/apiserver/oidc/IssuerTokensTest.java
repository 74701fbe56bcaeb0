package dev.nauarch.apiserver.oidc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.nauarch.apiserver.ClusterOptions;
import dev.nauarch.apiserver.SecureCluster;
import dev.nauarch.apiserver.Trust;
import dev.nauarch.apiserver.authentication.ServiceAccountTokens;
import dev.nauarch.apiserver.certificates.ClusterCertificates;
import dev.nauarch.apiserver.http.TlsIdentity;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Tokens of an issuer that serves its keys over HTTPS, shown to an API server. */
class IssuerTokensTest {

  private static final String SELF = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
  private static final String MAPPINGS =
      """
        claimMappings:
          username: {claim: sub, prefix: "oidc:"}
          groups: {claim: groups, prefix: "oidc:"}
      """;

  @TempDir private Path directory;
  private final AtomicReference<JWKSet> published = new AtomicReference<>();
  private final AtomicInteger fetches = new AtomicInteger();
  private HttpsServer issuer;
  private String url;
  private String authority;
  private RSAKey key;
  private @Nullable SecureCluster started;

  @BeforeEach
  void startIssuer() throws Exception {
    var certificates =
        ClusterCertificates.open(
            directory.resolve("issuer"),
            new ClusterCertificates.Options("localhost", "10.96.0.1", List.of()),
            InstantSource.system());
    authority = certificates.authorityPem().strip().indent(8);
    var server = certificates.server();
    var identity =
        new TlsIdentity(List.of(server.certificate()), server.key(), certificates.authority());
    issuer = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    issuer.setHttpsConfigurator(new HttpsConfigurator(identity.context()));
    url = "https://127.0.0.1:" + issuer.getAddress().getPort();
    key = new RSAKeyGenerator(2048).keyID("k1").generate();
    published.set(new JWKSet(key));
    serve(
        "/.well-known/openid-configuration",
        () -> "{\"issuer\":\"" + url + "\",\"jwks_uri\":\"" + url + "/keys\"}");
    serve(
        "/keys",
        () -> {
          fetches.incrementAndGet();
          return published.get().toString(true);
        });
    issuer.start();
  }

  private void serve(String path, java.util.function.Supplier<String> content) {
    issuer.createContext(
        path,
        exchange -> {
          var bytes = content.get().getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
  }

  @AfterEach
  void stop() {
    if (started != null) {
      started.close();
    }
    issuer.stop(0);
  }

  @Test
  void aTokenOfTheIssuerLogsIn() throws Exception {
    start(MAPPINGS);
    var user = user(token("'sub':'jane','groups':['a','b']"));
    assertEquals("oidc:jane", user.path("username").asString());
    assertEquals(
        "[\"oidc:a\",\"oidc:b\",\"system:authenticated\"]", user.path("groups").toString());
    assertEquals(
        "[\"oidc:a\",\"system:authenticated\"]",
        user(token("'sub':'jane','groups':'a'")).path("groups").toString());
    assertEquals(
        "[\"system:authenticated\"]", user(token("'sub':'jane'")).path("groups").toString());
    var review =
        cluster()
            .admin()
            .create(
                "/apis/authentication.k8s.io/v1/tokenreviews",
                "{'spec':{'token':'" + token("'sub':'jane'") + "'}}");
    assertEquals("oidc:jane", review.path("status").path("user").path("username").asString());
    assertEquals(1, fetches.get());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "'sub':'j','aud':'others'",
        "'sub':'j','exp':1000",
        "'sub':'j','nbf':99999999999",
        "'sub':1",
        "'groups':['a']",
        "'sub':'j','groups':[1]",
        "'sub':'j','iss':'https://elsewhere.example.com'",
        "'sub':'j','exp':1e300"
      })
  void aTokenThatSaysWrongThingsDoesNot(String claims) throws Exception {
    start(MAPPINGS);
    assertEquals(401, cluster().byToken(token(claims)).send("POST", SELF, "{}").code());
  }

  @Test
  void aTokenThatOthersHaveSignedDoesNot() throws Exception {
    start(MAPPINGS);
    var payload = payload("'sub':'jane'");
    var other = new RSAKeyGenerator(2048).keyID("k1").generate();
    assertEquals(401, cluster().byToken(signed(other, payload)).get(SELF).code());
    var mac =
        new JWSObject(
            new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("k1").build(), new Payload(payload));
    mac.sign(new MACSigner(key.toRSAPublicKey().getEncoded()));
    assertEquals(401, cluster().byToken(mac.serialize()).get(SELF).code());
    var whole = token("'sub':'jane'");
    assertEquals(401, cluster().byToken(whole.substring(0, whole.length() - 8)).get(SELF).code());
  }

  @Test
  void keysAreFetchedAgainWhenTheIssuerChangesThem() throws Exception {
    start(MAPPINGS);
    assertEquals(201, cluster().byToken(token("'sub':'jane'")).send("POST", SELF, "{}").code());
    key = new RSAKeyGenerator(2048).keyID("k2").generate();
    published.set(new JWKSet(key));
    var caller = cluster().byToken(token("'sub':'jane'"));
    caller.await("/api", answer -> answer.code() == 200);
    assertEquals(2, fetches.get());
  }

  @Test
  void expressionsMakeUsersAndRefuseThem() throws Exception {
    start(
        """
          claimMappings:
            username: {expression: 'claims.email.split("@")[0] + ":" + claims.team'}
            groups: {expression: 'claims.roles.map(r, "role:" + r)'}
            uid: {claim: sub}
            extra: [{key: example.com/team, valueExpression: claims.team}]
          claimValidationRules:
          - {claim: hd, requiredValue: example.com}
          - {expression: 'claims.exp - claims.iat <= 86400', message: too long}
          userValidationRules:
          - {expression: '!user.username.startsWith("root")', message: no roots}
        """);
    var claims =
        "'sub':'7','email':'jane@example.com','team':'red','roles':['x'],'hd':'%s','iat':%d";
    var now = Instant.now().getEpochSecond();
    var user = user(token(claims.formatted("example.com", now)));
    assertEquals("jane:red", user.path("username").asString());
    assertEquals("7", user.path("uid").asString());
    assertEquals("[\"role:x\",\"system:authenticated\"]", user.path("groups").toString());
    assertEquals("[\"red\"]", user.path("extra").path("example.com/team").toString());
    refused(
        "oidc: required claim hd value does not match. Got = other.com, want = example.com",
        token(claims.formatted("other.com", now)));
    refused("too long", token(claims.formatted("example.com", now - 90000)));
    refused("no roots", token(claims.formatted("example.com", now).replace("jane@", "root@")));
    refused(
        "oidc: required claim hd not present in ID token",
        token(claims.formatted("x", now).replace("'hd':'x',", "")));
  }

  @Test
  void anUnverifiedAddressIsNoName() throws Exception {
    start("  claimMappings:\n    username: {claim: email, prefix: \"\"}\n");
    assertEquals(
        "a@b", user(token("'email':'a@b','email_verified':true")).path("username").asString());
    refused("oidc: email not verified", token("'email':'a@b','email_verified':false"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "URL scheme must be https | https:// | http://",
        "is required | audiences: [app] | audiences: []",
        "audienceMatchPolicy must be MatchAny | audiences: [app] | audiences: [app, b]",
        "prefix is required when claim is set | , prefix: 'oidc:' | ",
        "unknown field | audiences: [app] | audiences: [app], egress: x",
        "claim and expression can't both be set | claim: sub, prefix: 'oidc:' | claim: sub,"
            + " expression: claims.sub",
        "compilation failed | claim: sub, prefix: 'oidc:' | expression: 'claims.'",
        "Unsupported value | AuthenticationConfiguration | Pod"
      })
  void aFileThatSaysWrongThingsIsRefused(String why, String good, String bad) throws Exception {
    var text = file(MAPPINGS).replace('"', '\'');
    assertTrue(text.contains(good), text);
    var file =
        Files.writeString(
            directory.resolve("bad.yaml"), text.replace(good, bad == null ? "" : bad));
    var refusal = assertThrows(IllegalArgumentException.class, () -> IssuerFile.read(file));
    assertTrue(String.valueOf(refusal.getMessage()).contains(why), refusal.getMessage());
  }

  @Test
  void nobodyElseIsBelievedAsTheClusterItself() throws Exception {
    var text = file(MAPPINGS).replace(url, ServiceAccountTokens.ISSUER);
    var file = Files.writeString(directory.resolve("own.yaml"), text);
    var refusal = assertThrows(IllegalArgumentException.class, () -> IssuerFile.read(file));
    assertTrue(
        String.valueOf(refusal.getMessage())
            .contains("URL must not overlap with disallowed issuers"),
        refusal.getMessage());
  }

  private Path anonymous(String text) throws Exception {
    return Files.writeString(
        directory.resolve("anonymous.yaml"),
        "{apiVersion: apiserver.config.k8s.io/v1, kind: AuthenticationConfiguration, anonymous: %s}"
            .formatted(text));
  }

  @Test
  void strangersAreLetInWhereTheFileSays() throws Exception {
    start(anonymous("{enabled: true, conditions: [{path: /livez}]}"));
    assertEquals(200, cluster().stranger().get("/livez").code());
    assertEquals(200, cluster().stranger().get("/livez?verbose").code());
    for (var path : List.of("/readyz", "/livez/ping", "/version", "/api", "/")) {
      var answer = cluster().stranger().get(path);
      assertEquals(401, answer.code(), path);
      assertEquals("Unauthorized", answer.message());
    }
    assertEquals(200, cluster().admin().get("/readyz").code());
  }

  @Test
  void strangersCanBeKeptOut() throws Exception {
    start(anonymous("{enabled: false}"));
    assertEquals(401, cluster().stranger().get("/livez").code());
    assertEquals(200, cluster().admin().get("/livez").code());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "{enabled: false, conditions: [{path: /livez}]} | anonymous.conditions: Invalid value:"
            + " [{\"path\":\"/livez\"}]: enabled should be set to true when conditions are defined",
        "{} | anonymous.enabled: Required value: must be true or false",
        "{enabled: true, conditions: [{}]} | anonymous.conditions[0].path: Required value",
        "{enabled: true, paths: []} | anonymous: Invalid value: \"paths\": unknown field"
      })
  void aFileThatIsWrongAboutStrangersIsRefused(String text, String message) throws Exception {
    var file = anonymous(text);
    var refusal = assertThrows(IllegalArgumentException.class, () -> IssuerFile.read(file));
    assertEquals(file + ": " + message, refusal.getMessage());
  }

  @Test
  void flagsNameOneIssuerToo() throws Exception {
    var certificates = Files.writeString(directory.resolve("ca.pem"), authority.indent(-8));
    start(
        new IssuerFlags(
                url,
                "app",
                new IssuerFlags.Named("sub", ""),
                new IssuerFlags.Named("teams", "idp:"),
                Map.of("tenant", "a"),
                List.of("RS256"),
                Optional.of(certificates))
            .rules());
    var user = user(token("'sub':'jane','teams':['one','two'],'tenant':'a'"));
    assertEquals(url + "#jane", user.path("username").asString());
    assertEquals("idp:one", user.path("groups").path(0).asString());
    refused("oidc: required claim tenant not present", token("'sub':'jane'"));
    refused("got [other]", token("'sub':'jane','tenant':'a','aud':'other'"));
  }

  @Test
  void flagsSayHowNamesBeginAndHowTokensAreSigned() throws Exception {
    var certificates = Files.writeString(directory.resolve("ca.pem"), authority.indent(-8));
    start(
        new IssuerFlags(
                url,
                "app",
                new IssuerFlags.Named("email", ""),
                new IssuerFlags.Named("", ""),
                Map.of(),
                List.of("ES256", "RS256"),
                Optional.of(certificates))
            .rules());
    assertEquals("a@b.c", user(token("'email':'a@b.c'")).path("username").asString());
    Objects.requireNonNull(started).close();
    start(
        new IssuerFlags(
                url,
                "app",
                new IssuerFlags.Named("sub", "-"),
                new IssuerFlags.Named("", ""),
                Map.of(),
                List.of("ES256"),
                Optional.of(certificates))
            .rules());
    refused("id token signed with unsupported algorithm, got \"RS256\"", token("'sub':'jane'"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          `` | app | RS256 | oidc-issuer-url and oidc-client-id must be specified together when any oidc-* flags are set
          https://a.b | `` | RS256 | oidc-issuer-url and oidc-client-id must be specified together when any oidc-* flags are set
          https://a.b | app | HS256 | oidc: unsupported signing alg: "HS256"
          http://a.b | app | RS256 | --oidc-issuer-url: jwt[0].issuer.url: Invalid value: "http://a.b": URL scheme must be https
          """)
  void flagsThatAreWrongAreRefused(String issuer, String client, String algorithm, String why) {
    var refusal =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                new IssuerFlags(
                        issuer,
                        client,
                        new IssuerFlags.Named("sub", ""),
                        new IssuerFlags.Named("", ""),
                        Map.of(),
                        List.of(algorithm),
                        Optional.empty())
                    .rules());
    assertEquals(why, refusal.getMessage());
  }

  private void start(LoginRules logins) throws Exception {
    started = SecureCluster.start(directory, Instant::now, options -> with(options, logins));
  }

  private String file(String mappings) {
    return """
    apiVersion: apiserver.config.k8s.io/v1
    kind: AuthenticationConfiguration
    jwt:
    - issuer: {url: %s, audiences: [app], certificateAuthority: "%s"}
    %s
    """
        .formatted(url, authority.strip().replaceAll("\\n\\s*", "\\\\n") + "\\n", mappings);
  }

  private void start(String mappings) throws Exception {
    var file = Files.writeString(directory.resolve("issuers.yaml"), file(mappings));
    start(file);
  }

  private void start(Path file) throws Exception {
    start(IssuerFile.read(file));
  }

  private SecureCluster cluster() {
    return Objects.requireNonNull(started);
  }

  private static ClusterOptions with(ClusterOptions options, LoginRules logins) {
    return new ClusterOptions(
        options.server(),
        new Trust(options.trust().authority(), options.trust().accountKeys(), logins),
        options.services(),
        options.serviceAddress(),
        options.servicePort(),
        options.advertisedAddress(),
        options.frontProxy());
  }

  private void refused(String why, String token) throws Exception {
    assertEquals(401, cluster().byToken(token).get(SELF).code());
    var review =
        cluster()
            .admin()
            .create(
                "/apis/authentication.k8s.io/v1/tokenreviews",
                "{'spec':{'token':'" + token + "'}}");
    var error = review.path("status").path("error").asString();
    assertTrue(error.contains(why), error);
  }

  private JsonNode user(String token) throws Exception {
    return cluster().byToken(token).create(SELF, "{}").path("status").path("userInfo");
  }

  private String token(String claims) throws Exception {
    return signed(key, payload(claims));
  }

  private String payload(String claims) {
    var all = new StringBuilder(claims);
    if (!claims.contains("'iss'")) {
      all.append(",'iss':'").append(url).append('\'');
    }
    if (!claims.contains("'aud'")) {
      all.append(",'aud':'app'");
    }
    if (!claims.contains("'exp'")) {
      all.append(",'exp':").append(Instant.now().plus(Duration.ofMinutes(5)).getEpochSecond());
    }
    return ("{" + all + "}").replace('\'', '"');
  }

  private static String signed(RSAKey key, String payload) throws Exception {
    var header = new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(key.getKeyID()).build();
    var token = new JWSObject(header, new Payload(payload));
    token.sign(new RSASSASigner(key));
    return token.serialize();
  }
}
