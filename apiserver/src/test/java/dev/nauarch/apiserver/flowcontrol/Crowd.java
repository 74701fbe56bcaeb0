package dev.nauarch.apiserver.flowcontrol;

import dev.nauarch.apiserver.ClusterOptions;
import dev.nauarch.apiserver.SecureCluster;
import dev.nauarch.client.tls.TlsContexts;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A cluster whose server does little at once, and people who may do everything, over HTTP/2. */
final class Crowd implements AutoCloseable {

  static final String SCHEMAS = "/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas";
  static final String LEVELS = "/apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations";
  static final String MAPS = "/api/v1/namespaces/default/configmaps";

  private final SecureCluster cluster;
  private final List<HttpClient> clients = new ArrayList<>();

  private Crowd(SecureCluster cluster) {
    this.cluster = cluster;
  }

  static Crowd start(Path directory, LoadOptions load) throws Exception {
    var cluster =
        SecureCluster.start(directory, InstantSource.system(), options -> with(options, load));
    cluster
        .admin()
        .create(
            "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
            "{'metadata':{'name':'people'},'roleRef':{'apiGroup':'rbac.authorization.k8s.io',"
                + "'kind':'ClusterRole','name':'cluster-admin'},'subjects':[{'kind':'Group',"
                + "'apiGroup':'rbac.authorization.k8s.io','name':'people'}]}");
    return new Crowd(cluster);
  }

  private static ClusterOptions with(ClusterOptions options, LoadOptions load) {
    return new ClusterOptions(
        options.server().with(load),
        options.trust(),
        options.services(),
        options.serviceAddress(),
        options.servicePort(),
        options.advertisedAddress(),
        options.frontProxy());
  }

  SecureCluster.Caller admin() {
    return cluster.admin();
  }

  SecureCluster cluster() {
    return cluster;
  }

  /** Somebody with a connection of his own. */
  Person person(String name, String... groups) throws Exception {
    var all = new ArrayList<>(List.of(groups));
    all.add("people");
    var credential = cluster.credential(name, all.toArray(String[]::new));
    var identity = new TlsContexts.Identity(List.of(credential.certificate()), credential.key());
    var client =
        HttpClient.newBuilder()
            .sslContext(
                TlsContexts.of(Optional.of(identity), List.of(cluster.certificates().authority())))
            .build();
    clients.add(client);
    return new Person(client);
  }

  /** A user. */
  final class Person {
    private final HttpClient client;

    private Person(HttpClient client) {
      this.client = client;
    }

    HttpResponse<String> get(String path) throws Exception {
      return begin("GET", path, "").get();
    }

    CompletableFuture<HttpResponse<String>> begin(String method, String path, String body) {
      var request =
          HttpRequest.newBuilder(URI.create(cluster.url() + path))
              .timeout(Duration.ofSeconds(60))
              .header("Content-Type", "application/json")
              .method(method, HttpRequest.BodyPublishers.ofString(body))
              .build();
      return client.sendAsync(request, BodyHandlers.ofString());
    }

    /** A request that takes three seconds, or until the server has seen this revision. */
    CompletableFuture<HttpResponse<String>> dawdle(long revision) {
      return begin("GET", MAPS + "?resourceVersion=" + revision, "");
    }
  }

  /** A revision that has not come yet, and will only when {@link #pass} is called. */
  long later() throws Exception {
    return cluster.admin().get(MAPS).body().at("/metadata/resourceVersion").asLong() + 40;
  }

  /** Writes until the revision is there. */
  void pass(long revision) throws Exception {
    while (cluster.admin().get(MAPS).body().at("/metadata/resourceVersion").asLong() < revision) {
      cluster.admin().create(MAPS, "{'metadata':{'generateName':'step-'}}");
    }
  }

  /** A value of the page of metrics; 0 where it is not there. */
  long metric(String series) throws Exception {
    return admin()
        .get("/metrics")
        .text()
        .lines()
        .filter(line -> line.startsWith("apiserver_flowcontrol_" + series + " "))
        .mapToLong(line -> Math.round(Double.parseDouble(line.substring(line.indexOf("} ") + 2))))
        .sum();
  }

  void awaitMetric(String series, long value) throws Exception {
    admin()
        .await(
            "/metrics",
            answer ->
                answer
                    .text()
                    .lines()
                    .anyMatch(
                        line -> line.equals("apiserver_flowcontrol_" + series + " " + value)));
  }

  @Override
  public void close() {
    clients.forEach(HttpClient::shutdownNow);
    cluster.close();
  }
}
