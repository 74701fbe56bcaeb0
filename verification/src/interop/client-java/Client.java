import io.kubernetes.client.Exec;
import io.kubernetes.client.PodLogs;
import io.kubernetes.client.custom.V1Patch;
import io.kubernetes.client.informer.ResourceEventHandler;
import io.kubernetes.client.informer.SharedInformerFactory;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Container;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.openapi.models.V1Pod;
import io.kubernetes.client.openapi.models.V1PodList;
import io.kubernetes.client.openapi.models.V1PodSpec;
import io.kubernetes.client.util.Config;
import io.kubernetes.client.util.PatchUtils;
import io.kubernetes.client.util.generic.dynamic.DynamicKubernetesApi;
import io.kubernetes.client.util.generic.dynamic.DynamicKubernetesObject;
import io.kubernetes.client.util.generic.dynamic.Dynamics;
import io.kubernetes.client.util.generic.options.ListOptions;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/**
 * Uses the API through the official Java client; ends with an exception at the first thing that is
 * not as it must be. Arguments: a scenario, a namespace.
 */
class Client {
  private final ApiClient client;
  private final CoreV1Api core;
  private final String namespace;

  private Client(ApiClient client, String namespace) {
    this.client = client;
    this.core = new CoreV1Api(client);
    this.namespace = namespace;
  }

  public static void main(String... arguments) throws Exception {
    var client = Config.defaultClient();
    var scenarios = new Client(client, arguments[1]);
    switch (arguments[0]) {
      case "objects" -> scenarios.objects();
      case "pods" -> scenarios.pods();
      case "informers" -> scenarios.informers();
      case "custom" -> scenarios.custom();
      default -> throw new IllegalArgumentException(arguments[0]);
    }
    System.out.println("ok");
    System.exit(0);
  }

  /** Creates, lists in pages, replaces, patches, applies and deletes. */
  private void objects() throws Exception {
    for (var i = 0; i < 3; i++) {
      var created = core.createNamespacedConfigMap(namespace, map("map-" + i)).execute();
      expect("created", Map.of("a", "x"), created.getData());
    }
    expect("code", 409, refused(core.createNamespacedConfigMap(namespace, map("map-0"))::execute));
    var maps = core.listNamespacedConfigMap(namespace).labelSelector("of=java").limit(2);
    var page = maps.execute();
    var rest = maps._continue(page.getMetadata().getContinue()).execute();
    expect("pages", List.of(2, 1), List.of(page.getItems().size(), rest.getItems().size()));
    var read = core.readNamespacedConfigMap("map-0", namespace).execute().putDataItem("b", "y");
    var replaced = core.replaceNamespacedConfigMap("map-0", namespace, read).execute();
    expect("replaced", Map.of("a", "x", "b", "y"), replaced.getData());
    var conflict = refused(core.replaceNamespacedConfigMap("map-0", namespace, read)::execute);
    expect("conflict", 409, conflict);
    var merge = patch("{\"data\":{\"a\":null}}", V1Patch.PATCH_FORMAT_JSON_MERGE_PATCH);
    expect("merged", Map.of("b", "y"), merge.getData());
    var operations = "[{\"op\":\"add\",\"path\":\"/data/c\",\"value\":\"z\"}]";
    var operated = patch(operations, V1Patch.PATCH_FORMAT_JSON_PATCH);
    expect("JSON patch", Map.of("b", "y", "c", "z"), operated.getData());
    var configuration =
        "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"map-0\"},"
            + "\"data\":{\"d\":\"w\"}}";
    var applied = patch(configuration, V1Patch.PATCH_FORMAT_APPLY_YAML);
    expect("applied", "w", applied.getData().get("d"));
    core.deleteCollectionNamespacedConfigMap(namespace).labelSelector("of=java").execute();
    expect("missing", 404, refused(core.readNamespacedConfigMap("map-0", namespace)::execute));
  }

  private V1ConfigMap patch(String body, String type) throws ApiException {
    var call = core.patchNamespacedConfigMap("map-0", namespace, new V1Patch(body));
    var request = type.equals(V1Patch.PATCH_FORMAT_APPLY_YAML) ? call.fieldManager("java") : call;
    return PatchUtils.patch(V1ConfigMap.class, () -> request.buildCall(null), type, client);
  }

