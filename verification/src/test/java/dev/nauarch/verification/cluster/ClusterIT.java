package dev.nauarch.verification.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resource;
import dev.nauarch.api.Resources;
import dev.nauarch.api.jobset.JobSet;
import dev.nauarch.api.kueue.Kueue;
import dev.nauarch.apiserver.flowcontrol.LoadOptions;
import dev.nauarch.client.DeleteOptions;
import dev.nauarch.client.Patch;
import dev.nauarch.client.Selection;
import dev.nauarch.client.remote.Kubeconfig;
import dev.nauarch.client.remote.RemoteClient;
import dev.nauarch.controlplane.ControlPlaneOptions;
import dev.nauarch.launcher.Version;
import dev.nauarch.launcher.home.ClusterHome;
import dev.nauarch.launcher.server.ClusterServer;
import dev.nauarch.launcher.server.NodeCleanup;
import dev.nauarch.launcher.server.Progress;
import dev.nauarch.launcher.server.SecurityFiles;
import dev.nauarch.launcher.server.ServerOptions;
import dev.nauarch.nodeagent.simulated.Devices;
import dev.nauarch.nodeagent.simulated.SimulationOptions;
import dev.nauarch.scheduling.SchedulerOptions;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * A whole cluster in this process, asked over HTTPS with a client certificate, with real pods in
 * network namespaces of their own. Needs root.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@SuppressWarnings("NullAway.Init") // set before the first test
class ClusterIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir static Path directory;
  private static ServerOptions options;
  private static ClusterServer server;
  private static RemoteClient client;

  @BeforeAll
  static void start() throws Exception {
    options =
        new ServerOptions(
            "it-" + ProcessHandle.current().pid(),
            new ClusterHome(directory.resolve("home")),
            new ServerOptions.Ports(21_443, 21_800),
            Optional.empty(),
            SimulationOptions.of(0, Devices.NONE),
            true,
            Optional.empty(),
            SecurityFiles.NONE,
            LoadOptions.DEFAULT,
            Version.KUBERNETES,
            List.of("*"),
            ControlPlaneOptions.NODE_GRACE,
            SchedulerOptions.DEFAULT);
    open();
  }

  private static void open() throws Exception {
    var quiet =
        Progress.toTerminal(
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
    server = ClusterServer.start(options, quiet);
    client = RemoteClient.connect(Kubeconfig.read(options.home().kubeconfig()).options());
  }

  @AfterAll
  static void stop() throws Exception {
    var state = server.state();
    client.close();
    server.close();
    NodeCleanup.run(options.home(), state);
  }

  @Test
  @Order(1)
  void aPodHasItsOwnNetworkItsTokenAndTheNamesOfTheCluster() {
    apply(
        Resources.PODS,
        "hello",
        pod(
            "hello",
            "hostname; getent hosts kubernetes.default;"
                + " cat /var/run/secrets/kubernetes.io/serviceaccount/namespace"));
    var done = await(() -> pod("hello"), pod -> "Succeeded".equals(pod.getStatus().getPhase()));
    var log = log("hello");
    assertTrue(log.startsWith("hello\n"), log);
    assertTrue(log.contains("kubernetes.default.svc.cluster.local"), log);
    assertTrue(log.endsWith("default"), log);
    assertFalse(done.getStatus().getPodIP().isEmpty());
  }

  @Test
  @Order(2)
  void aJobSetGoesThroughItsQueueStartsAsAGangAndFindsItsPeersByName() {
    apply(
        JobSet.RESOURCE,
        "gang",
        """
        {"apiVersion":"jobset.x-k8s.io/v1alpha2","kind":"JobSet",
         "metadata":{"name":"gang","labels":{"kueue.x-k8s.io/queue-name":"default"}},
         "spec":{"replicatedJobs":[{"name":"w","replicas":1,"template":{"spec":{
           "parallelism":2,"completions":2,"completionMode":"Indexed","backoffLimit":0,
           "template":{"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"host",
             "command":["sh","-c","until getent hosts gang-w-0-0.gang && getent hosts gang-w-0-1.gang; do sleep 0.1; done; sleep 5"],
             "resources":{"requests":{"cpu":"100m"}}}]}}}}}]}}
        """);
    var done =
        await(
            () -> client.get(JobSet.RESOURCE, key("gang")),
            set -> !set.status().terminalState().isEmpty());
    assertEquals("Completed", done.status().terminalState());
    var group = client.get(Resources.POD_GROUPS, key("gang")).orElseThrow();
    assertTrue(group.getMetadata().getAnnotations().containsKey("nauarch.dev/placement"));
    assertEquals(1, client.list(Kueue.WORKLOADS, Selection.inNamespace("default")).items().size());
  }

  @Test
  @Order(3)
  void aGangThatDoesNotFitWaitsAsAWholeAndSaysWhy() {
    apply(
        JobSet.RESOURCE,
        "big",
        """
        {"apiVersion":"jobset.x-k8s.io/v1alpha2","kind":"JobSet",
         "metadata":{"name":"big","labels":{"kueue.x-k8s.io/queue-name":"default"}},
         "spec":{"replicatedJobs":[{"name":"w","replicas":1,"template":{"spec":{
           "parallelism":2,"completions":2,"backoffLimit":0,
           "template":{"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"host",
             "command":["true"],"resources":{"requests":{"cpu":"500"}}}]}}}}}]}}
        """);
    var workload =
        await(
            () ->
                client.list(Kueue.WORKLOADS, Selection.inNamespace("default")).items().stream()
                    .filter(w -> w.getMetadata().getName().startsWith("jobset-big-"))
                    .findFirst(),
            w -> w.getMetadata().getAnnotations().containsKey("nauarch.dev/explanation"));
    var why = workload.getMetadata().getAnnotations().getOrDefault("nauarch.dev/explanation", "");
    assertTrue(why.contains("\"reason\""), why);
    var selection = new Selection("default", "jobset.sigs.k8s.io/jobset-name=big", "");
    assertEquals(List.of(), client.list(Resources.PODS, selection).items());
    client.delete(JobSet.RESOURCE, key("big"), DeleteOptions.DEFAULT);
  }

  @Test
  @Order(4)
  void badObjectsAreRefusedInTheWordsOfKubernetes() {
    try {
      client.patch(
          Resources.PODS,
          key("Bad_Name"),
          Patch.apply("it", pod("Bad_Name", "true").replace("hello", "Bad_Name")));
      fail("a bad name was accepted");
    } catch (ApiException e) {
      assertEquals(422, e.code());
      assertTrue(String.valueOf(e.getMessage()).contains("RFC 1123"), e.toString());
    }
  }

  @Test
  @Order(5)
  void whatWasWrittenIsThereAfterARestart() throws Exception {
    var before = client.get(JobSet.RESOURCE, key("gang")).orElseThrow().getMetadata().getUid();
    client.close();
    server.close();
    open();
    assertEquals(
        before, client.get(JobSet.RESOURCE, key("gang")).orElseThrow().getMetadata().getUid());
  }

  private static <T extends HasMetadata> void apply(
      Resource<T> resource, String name, String json) {
    var deadline = System.nanoTime() + LIMIT.toNanos();
    while (true) {
      try {
        client.patch(resource, key(name), Patch.apply("it", json));
        return;
      } catch (ApiException e) {
        // The namespace's default service account comes a moment after the namespace.
        if (e.code() != 403 || System.nanoTime() > deadline) {
          throw e;
        }
      }
    }
  }

  private static String pod(String name, String script) {
    return """
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"%s"},
         "spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"host",
           "command":["sh","-c","%s"]}]}}
        """
        .formatted(name, script);
  }

  private static Optional<Pod> pod(String name) {
    return client.get(Resources.PODS, key(name));
  }

  private static String log(String pod) {
    var path = "/api/v1/namespaces/default/pods/" + pod + "/log";
    return new String(client.raw(path), StandardCharsets.UTF_8);
  }

  private static ObjectKey key(String name) {
    return new ObjectKey("default", name);
  }

  private interface Condition<T> {
    boolean holds(T value);
  }

  /** Asks again until the object is there and the condition holds. */
  private static <T> T await(Supplier<Optional<T>> source, Condition<T> condition) {
    var deadline = System.nanoTime() + LIMIT.toNanos();
    var last = source.get();
    while (last.filter(condition::holds).isEmpty()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not within " + LIMIT + "; last seen: " + last);
      }
      java.util.concurrent.locks.LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
      last = source.get();
    }
    return last.get();
  }
}
