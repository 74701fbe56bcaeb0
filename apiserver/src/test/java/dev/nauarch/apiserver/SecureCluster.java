package dev.nauarch.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nauarch.api.catalog.Catalog;
import dev.nauarch.apiserver.authentication.AccountKeys;
import dev.nauarch.apiserver.certificates.CertificateRequest;
import dev.nauarch.apiserver.certificates.ClusterCertificates;
import dev.nauarch.apiserver.certificates.Credential;
import dev.nauarch.apiserver.http.TlsIdentity;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.port.MemoryView;
import dev.nauarch.apiserver.strategy.network.AddressRange;
import dev.nauarch.apiserver.strategy.network.ServiceAllocator;
import dev.nauarch.client.tls.TlsContexts;
import dev.nauarch.store.Store;
import dev.nauarch.store.memory.MemoryStore;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import tools.jackson.databind.node.ObjectNode;

/**
 * A cluster's API server over HTTPS, and whoever talks to it: by certificate, token, or neither.
 */
public final class SecureCluster implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Store store = new MemoryStore();
  private final ClusterCertificates certificates;
  private final ApiServer server;
  private final List<HttpClient> clients = new ArrayList<>();
  private final Caller admin;

  private SecureCluster(Path directory, InstantSource clock, UnaryOperator<ClusterOptions> settings)
      throws IOException {
    certificates =
        ClusterCertificates.open(
            directory,
            new ClusterCertificates.Options("localhost", "10.96.0.1", List.of("127.0.0.1")),
            clock);
    var listening =
        new ApiServerOptions(
            List.of("127.0.0.1"),
            0,
            identity(certificates.server()),
            identity(certificates.agentClient()),
            TestServer.VERSION,
            true,
            ApiServerOptions.PATIENCE);
    var options =
        new ClusterOptions(
            listening,
            new Trust(certificates.signer(), AccountKeys.of(certificates.serviceAccountKeys())),
            new ServiceAllocator.Options(new AddressRange("10.96.0.0/16"), 30000, 32767),
            "10.96.0.1",
            443,
            "127.0.0.1",
            certificates.frontProxy());
    server =
        ApiServer.start(settings.apply(options), Catalog.builtIn(TestServer.VERSION), store, clock);
    admin = by(certificates.admin());
  }

  /** A cluster that keeps its keys in a directory. */
  public static SecureCluster start(Path directory) throws IOException {
    return start(directory, InstantSource.system());
  }

  /** The same by another clock. */
  public static SecureCluster start(Path directory, InstantSource clock) throws IOException {
    return start(directory, clock, options -> options);
  }

  /** The same with other settings. */
  public static SecureCluster start(
      Path directory, InstantSource clock, UnaryOperator<ClusterOptions> settings)
      throws IOException {
    return new SecureCluster(directory, clock, settings);
  }

  /** An answer. */
  public record Answer(int code, String text, ObjectNode body) {

    /** The message of a Status. */
    public String message() {
      return body.path("message").asString("");
    }
  }

  /** Somebody who sends requests. */
  public final class Caller {
    private final HttpClient client;
    private final List<String> headers;

    private Caller(HttpClient client, List<String> headers) {
      this.client = client;
      this.headers = headers;
    }

    /** The same with further headers, each a name and a value. */
    public Caller with(String... more) {
      var all = new ArrayList<>(headers);
      all.addAll(List.of(more));
      return new Caller(client, all);
    }

    /** Reads. */
    public Answer get(String path) throws IOException, InterruptedException {
      return send("GET", path, "", "application/json");
    }

    /** Deletes. */
    public Answer delete(String path) throws IOException, InterruptedException {
      return send("DELETE", path, "", "application/json");
    }

    /** Sends relaxed JSON. */
    public Answer send(String method, String path, String json)
        throws IOException, InterruptedException {
      var type = method.equals("PATCH") ? "application/merge-patch+json" : "application/json";
      return send(method, path, MemoryView.tree(json).toString(), type);
    }

    /** Creates from relaxed JSON, which must succeed. */
    public ObjectNode create(String path, String json) throws IOException, InterruptedException {
      var answer = send("POST", path, json);
      assertEquals(201, answer.code(), answer.text());
      return answer.body();
    }

    /** Sends any text. */
    public Answer send(String method, String path, String body, String type)
        throws IOException, InterruptedException {
      var request =
          HttpRequest.newBuilder(URI.create(url() + path))
              .timeout(PATIENCE)
              .header("Content-Type", type)
              .method(method, HttpRequest.BodyPublishers.ofString(body));
      if (!headers.isEmpty()) {
        request.headers(headers.toArray(String[]::new));
      }
      HttpResponse<String> answer = client.send(request.build(), BodyHandlers.ofString());
      var bytes = answer.body().getBytes(StandardCharsets.UTF_8);
      return new Answer(
          answer.statusCode(), answer.body(), Json.parse(bytes).orElseGet(Json::object));
    }

    /** Reads until what is there is as wanted. */
    public ObjectNode await(String path, Predicate<Answer> isWanted)
        throws IOException, InterruptedException {
      var deadline = System.nanoTime() + PATIENCE.toNanos();
      while (true) {
        var answer = get(path);
        if (isWanted.test(answer)) {
          return answer.body();
        }
        if (System.nanoTime() > deadline) {
          throw new AssertionError(path + " stayed " + answer.text());
        }
        LockSupport.parkNanos(2_000_000);
      }
    }
  }

  /** The administrator. */
  public Caller admin() {
    return admin;
  }

  /** Somebody who shows nothing. */
  public Caller stranger() {
    return caller(Optional.empty());
  }

  /** Somebody who shows a token. */
  public Caller byToken(String token) {
    return stranger().with("Authorization", "Bearer " + token);
  }

  /** Somebody who shows a certificate. */
  public Caller by(Credential credential) {
    return by(List.of(credential.certificate()), credential.key());
  }

  /** Somebody who shows a chain of certificates. */
  public Caller by(List<X509Certificate> chain, PrivateKey key) {
    return caller(Optional.of(new TlsContexts.Identity(chain, key)));
  }

  /** A user of a name and of groups, by a certificate made for the purpose. */
  public Caller user(String name, String... groups) throws GeneralSecurityException {
    return by(credential(name, groups));
  }

  /** The certificate of a user, good from now on. */
  public Credential credential(String name, String... groups) throws GeneralSecurityException {
    return certificates
        .signer()
        .issue(CertificateRequest.client(name, List.of(groups)), Instant.now());
  }

  private Caller caller(Optional<TlsContexts.Identity> identity) {
    var client =
        HttpClient.newBuilder()
            .sslContext(TlsContexts.of(identity, List.of(certificates.authority())))
            .build();
    clients.add(client);
    return new Caller(client, List.of());
  }

  /** The cluster's keys. */
  public ClusterCertificates certificates() {
    return certificates;
  }

  /** Where it listens. */
  public String url() {
    return "https://127.0.0.1:" + server.port();
  }

  private TlsIdentity identity(Credential credential) {
    return new TlsIdentity(
        List.of(credential.certificate()), credential.key(), certificates.authority());
  }

  @Override
  public void close() {
    clients.forEach(HttpClient::close);
    server.close();
    store.close();
  }
}