  /** Runs a pod, reads its log, and talks with a command in it. */
  private void pods() throws Exception {
    core.createNamespacedPod(namespace, pod("box", "echo hello; exec sleep 3600")).execute();
    var deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!"Running".equals(phase("box"))) {
      expect("runs in time", true, System.nanoTime() < deadline);
      Thread.sleep(50);
    }
    try (var log = new PodLogs(client).streamNamespacedPodLog(namespace, "box", "main");
        var lines = new BufferedReader(new InputStreamReader(log, StandardCharsets.UTF_8))) {
      expect("log", "hello", lines.readLine());
    }
    var script = "read line; echo got $line; echo problem >&2; exit 5";
    var talk =
        new Exec(client).exec(namespace, "box", new String[] {"sh", "-c", script}, true, false);
    // Once the command has ended, its streams can't be had any more.
    var output = talk.getInputStream();
    var errors = talk.getErrorStream();
    talk.getOutputStream().write("words\n".getBytes(StandardCharsets.UTF_8));
    talk.getOutputStream().flush();
    var out = new String(output.readAllBytes(), StandardCharsets.UTF_8);
    var err = new String(errors.readAllBytes(), StandardCharsets.UTF_8);
    expect("ended", true, talk.waitFor(60, TimeUnit.SECONDS));
    expect("output", "got words\n", out);
    expect("error", "problem\n", err);
    expect("exit code", 5, talk.exitValue());
    core.deleteNamespacedPod("box", namespace).execute();
  }

  private String phase(String pod) throws ApiException {
    return core.readNamespacedPod(pod, namespace).execute().getStatus().getPhase();
  }

  /** Keeps pods in a cache, and sees one come, run and go. */
  private void informers() throws Exception {
    var running = new ArrayBlockingQueue<String>(16);
    var gone = new ArrayBlockingQueue<String>(16);
    var factory = new SharedInformerFactory(client);
    var informer =
        factory.sharedIndexInformerFor(
            wanted ->
                core.listNamespacedPod(namespace)
                    .resourceVersion(wanted.resourceVersion)
                    .timeoutSeconds(wanted.timeoutSeconds)
                    .watch(wanted.watch)
                    .buildCall(null),
            V1Pod.class,
            V1PodList.class);
    informer.addEventHandler(
        new ResourceEventHandler<V1Pod>() {
          @Override
          public void onAdd(V1Pod pod) {}

          @Override
          public void onUpdate(V1Pod old, V1Pod pod) {
            if ("Running".equals(pod.getStatus().getPhase())) {
              running.add(pod.getMetadata().getName());
            }
          }

          @Override
          public void onDelete(V1Pod pod, boolean isStateUnknown) {
            gone.add(pod.getMetadata().getName());
          }
        });
    factory.startAllRegisteredInformers();
    var deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!informer.hasSynced()) {
      expect("synced in time", true, System.nanoTime() < deadline);
      Thread.sleep(20);
    }
    core.createNamespacedPod(namespace, pod("informed", "exec sleep 3600")).execute();
    expect("running", "informed", next(running));
    var cached = informer.getIndexer().getByKey(namespace + "/informed");
    expect("image", "host", cached.getSpec().getContainers().getFirst().getImage());
    core.deleteNamespacedPod("informed", namespace).execute();
    expect("gone", "informed", next(gone));
  }

  /** Follows a JobSet, which the client has no type for, to its end. */
  private void custom() throws Exception {
    var sets = new DynamicKubernetesApi("jobset.x-k8s.io", "v1alpha2", "jobsets", client);
    var manifest =
        """
        {"apiVersion":"jobset.x-k8s.io/v1alpha2","kind":"JobSet",
         "metadata":{"name":"train","namespace":"%s"},
         "spec":{"replicatedJobs":[{"name":"w","replicas":1,"template":{"spec":{
           "parallelism":2,"completions":2,"template":{"spec":{"restartPolicy":"Never",
             "containers":[{"name":"main","image":"host","command":["true"]}]}}}}}]}}
        """
            .formatted(namespace);
    sets.create(Dynamics.newFromJson(manifest)).throwsApiException();
    try (var watch = sets.watch(namespace, new ListOptions())) {
      for (var event : watch) {
        if (state(event.object).equals("Completed")) {
          sets.delete(namespace, "train").throwsApiException();
          return;
        }
      }
    }
    throw new AssertionError("the watch ended before the JobSet did");
  }

  private static String state(DynamicKubernetesObject set) {
    var status = set.getRaw().getAsJsonObject("status");
    return status == null || !status.has("terminalState")
        ? ""
        : status.get("terminalState").getAsString();
  }

  private static V1ConfigMap map(String name) {
    return new V1ConfigMap()
        .metadata(new V1ObjectMeta().name(name).putLabelsItem("of", "java"))
        .putDataItem("a", "x");
  }

  private static V1Pod pod(String name, String script) {
    return new V1Pod()
        .metadata(new V1ObjectMeta().name(name))
        .spec(
            new V1PodSpec()
                .restartPolicy("Never")
                .terminationGracePeriodSeconds(1L)
                .addContainersItem(
                    new V1Container()
                        .name("main")
                        .image("host")
                        .command(List.of("sh", "-c", script))));
  }

  private static int refused(Callable<?> call) throws Exception {
    try {
      call.call();
    } catch (ApiException problem) {
      return problem.getCode();
    }
    throw new AssertionError("it was not refused");
  }

  private static String next(BlockingQueue<String> names) throws InterruptedException {
    return names.poll(60, TimeUnit.SECONDS);
  }

  private static void expect(String what, Object wanted, Object found) {
    if (!Objects.equals(wanted, found)) {
      throw new AssertionError(what + ": " + wanted + " was expected, found " + found);
    }
  }
}
