package dev.nauarch.apiserver;

import dev.nauarch.api.catalog.Catalog;
import dev.nauarch.apiserver.authentication.AccountKeys;
import dev.nauarch.apiserver.certificates.ClusterCertificates;
import dev.nauarch.apiserver.certificates.Credential;
import dev.nauarch.apiserver.encryption.Encryption;
import dev.nauarch.apiserver.http.TlsIdentity;
import dev.nauarch.apiserver.port.User;
import dev.nauarch.apiserver.strategy.network.AddressRange;
import dev.nauarch.apiserver.strategy.network.ServiceAllocator;
import dev.nauarch.apiserver.wire.RawHttp;
import dev.nauarch.client.ClusterClient;
import dev.nauarch.store.Store;
import dev.nauarch.store.memory.MemoryStore;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server over a store in memory, on a free port, and a client that may do everything; or several
 * servers of one cluster, to which requests go in turn.
 */
public final class TestServer implements AutoCloseable {

  /** The version that it serves. */
  public static final String VERSION = "1.37";

  private final List<Store> stores;
  private final List<ApiServer> servers;
  private final ClusterCertificates certificates;
  private final HttpClient client;
  private final AtomicInteger turn = new AtomicInteger();

  private TestServer(List<Store> stores, List<ApiServer> servers, ClusterCertificates certificates)
      throws IOException {
    this.stores = stores;
    this.servers = servers;
    this.certificates = certificates;
    this.client = client(certificates);
  }

  static TestServer start(Path directory) throws IOException {
    return start(directory, List.of(new MemoryStore()));
  }

  /** A server on each of these stores, which hold the same. */
  static TestServer start(Path directory, List<Store> stores) throws IOException {
    var certificates = certificates(directory);
    var servers = new ArrayList<ApiServer>();
    for (var store : stores) {
      servers.add(
          ApiServer.start(
              options(certificates, VERSION),
              store,
              PlainMechanics.make(Catalog.builtIn(VERSION)),
              (_, _) -> PlainGuards.make(),
              InstantSource.system()));
    }
    return new TestServer(stores, servers, certificates);
  }

  /** The servers of one cluster, on stores which hold the same. */
  static TestServer startCluster(Path directory, List<Store> stores) throws IOException {
    var certificates = certificates(directory);
    var servers = new ArrayList<ApiServer>();
    for (var store : stores) {
      servers.add(clusterServer(certificates, store, options(certificates, VERSION)));
    }
    return new TestServer(stores, servers, certificates);
  }

  /** A server with everything that a cluster has. */
  public static TestServer startCluster(Path directory) throws IOException {
    return startCluster(directory, VERSION);
  }

  /** The same at another version of Kubernetes. */
  static TestServer startCluster(Path directory, String version) throws IOException {
    var certificates = certificates(directory);
    return startCluster(certificates, new MemoryStore(), options(certificates, version));
  }

  /** The same over another store, which is closed with it. */
  public static TestServer startCluster(Path directory, Store store) throws IOException {
    return startCluster(directory, store, ApiServerOptions.PATIENCE);
  }

  /** The same with another patience. */
  public static TestServer startCluster(Path directory, Store store, Duration patience)
      throws IOException {
    var certificates = certificates(directory);
    var options = options(certificates, VERSION).with(patience);
    return startCluster(certificates, store, options);
  }

  /** The same that encrypts. */
  public static TestServer startCluster(Path directory, Store store, Encryption encryption)
      throws IOException {
    var certificates = certificates(directory);
    var options = options(certificates, VERSION).with(encryption);
    return startCluster(certificates, store, options);
  }

  private static TestServer startCluster(
      ClusterCertificates certificates, Store store, ApiServerOptions server) throws IOException {
    return new TestServer(
        List.of(store), List.of(clusterServer(certificates, store, server)), certificates);
  }

