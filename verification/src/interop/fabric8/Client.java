import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Uses the API through fabric8's client; ends with an exception at the first thing that is not as
 * it must be. Arguments: a scenario, a namespace.
 */
class Client {
  private static final Map<String, String> LABELS = Map.of("of", "fabric8");

  // A machine that is too busy to give its threads their time is no fault of the server.
  private static final Logger SLOWNESS =
      Logger.getLogger("io.vertx.core.impl.BlockedThreadChecker");

  private final KubernetesClient client;
  private final String namespace;

  private Client(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
  }

  public static void main(String... arguments) throws Exception {
    SLOWNESS.setLevel(Level.OFF);
    try (var client = new KubernetesClientBuilder().build()) {
      var scenarios = new Client(client, arguments[1]);
      switch (arguments[0]) {
        case "objects" -> scenarios.objects();
        case "pods" -> scenarios.pods();
        case "commands" -> new Streams(client, arguments[1]).commands();
        case "attached" -> new Streams(client, arguments[1]).attached();
        case "ports" -> new Streams(client, arguments[1]).ports();
        case "informers" -> scenarios.informers();
        case "custom" -> scenarios.custom();
        default -> throw new IllegalArgumentException(arguments[0]);
      }
    }
    System.out.println("ok");
  }

  /** Creates, lists in pages, edits, patches in each way, applies and deletes. */
  private void objects() {
    var maps = client.configMaps().inNamespace(namespace);
    for (var i = 0; i < 3; i++) {
      expect("created", Map.of("a", "x"), client.resource(map("map-" + i)).create().getData());
    }
    expect("code", 409, refused(() -> client.resource(map("map-0")).create()));
    var page = maps.withLabels(LABELS).list(limited(2, ""));
    var rest = maps.withLabels(LABELS).list(limited(2, page.getMetadata().getContinue()));
    expect("pages", List.of(2, 1), List.of(page.getItems().size(), rest.getItems().size()));
    var edited =
        maps.withName("map-0").edit(m -> new ConfigMapBuilder(m).addToData("b", "y").build());
    expect("edited", Map.of("a", "x", "b", "y"), edited.getData());
    var merge = PatchContext.of(PatchType.JSON_MERGE);
    var merged = maps.withName("map-0").patch(merge, "{\"data\":{\"a\":null}}");
    expect("merged", Map.of("b", "y"), merged.getData());
    var strategic = PatchContext.of(PatchType.STRATEGIC_MERGE);
    var patched = maps.withName("map-0").patch(strategic, "{\"data\":{\"c\":\"z\"}}");
    expect("patched", Map.of("b", "y", "c", "z"), patched.getData());
    var applied = client.resource(map("applied")).fieldManager("fabric8").serverSideApply();
    expect("applied", "Apply", applied.getMetadata().getManagedFields().getFirst().getOperation());
    client.resource(new ConfigMapBuilder(applied).addToData("d", "w").build()).update();
    expect("updated", "w", maps.withName("applied").get().getData().get("d"));
    maps.withLabels(LABELS).delete();
    expect("left", 0, maps.withLabels(LABELS).list().getItems().size());
    expect("missing", null, maps.withName("map-0").get());
  }

  /** Runs a pod, reads its log, and talks with a command in it. */
  private void pods() throws Exception {
    var pod = client.resource(pod("box", "echo hello; exec sleep 3600"));
    pod.create();
    pod.waitUntilReady(60, TimeUnit.SECONDS);
    var box = client.pods().inNamespace(namespace).withName("box");
    expect("log", "hello\n", box.getLog());
    var followed = new ByteArrayOutputStream();
    try (var log = box.watchLog(followed)) {
      await("followed log", () -> followed.toString(StandardCharsets.UTF_8).equals("hello\n"));
    }
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    var script = "read line; echo got $line; echo problem >&2; exit 5";
    try (var talk =
        box.redirectingInput().writingOutput(out).writingError(err).exec("sh", "-c", script)) {
      talk.getInput().write("words\n".getBytes(StandardCharsets.UTF_8));
      talk.getInput().flush();
      expect("exit code", 5, talk.exitCode().get(60, TimeUnit.SECONDS));
    }
    expect("output", "got words\n", out.toString(StandardCharsets.UTF_8));
    expect("error", "problem\n", err.toString(StandardCharsets.UTF_8));
    box.delete();
    box.waitUntilCondition(Objects::isNull, 60, TimeUnit.SECONDS);
  }

