package dev.nauarch.verification.benchmark;

import dev.nauarch.client.remote.RemoteOptions;
import dev.nauarch.client.remote.TlsContext;
import dev.nauarch.verification.benchmark.Exchange.Request;
import dev.nauarch.verification.benchmark.Result.Target;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongFunction;
import java.util.function.Predicate;

/**
 * How fast pods get their nodes, API and durable store included: from the first request that
 * creates one to the last that is bound. Nodes are objects only, as in Kubernetes' own
 * scheduler_perf, whose cases and sizes these are.
 */
final class SchedulingBench {

  /** Creation, binding and deletion of so many pods come first, as of a server that has run. */
  static final int WARM_UP = 60_000;

  /** So many more, at least, are of those that are measured. */
  static final int WARM_UP_ALIKE = 30_000;

  private static final int WARM_PER_NODE = 30;

  private static final long POLL_MILLIS = 20;
  private static final long SECONDS_MAX = 300;

  /** Nobody renews the Leases of these nodes, and so nobody is to look at them. */
  private static final String[] FLAGS = {
    "--controllers",
    "*,-node-lifecycle-controller",
    "--disable-admission-plugins",
    "TaintNodesByCondition"
  };

  static final String NODES = "/api/v1/nodes";

  /** Begins the names of all pods that are measured. */
  private static final String MEASURED = "measured";

  private static final String WAITING =
      "/api/v1/namespaces/default/pods?fieldSelector=spec.nodeName%3D&limit=500";

  /** Makes a cluster that does not run yet. */
  interface Clusters {
    Cluster create() throws IOException;
  }

  private final SchedulingCase what;
  private final ProcessUse process;
  private final RemoteOptions options;
  private final InetSocketAddress server;

  private SchedulingBench(SchedulingCase what, Cluster cluster) throws IOException {
    this.what = what;
    this.process = ProcessUse.of(cluster.pid());
    this.options = cluster.options();
    this.server = new InetSocketAddress(options.server().getHost(), options.server().getPort());
  }

  /** The cases whose words are wanted, each in a cluster of its own. */
  static void run(Clusters clusters, Predicate<String> isWanted, Result.Sink results)
      throws IOException, InterruptedException {
    for (var what : SchedulingCase.all()) {
      if (what.isMeasuredBeforehand() && isWanted.test("beforehand-" + what.word())) {
        results.add(BindingBench.run(what));
      }
      if (!isWanted.test(what.word())) {
        continue;
      }
      try (var cluster = clusters.create()) {
        cluster.closeOnExit();
        results.add(new SchedulingBench(what, cluster.up(FLAGS)).run());
      }
    }
  }

  /** Pods without wishes that get nodes of a cluster, a second, with their creation. */
  static double rate(Cluster cluster, int pods) throws IOException, InterruptedException {
    var what = SchedulingCase.plain("nodes", 0, pods);
    var bench = new SchedulingBench(what, cluster);
    try (var client = new JsonRequests(cluster.options())) {
      cordonOwnNode(client);
      var begin = System.nanoTime();
      bench.bind(client, what.measured().getFirst());
      return Math.round(pods / ((System.nanoTime() - begin) / 1e9));
    }
  }

  private Result run() throws IOException, InterruptedException {
    try (var client = new JsonRequests(options)) {
      cordonOwnNode(client);
      create(number -> new Request("POST", NODES, node(number)), what.nodes());
      warmUp(client);
      for (var made : what.setUp()) {
        client.send("POST", made.path(), made.json());
      }
      warmUpAlike(client);
      bind(client, what.initial());
      try (var _ = Churning.start(options, what.churn())) {
        var processor = process.cpuSeconds();
        var begin = System.nanoTime();
        create(what.measured());
        var created = (System.nanoTime() - begin) / 1e9;
        await(client, what.measured().getLast());
        await(client, WAITING, text -> !text.contains("\"name\":\"" + MEASURED));
        var seconds = (System.nanoTime() - begin) / 1e9;
        return result(created, seconds, process.cpuSeconds() - processor);
      }
    }
  }

  /** In rounds, where there is no room for so many at once. */
  private void warmUp(JsonRequests client) throws IOException, InterruptedException {
    var most = Math.min(WARM_UP, what.nodes() * WARM_PER_NODE);
    for (var round = 0; round * most < WARM_UP; round++) {
      bind(client, SchedulingCase.PLAIN.named("warm" + round, most));
      deletePods(client);
    }
  }