  private static ApiServer clusterServer(
      ClusterCertificates certificates, Store store, ApiServerOptions server) throws IOException {
    var options =
        new ClusterOptions(
            server,
            new Trust(certificates.signer(), AccountKeys.of(certificates.serviceAccountKeys())),
            new ServiceAllocator.Options(new AddressRange("10.96.0.0/16"), 30000, 32767),
            "10.96.0.1",
            443,
            "127.0.0.1",
            certificates.frontProxy());
    return ApiServer.start(
        options, Catalog.builtIn(server.emulatedVersion()), store, InstantSource.system());
  }

  private static ApiServerOptions options(ClusterCertificates certificates, String version)
      throws IOException {
    return new ApiServerOptions(
        List.of("127.0.0.1"),
        0,
        certificates.serverIdentity(),
        identity(certificates, certificates.agentClient()),
        version,
        true,
        ApiServerOptions.PATIENCE);
  }

  private static HttpClient client(ClusterCertificates certificates) throws IOException {
    return HttpClient.newBuilder()
        .sslContext(identity(certificates, certificates.admin()).context())
        .build();
  }

  private static ClusterCertificates certificates(Path directory) throws IOException {
    return ClusterCertificates.open(
        directory,
        new ClusterCertificates.Options("localhost", "10.96.0.1", List.of("127.0.0.1")),
        InstantSource.system());
  }

  private static TlsIdentity identity(ClusterCertificates certificates, Credential credential) {
    return new TlsIdentity(
        List.of(credential.certificate()), credential.key(), certificates.authority());
  }

  /** Sends a request as the administrator. */
  public HttpResponse<String> send(String method, String path, String body, String... headers)
      throws IOException, InterruptedException {
    return client.send(request(method, path, body, headers), BodyHandlers.ofString());
  }

  /** A request with a body and with headers, each a name and a value. */
  public HttpRequest request(String method, String path, String body, String... headers) {
    var request =
        HttpRequest.newBuilder(URI.create(url() + path))
            .timeout(Duration.ofSeconds(30))
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return request.build();
  }

  ClusterClient inProcess(User user) {
    return servers.getFirst().client(user, "test");
  }

  /** HTTP by a library, as the administrator. */
  public HttpClient client() {
    return client;
  }

  /** Where its objects lie. */
  public Store store() {
    return stores.getFirst();
  }

  /** HTTP by hand, as the administrator. */
  public RawHttp raw() {
    return new RawHttp(client.sslContext(), port());
  }

  /** The keys of its cluster. */
  public ClusterCertificates certificates() {
    return certificates;
  }

  /** The port that it listens on. */
  public int port() {
    return servers.getFirst().port();
  }

  String url() {
    return url(turn.getAndIncrement());
  }

  /** One of the servers. */
  String url(int index) {
    return "https://127.0.0.1:" + servers.get(Math.floorMod(index, servers.size())).port();
  }

  /** Writes a kubeconfig of the administrator. */
  public Path kubeconfig(Path directory) throws IOException {
    var admin = certificates.admin();
    var text =
        """
        apiVersion: v1
        kind: Config
        current-context: test
        clusters: [{name: test, cluster: {server: "%s", certificate-authority-data: %s}}]
        users: [{name: test, user: {client-certificate-data: %s, client-key-data: %s}}]
        contexts: [{name: test, context: {cluster: test, user: test}}]
        """
            .formatted(
                url(),
                base64(certificates.authorityPem()),
                base64(admin.certificatePem()),
                base64(admin.keyPem()));
    return Files.writeString(directory.resolve("kubeconfig"), text);
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    client.close();
    servers.forEach(ApiServer::close);
    stores.stream().distinct().forEach(Store::close);
  }

  /** Runs until its input ends. */
  public static void main(String... args) throws IOException {
    var directory = Path.of(args[0]);
    try (var server = startCluster(directory)) {
      System.out.println(server.kubeconfig(directory));
      while (System.in.read() >= 0) {
        // Waits.
      }
    }
  }
}