  /** Keeps pods in a cache, and sees one come, run and go. */
  private void informers() throws Exception {
    var running = new ArrayBlockingQueue<String>(16);
    var gone = new ArrayBlockingQueue<String>(16);
    var handler =
        new ResourceEventHandler<Pod>() {
          @Override
          public void onAdd(Pod pod) {}

          @Override
          public void onUpdate(Pod old, Pod pod) {
            if (pod.getStatus().getPhase().equals("Running")) {
              running.add(pod.getMetadata().getName());
            }
          }

          @Override
          public void onDelete(Pod pod, boolean isStateUnknown) {
            gone.add(pod.getMetadata().getName());
          }
        };
    try (var informer = client.pods().inNamespace(namespace).inform(handler)) {
      var pod = client.resource(pod("informed", "exec sleep 3600"));
      pod.create();
      expect("running", "informed", next(running));
      var cached = informer.getIndexer().getByKey(namespace + "/informed");
      expect("image", "host", cached.getSpec().getContainers().getFirst().getImage());
      pod.delete();
      expect("gone", "informed", next(gone));
    }
  }

  /** Follows a JobSet, which the client has no type for, to its end. */
  private void custom() {
    var manifest =
        """
        apiVersion: jobset.x-k8s.io/v1alpha2
        kind: JobSet
        metadata: {name: train}
        spec:
          replicatedJobs:
          - name: w
            replicas: 1
            template:
              spec:
                parallelism: 2
                completions: 2
                template:
                  spec:
                    restartPolicy: Never
                    containers: [{name: main, image: host, command: ["true"]}]
        """;
    var sets = client.genericKubernetesResources("jobset.x-k8s.io/v1alpha2", "JobSet");
    var set = sets.inNamespace(namespace).load(stream(manifest));
    set.serverSideApply();
    var done =
        set.waitUntilCondition(
            s -> s != null && s.get("status", "terminalState") != null, 60, TimeUnit.SECONDS);
    expect("state", "Completed", done.get("status", "terminalState"));
    set.delete();
  }

  private ConfigMap map(String name) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace(namespace)
        .withLabels(LABELS)
        .endMetadata()
        .addToData("a", "x")
        .build();
  }

  private Pod pod(String name, String script) {
    return new PodBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace(namespace)
        .endMetadata()
        .withNewSpec()
        .withRestartPolicy("Never")
        .withTerminationGracePeriodSeconds(1L)
        .addNewContainer()
        .withName("main")
        .withImage("host")
        .withCommand("sh", "-c", script)
        .endContainer()
        .endSpec()
        .build();
  }

  private static io.fabric8.kubernetes.api.model.ListOptions limited(long limit, String more) {
    return new io.fabric8.kubernetes.api.model.ListOptionsBuilder()
        .withLimit(limit)
        .withContinue(more)
        .build();
  }

  private static ByteArrayInputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  private static int refused(Runnable call) {
    try {
      call.run();
    } catch (KubernetesClientException problem) {
      return problem.getCode();
    }
    throw new AssertionError("it was not refused");
  }

  private static String next(BlockingQueue<String> names) throws InterruptedException {
    return names.poll(60, TimeUnit.SECONDS);
  }

  static void await(String what, java.util.function.BooleanSupplier condition)
      throws InterruptedException {
    var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!condition.getAsBoolean()) {
      expect(what + " in time", true, System.nanoTime() < deadline);
      Thread.sleep(20);
    }
  }

  static void expect(String what, Object wanted, Object found) {
    if (!Objects.equals(wanted, found)) {
      throw new AssertionError(what + ": " + wanted + " was expected, found " + found);
    }
  }
}
