package dev.nauarch.verification.benchmark;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.client.Selection;
import dev.nauarch.client.remote.RemoteClient;
import dev.nauarch.verification.benchmark.Result.Target;
import io.fabric8.kubernetes.api.model.Node;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Clusters of many simulated nodes: how soon all take pods, what it costs to have them renew their
 * leases, and how fast pods get nodes there meanwhile and are run.
 *
 * @param root the project's folder
 */
record NodesBench(Path root) {
  private static final Duration UP_MAX = Duration.ofMinutes(10);
  private static final Duration PAUSE = Duration.ofMillis(200);
  private static final int LOOKED_AT = 500;
  private static final Duration SETTLE = Duration.ofSeconds(20);
  private static final Duration MEASURED = Duration.ofSeconds(40);

  /** A lease that is older means that its node has fallen silent. */
  private static final int LEASE_SECONDS_MAX = 40;

  private static final int PROCESS_MEGABYTES_MAX = 8192;
  private static final int PODS_PER_SECOND_MIN = 2_000;

  /**
   * A cluster.
   *
   * @param word its name
   * @param leaseSeconds how often each node renews its Lease
   * @param readySecondsMax until when the API is to answer
   * @param pods how many get nodes and run there
   */
  private record Size(String word, int nodes, int leaseSeconds, int readySecondsMax, int pods) {}

  private static final List<Size> SIZES =
      List.of(
          new Size("5000", 5_000, 10, 10, 50_000),
          new Size("100000", 100_000, 40, 120, 100_000),
          new Size("100000-every-10-s", 100_000, 10, 120, 100_000));

  void run(Predicate<String> isWanted, Result.Sink results)
      throws IOException, InterruptedException {
    for (var size : SIZES) {
      if (isWanted.test(size.word())) {
        results.add(run(size));
      }
    }
  }

  private Result run(Size size) throws IOException, InterruptedException {
    try (var cluster = Cluster.create(root)) {
      cluster.closeOnExit();
      var begin = System.nanoTime();
      var up =
          cluster.up(
              UP_MAX,
              "--nodes",
              "simulated:" + size.nodes(),
              "--lease-seconds",
              Integer.toString(size.leaseSeconds()));
      try (var client = RemoteClient.connect(cluster.options())) {
        awaitOpen(client, size.nodes());
        var open = System.nanoTime() - begin;
        var setting = new LinkedHashMap<String, Object>();
        setting.put("nodes", size.nodes());
        setting.put("lease_every_s", size.leaseSeconds());
        setting.put("measured_s", MEASURED.toSeconds());
        setting.put("pods", size.pods());
        var numbers = new LinkedHashMap<String, Double>();
        numbers.put("ready_s", tenths(up / 1e9));
        numbers.put("take_pods_s", tenths(open / 1e9));
        measure(cluster, client, numbers);
        numbers.put("pods_per_s", SchedulingBench.rate(cluster, size.pods()));
        numbers.put("oldest_lease_with_pods_s", tenths(oldestLease(client).toMillis() / 1e3));
        numbers.put(
            "resident_with_pods_mb", tenths(ProcessUse.of(cluster.pid()).residentMegabytes()));
        return new Result("nodes", setting, numbers, targets(size));
      }
    }
  }

  private static Map<String, Target> targets(Size size) {
    var targets = new TreeMap<String, Target>();
    targets.put("ready_s", Target.atMost(size.readySecondsMax()));
    targets.put("oldest_lease_s", Target.atMost(LEASE_SECONDS_MAX));
    targets.put("resident_mb", Target.atMost(PROCESS_MEGABYTES_MAX));
    targets.put("resident_with_pods_mb", Target.atMost(PROCESS_MEGABYTES_MAX));
    if (size.leaseSeconds() == LEASE_SECONDS_MAX) {
      targets.put("pods_per_s", Target.atLeast(PODS_PER_SECOND_MIN));
    }
    return targets;
  }

  /**
   * Waits until nothing keeps pods from the nodes. Looks at some of them, evenly spread: to list
   * all again and again would cost more than what is measured.
   */
  private static void awaitOpen(RemoteClient client, int nodes) throws InterruptedException {
    for (var looked = 0; looked < LOOKED_AT; looked++) {
      var key = new ObjectKey("", "sim-" + (long) looked * nodes / LOOKED_AT);
      while (client.get(Resources.NODES, key).filter(NodesBench::isOpen).isEmpty()) {
        Thread.sleep(PAUSE);
      }
    }
  }

  private static boolean isOpen(Node node) {
    return node.getSpec().getTaints().isEmpty()
        && node.getStatus().getConditions().stream()
            .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True"));
  }

  private static void measure(Cluster cluster, RemoteClient client, Map<String, Double> numbers)
      throws IOException, InterruptedException {
    Thread.sleep(SETTLE);
    var process = ProcessUse.of(cluster.pid());
    var cpu = process.cpuSeconds();
    var writes = revision(client);
    var begin = System.nanoTime();
    Thread.sleep(MEASURED);
    var seconds = (System.nanoTime() - begin) / 1e9;
    numbers.put("writes_per_second", tenths((revision(client) - writes) / seconds));
    numbers.put("server_cores", Math.round((process.cpuSeconds() - cpu) / seconds * 100) / 100.0);
    numbers.put("oldest_lease_s", tenths(oldestLease(client).toMillis() / 1e3));
    numbers.put("resident_mb", tenths(process.residentMegabytes()));
    numbers.put("heap_mb", HeapUse.reachableMegabytes(cluster.pid()));
  }

  /** Each write makes one. */
  private static long revision(RemoteClient client) {
    var one = new Selection("kube-system", "", "metadata.name=none");
    return Long.parseLong(client.list(Resources.SECRETS, one).resourceVersion());
  }

  /** At most: a list of so many takes seconds, in which they are renewed. */
  private static Duration oldestLease(RemoteClient client) {
    var leases = client.list(Resources.LEASES, Selection.inNamespace("kube-node-lease")).items();
    var now = Instant.now();
    return leases.stream()
        .map(lease -> Duration.between(lease.getSpec().getRenewTime().toInstant(), now))
        .max(Duration::compareTo)
        .orElseThrow();
  }

  private static double tenths(double value) {
    return Math.round(value * 10) / 10.0;
  }
}
