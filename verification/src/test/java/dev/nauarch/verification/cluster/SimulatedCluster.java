package dev.nauarch.verification.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resource;
import dev.nauarch.api.Resources;
import dev.nauarch.client.DeleteOptions;
import dev.nauarch.client.Patch;
import dev.nauarch.client.Selection;
import dev.nauarch.client.remote.Kubeconfig;
import dev.nauarch.client.remote.RemoteClient;
import dev.nauarch.client.remote.RemoteOptions;
import dev.nauarch.client.remote.TlsContext;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** A cluster of the packed command with simulated nodes, and what a test does to its pods. */
final class SimulatedCluster implements AutoCloseable {

  /** Tests that go by a node of this machine, by the command, or by words of {@code nau up}. */
  static final String NEEDS_MACHINE = "machine";

  /** What there is beside clients. */
  private interface Running extends AutoCloseable {

    /** Runs the command, with this cluster as its own. */
    Program.Ended nau(String... words) throws IOException;

    @Override
    void close() throws IOException;
  }

  private final Running running;
  private final Awaiting awaiting;

  private SimulatedCluster(Running running, RemoteOptions options) {
    this.running = running;
    this.awaiting = new Awaiting(options);
  }

  /**
   * Brings one up.
   *
   * @param port of the API server; the gateway's is the next
   */
  static SimulatedCluster start(int port, int nodes) throws IOException {
    return start(port, Integer.toString(nodes));
  }

  /**
   * Brings one up: by {@code nau up}, where the parts of a cluster call the API server within its
   * process, or where the property {@code nau.transport} says so with parts that reach it over
   * HTTPS.
   *
   * @param nodes how many, and what each has, as {@code --nodes simulated:} takes it
   * @param more further words of {@code nau up}
   */
  static SimulatedCluster start(int port, String nodes, String... more) throws IOException {
    var transport = System.getProperty("nau.transport", "");
    if (!transport.isEmpty()) {
      assertEquals(0, more.length, "no nau up takes words: tag the test with " + NEEDS_MACHINE);
      var parts = RemoteParts.start(transport, nodes);
      return new SimulatedCluster(remote(parts), parts.options());
    }
    var packed = PackedCommand.of(0);
    var words = new ArrayList<>(List.of("up", "--detach", "--nodes", "simulated:" + nodes));
    words.addAll(List.of("--port", Integer.toString(port)));
    words.addAll(List.of("--models-port", Integer.toString(port + 1)));
    words.addAll(List.of(more));
    var up = packed.nau(words.toArray(String[]::new));
    assertEquals(0, up.code(), up::output);
    var kubeconfig = packed.home().resolve(".kube/config");
    return new SimulatedCluster(packed(packed), Kubeconfig.read(kubeconfig).options());
  }

  private static Running packed(PackedCommand packed) {
    return new Running() {
      @Override
      public Program.Ended nau(String... words) throws IOException {
        return packed.nau(words);
      }

      @Override
      public void close() throws IOException {
        packed.nau("down", "--purge");
        packed.close();
      }
    };
  }

  private static Running remote(RemoteParts parts) {
    return new Running() {
      @Override
      public Program.Ended nau(String... words) {
        throw new AssertionError("no nau up made this cluster: tag the test with " + NEEDS_MACHINE);
      }

      @Override
      public void close() throws IOException {
        parts.close();
      }
    };
  }

  /** Makes a class of the nodes' GPUs, for which an extended resource stands. */
  void deviceClass(String name, String resource) {
    awaiting.apply(
        Resources.DEVICE_CLASSES,
        name,
        """
        {"apiVersion":"resource.k8s.io/v1","kind":"DeviceClass","metadata":{"name":"%s"},
         "spec":{"extendedResourceName":"%s","selectors":[{"cel":{"expression":
          "device.driver == 'gpu.nvidia.com' && device.attributes['gpu.nvidia.com'].type == 'gpu'"}}]}}
        """
            .formatted(name, resource));
  }

  /** Waits until so many nodes have told of their devices. */
  void awaitSlices(int count) {
    Awaiting.until(
        count + " nodes have slices",
        () -> client().list(Resources.RESOURCE_SLICES, Selection.ALL).items().size() == count);
  }

  Awaiting awaiting() {
    return awaiting;
  }

  RemoteClient client() {
    return awaiting.client();
  }

  /** Runs the command, with this cluster as its own. */
  Program.Ended nau(String... words) throws IOException {
    return running.nau(words);
  }

  static ObjectKey key(String name) {
    return new ObjectKey("default", name);
  }

  static ObjectKey nodeKey(String name) {
    return new ObjectKey("", name);
  }

  /** The pods with a value of the label {@code app}, by name. */
  List<Pod> pods(String app) {
    return client().list(Resources.PODS, new Selection("default", "app=" + app, "")).items();
  }

  Pod pod(String name) {
    return awaiting.get(Resources.PODS, name).orElseThrow();
  }

  /** Waits until these are the names of the pods with a label, all of them ready and to stay. */
  void awaitReady(String app, String... names) {
    Awaiting.until(
        app + " has ready pods " + List.of(names),
        () -> {
          var pods = pods(app);
          return pods.stream()
                  .map(pod -> pod.getMetadata().getName())
                  .toList()
                  .equals(List.of(names))
              && pods.stream().allMatch(SimulatedCluster::isReady);
        });
  }

  static boolean isReady(Pod pod) {
    return pod.getMetadata().getDeletionTimestamp() == null
        && pod.getStatus().getConditions().stream()
            .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True"));
  }

  /** Says of a pod that it is ready, or that it is not; simulated nodes leave it at that. */
  void report(String pod, boolean ready) {
    var conditions =
        pod(pod).getStatus().getConditions().stream()
            .map(each -> with(each, ready ? "True" : "False"))
            .toList();
    var status = pod(pod).edit().editStatus().withConditions(conditions).endStatus().build();
    client().updateStatus(Resources.PODS, status);
  }

  private static PodCondition with(PodCondition condition, String status) {
    return condition.getType().equals("Ready")
        ? condition.edit().withStatus(status).build()
        : condition;
  }

  /** Ends a pod as a node that has no room for it any more. */
  void fail(String pod) {
    client()
        .patch(
            Resources.PODS,
            key(pod),
            Patch.merge("status", "{\"status\":{\"phase\":\"Failed\",\"reason\":\"Evicted\"}}"));
  }

  void evict(String pod) {
    var eviction =
        Map.of("apiVersion", "policy/v1", "kind", "Eviction", "metadata", Map.of("name", pod));
    client().post(Resources.PODS, key(pod), "eviction", eviction);
  }

  /** Changes an object's fields by a merge patch. */
  <T extends HasMetadata> void patch(Resource<T> resource, String name, String body) {
    client().patch(resource, key(name), Patch.merge("", body.replace('\'', '"')));
  }

  void delete(Resource<?> resource, String name, String propagation) {
    client()
        .delete(resource, key(name), new DeleteOptions(OptionalLong.empty(), propagation, "", ""));
  }

  /** Deletes a collection. */
  void deleteAll(Resource<?> resource, String selector) throws IOException, InterruptedException {
    var options = awaiting.options();
    try (var http = HttpClient.newBuilder().sslContext(TlsContext.of(options)).build()) {
      var uri = options.server() + resource.path("default") + "?labelSelector=" + selector;
      var request = HttpRequest.newBuilder(URI.create(uri)).DELETE().build();
      var answer = http.send(request, BodyHandlers.ofString());
      assertEquals(200, answer.statusCode(), answer::body);
    }
  }

  @Override
  public void close() throws IOException {
    awaiting.close();
    running.close();
  }
}
