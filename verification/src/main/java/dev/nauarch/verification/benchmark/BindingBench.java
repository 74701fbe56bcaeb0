package dev.nauarch.verification.benchmark;

import dev.nauarch.api.ModelCodec;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resource;
import dev.nauarch.api.Resources;
import dev.nauarch.apiserver.certificates.ClusterCertificates;
import dev.nauarch.client.ClusterClient;
import dev.nauarch.client.DeleteOptions;
import dev.nauarch.client.Informer;
import dev.nauarch.client.InformerListener;
import dev.nauarch.client.Selection;
import dev.nauarch.controlplane.ControlPlane;
import dev.nauarch.controlplane.ControlPlaneOptions;
import dev.nauarch.controlplane.scheduling.SchedulerDriver;
import dev.nauarch.scheduling.SchedulerOptions;
import dev.nauarch.verification.benchmark.Result.Target;
import dev.nauarch.verification.server.LoneServer;
import dev.nauarch.verification.server.RunningParts;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;

/**
 * How fast pods that are there already get their nodes: from the start of the scheduler to the last
 * pod that is bound. API server, durable store, controllers and scheduler run in this process, as
 * they do in one of {@code nau up}; it is the way to start the scheduler after the pods.
 */
final class BindingBench implements AutoCloseable {

  private static final double TARGET = 5_000;
  private static final int WRITERS = 64;
  private static final long SECONDS_MAX = 120;
  private static final String NAMESPACE = "default";

  private final SchedulingCase what;
  private final RunningParts running = new RunningParts();
  private final LoneServer server;
  private final ClusterClient client;

  private BindingBench(SchedulingCase what) throws IOException {
    this.what = what;
    this.server = running.take(LoneServer.start(List.of("TaintNodesByCondition")));
    this.client = server.client("admin", ClusterCertificates.MASTERS);
    var options = ControlPlaneOptions.all("", "", server.catalog());
    running.take(
        ControlPlane.start(
            server.client("kube-controller-manager"),
            options.withControllers(List.of("*", "-node-lifecycle-controller"))));
  }

  /** One case. */
  static Result run(SchedulingCase what) throws IOException, InterruptedException {
    try (var bench = new BindingBench(what)) {
      return bench.run();
    }
  }

  private Result run() throws IOException, InterruptedException {
    create(Resources.NODES, SchedulingCase::node, what.nodes());
    warmUp(SchedulingBench.WARM_UP);
    warmUp(SchedulingBench.WARM_UP_ALIKE);
    bind(what.initial());
    var process = ProcessUse.of(ProcessHandle.current().pid());
    var measured = what.measured().getFirst();
    createPods(measured);
    System.gc();
    var processor = process.cpuSeconds();
    var seconds = schedule(measured);
    return result(seconds, process.cpuSeconds() - processor);
  }

  private void warmUp(int pods) throws IOException, InterruptedException {
    bind(SchedulingCase.PLAIN.named("warm", pods));
    each(
        pods,
        number ->
            client.delete(
                Resources.PODS,
                new ObjectKey(NAMESPACE, named("warm", number)),
                new DeleteOptions(OptionalLong.of(0), "Background", "", "")));
  }

  private Result result(double seconds, double processor) {
    var setting = new LinkedHashMap<String, Object>();
    setting.put("nodes", what.nodes());
    setting.put("warm_up_pods", SchedulingBench.WARM_UP + SchedulingBench.WARM_UP_ALIKE);
    setting.put("initial_pods", what.initial().count());
    setting.put("pods", what.pods());
    var numbers = new LinkedHashMap<String, Double>();
    numbers.put("pods_per_s", (double) Math.round(what.pods() / seconds));
    numbers.put("server_cpu_us", (double) Math.round(processor / what.pods() * 1e6));
    return new Result(
        "schedule-beforehand-" + what.word(),
        setting,
        numbers,
        Map.of("pods_per_s", Target.atLeast(TARGET)));
  }

  private void bind(SchedulingCase.Pods pods) throws IOException, InterruptedException {
    createPods(pods);
    schedule(pods);
  }

  /** Starts a scheduler and waits until it has bound these pods; gives the seconds. */
  private double schedule(SchedulingCase.Pods wanted) throws IOException, InterruptedException {
    var bound = new CountDownLatch(wanted.count());
    var listener =
        new InformerListener<Pod>() {
          @Override
          public void onUpsert(Pod pod) {
            if (pod.getSpec().getNodeName() != null
                && pod.getMetadata().getName().startsWith(wanted.name())) {
              bound.countDown();
            }
          }

          @Override
          public void onDelete(Pod pod) {}
        };
    try (var pods = Informer.start(client, Resources.PODS.outline(), Selection.ALL, listener)) {
      pods.awaitSynced(Duration.ofSeconds(SECONDS_MAX));
      var begin = System.nanoTime();
      try (var _ =
          SchedulerDriver.start(
              server.client("kube-scheduler"), InstantSource.system(), SchedulerOptions.DEFAULT)) {
        if (!bound.await(SECONDS_MAX, TimeUnit.SECONDS)) {
          throw new IOException(bound.getCount() + " pods still wait after " + SECONDS_MAX + " s");
        }
        return (System.nanoTime() - begin) / 1e9;
      }
    }
  }

  private void createPods(SchedulingCase.Pods pods) {
    create(Resources.PODS, pods::json, pods.count());
  }

  private static String named(String name, int number) {
    return name + "-%09d".formatted(number);
  }

  private <T extends HasMetadata> void create(
      Resource<T> resource, IntFunction<String> text, int count) {
    each(
        count,
        number -> {
          var json = text.apply(number).getBytes(StandardCharsets.UTF_8);
          var object = ModelCodec.decode(json, resource.type());
          if (resource.equals(Resources.PODS)) {
            object.getMetadata().setNamespace(NAMESPACE);
          }
          client.createOnly(resource, object);
        });
  }

  /** Does something for each number, many at a time. */
  private static void each(int count, IntConsumer what) {
    try (var writers = Executors.newFixedThreadPool(WRITERS, Thread.ofVirtual().factory())) {
      for (var i = 0; i < count; i++) {
        var number = i;
        writers.execute(() -> what.accept(number));
      }
    }
  }

  @Override
  public void close() throws IOException {
    running.close();
  }
}