  /** In rounds of as many as are measured, all of which have gone before the next. */
  private void warmUpAlike(JsonRequests client) throws IOException, InterruptedException {
    for (var round = 0; round * what.pods() < WARM_UP_ALIKE; round++) {
      var word = "alike" + round;
      var pods = what.measured().stream().map(each -> each.renamed(MEASURED, word)).toList();
      create(pods);
      await(client, pods.getLast());
      await(client, WAITING, text -> !text.contains(word));
      deletePods(client);
    }
  }

  private static void deletePods(JsonRequests client) throws IOException, InterruptedException {
    client.send("DELETE", ApiBench.NAMESPACE + "pods?gracePeriodSeconds=0", "");
  }

  private Result result(double created, double seconds, double processor) {
    var setting = new LinkedHashMap<String, Object>();
    setting.put("nodes", what.nodes());
    setting.put("warm_up_pods", WARM_UP);
    setting.put("warm_up_pods_alike", WARM_UP_ALIKE);
    setting.put("initial_pods", what.initial().count());
    setting.put("pods", what.pods());
    var numbers = new LinkedHashMap<String, Double>();
    numbers.put("pods_per_s", (double) Math.round(what.pods() / seconds));
    numbers.put("created_per_s", (double) Math.round(what.pods() / created));
    numbers.put("server_cpu_us", (double) Math.round(processor / what.pods() * 1e6));
    return new Result(
        "schedule-" + what.word(),
        setting,
        numbers,
        Map.of("pods_per_s", Target.atLeast(what.target())));
  }

  private static byte[] node(long number) {
    return SchedulingCase.node(number).getBytes(StandardCharsets.UTF_8);
  }

  /** The node of the machine is not of those that are simulated. */
  private static void cordonOwnNode(JsonRequests client) throws IOException, InterruptedException {
    var list =
        new String(
            client.send("GET", NODES + "?labelSelector=nauarch.dev%2Fsimulated%21%3Dtrue", ""),
            StandardCharsets.UTF_8);
    var at = list.indexOf("\"name\":\"", list.indexOf("\"items\"")) + 8;
    var path = NODES + "/" + list.substring(at, list.indexOf('"', at));
    client.patch(path, "{\"spec\":{\"unschedulable\":true}}");
  }

  private void create(LongFunction<Request> requests, int count) throws IOException {
    try (var load = new Load(server, TlsContext.of(options), Load.Shape.HTTP1, requests, 201)) {
      load.complete(count);
    }
  }

  private void create(SchedulingCase.Pods pods) throws IOException {
    create(creation(pods), pods.count());
  }

  /** Creates pods of several kinds, one kind after the other, over the same connections. */
  private void create(List<SchedulingCase.Pods> all) throws IOException {
    var creationByFirst = new TreeMap<Long, LongFunction<Request>>();
    var count = 0;
    for (var pods : all) {
      creationByFirst.put((long) count, creation(pods));
      count += pods.count();
    }
    create(
        number -> {
          var kind = creationByFirst.floorEntry(number);
          return kind.getValue().apply(number - kind.getKey());
        },
        count);
  }

  private static LongFunction<Request> creation(SchedulingCase.Pods pods) {
    return ApiBench.creation(ApiBench.NAMESPACE + "pods", pods.name(), pods.json());
  }

  private void bind(JsonRequests client, SchedulingCase.Pods pods)
      throws IOException, InterruptedException {
    if (pods.count() > 0) {
      create(pods);
      await(client, pods);
    }
  }

  /**
   * Waits until all have nodes. The last one is looked at until it has one: to look for any that
   * has none is work for the server.
   */
  private static void await(JsonRequests client, SchedulingCase.Pods pods)
      throws IOException, InterruptedException {
    var last = ApiBench.NAMESPACE + "pods/" + pods.name() + "-%09d".formatted(pods.count() - 1);
    await(client, last, text -> text.contains("\"nodeName\":"));
    await(client, WAITING, text -> !text.contains("\"name\":\"" + pods.name() + "-"));
  }

  private static void await(JsonRequests client, String path, Predicate<String> done)
      throws IOException, InterruptedException {
    var end = System.nanoTime() + SECONDS_MAX * 1_000_000_000;
    while (!done.test(new String(client.send("GET", path, ""), StandardCharsets.UTF_8))) {
      if (System.nanoTime() > end) {
        throw new IOException("pods still wait after " + SECONDS_MAX + " s");
      }
      Thread.sleep(POLL_MILLIS);
    }
  }
}
