package dev.nauarch.verification.benchmark;

import dev.nauarch.nodeagent.network.ClusterServices;
import dev.nauarch.nodeagent.network.ClusterServices.Addresses;
import dev.nauarch.nodeagent.network.ClusterServices.Endpoint;
import dev.nauarch.nodeagent.network.ClusterServices.Entry;
import dev.nauarch.nodeagent.network.ClusterServices.Place;
import dev.nauarch.nodeagent.network.ClusterServices.Port;
import dev.nauarch.nodeagent.network.ClusterServices.Readiness;
import dev.nauarch.nodeagent.network.ClusterServices.Traffic;
import dev.nauarch.nodeagent.network.ServiceProxy;
import dev.nauarch.verification.benchmark.Result.Target;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How long it takes until services are rules in the kernel: all at once, and one endpoint that
 * comes or goes. Measured in a process with a network namespace of its own, so that nothing of the
 * machine is touched; needs root and {@code nft}.
 */
final class ServicesBench {
  private static final int SERVICES = 5_000;
  private static final int ENDPOINTS = 2;
  private static final int LOADS = 7;
  private static final int CHANGES = 200;

  private ServicesBench() {}

  /** Runs the other process and reads what it found. */
  static Result run() throws IOException, InterruptedException {
    var java = ProcessHandle.current().info().command().orElse("java");
    var process =
        new ProcessBuilder(
                "unshare",
                "--net",
                java,
                "-cp",
                System.getProperty("java.class.path"),
                ServicesBench.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    var words = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException("services were not measured; that needs root, unshare and nft");
    }
    var found = words.strip().split(" ", -1);
    var setting = new LinkedHashMap<String, Object>();
    setting.put("services", SERVICES);
    setting.put("endpoints_each", ENDPOINTS);
    setting.put("loads", LOADS);
    setting.put("changes", CHANGES);
    var numbers = new LinkedHashMap<String, Double>();
    numbers.put("load_median_ms", Double.valueOf(found[0]));
    numbers.put("load_worst_ms", Double.valueOf(found[1]));
    numbers.put("change_median_ms", Double.valueOf(found[2]));
    numbers.put("change_p99_ms", Double.valueOf(found[3]));
    return new Result(
        "services-nftables",
        setting,
        numbers,
        Map.of("load_median_ms", Target.atMost(1_000), "change_median_ms", Target.atMost(20)));
  }

  /** Measures in this process. */
  public static void main(String[] words) {
    var services = new TreeMap<String, Entry>();
    for (var i = 0; i < SERVICES; i++) {
      services.put("bench/s" + i, service(i, ENDPOINTS));
    }
    var loads = new Latencies();
    var proxy = proxy();
    for (var i = 0; i < LOADS; i++) {
      proxy = proxy();
      loads.add(timed(proxy, services));
    }
    var changes = new Latencies();
    for (var i = 0; i < CHANGES; i++) {
      services.put("bench/s7", service(7, ENDPOINTS + 1 - i % 2));
      changes.add(timed(proxy, services));
    }
    System.out.printf(
        "%s %s %s %s%n",
        loads.milliseconds(0.5),
        loads.milliseconds(1),
        changes.milliseconds(0.5),
        changes.milliseconds(0.99));
  }

  private static ServiceProxy proxy() {
    return new ServiceProxy("nauarch-bench", List.of("10.244.0.0/16"), List.of("10.96.0.0/16"));
  }

  private static long timed(ServiceProxy proxy, SortedMap<String, Entry> services) {
    var state = new ClusterServices(new TreeMap<>(services));
    var begin = System.nanoTime();
    proxy.accept(state);
    return System.nanoTime() - begin;
  }

  private static Entry service(int number, int count) {
    var endpoints = new ArrayList<Endpoint>();
    for (var i = 0; i < count; i++) {
      var ip = "10.244." + (number * 3 + i) / 250 + "." + (number * 3 + i) % 250;
      endpoints.add(new Endpoint(ip, "", Readiness.READY, Place.HERE, Map.of("", 8080)));
    }
    return new Entry(
        "bench",
        "s" + number,
        Addresses.ofCluster("10.96." + number / 250 + "." + (number % 250 + 1)),
        Optional.empty(),
        Traffic.ANYWHERE,
        List.of(new Port("", "tcp", 80, 0)),
        List.copyOf(endpoints));
  }
}
