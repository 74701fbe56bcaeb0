package dev.nauarch.verification.benchmark;

import dev.nauarch.verification.benchmark.Result.Target;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** How soon a custom kind can be used: from the request that defines it to its first object. */
final class CustomKindBench {

  private static final String DEFINITIONS =
      "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
  private static final String OBJECTS = "/apis/bench.example.com/v1/namespaces/default/";
  private static final int WARM_UP_KINDS = 100;
  private static final int KINDS = 200;
  private static final double TARGET_MS = 100;
  private static final long SECONDS_MAX = 20;

  private CustomKindBench() {}

  /** Defines one kind after the other, and makes an object of each as soon as it is let to. */
  static Result run(Cluster cluster) throws IOException, InterruptedException {
    var latencies = new Latencies();
    try (var client = new JsonRequests(cluster.options())) {
      for (var i = 0; i < WARM_UP_KINDS + KINDS; i++) {
        if (i == WARM_UP_KINDS) {
          latencies.clear();
        }
        latencies.add(usableAfter(client, i));
      }
    }
    var setting = new LinkedHashMap<String, Object>();
    setting.put("kinds", KINDS);
    setting.put("kinds_before", WARM_UP_KINDS);
    var numbers = new LinkedHashMap<String, Double>();
    numbers.put("median_ms", latencies.milliseconds(0.5));
    numbers.put("p99_ms", latencies.milliseconds(0.99));
    numbers.put("max_ms", latencies.milliseconds(1));
    return new Result(
        "api-custom-kind",
        setting,
        numbers,
        Map.of("median_ms", Target.atMost(TARGET_MS), "max_ms", Target.atMost(TARGET_MS)));
  }

  private static long usableAfter(JsonRequests client, int number)
      throws IOException, InterruptedException {
    var object =
        """
        {"apiVersion":"bench.example.com/v1","kind":"Kind%d","metadata":{"name":"first"},
         "spec":{"n":1}}
        """
            .formatted(number);
    var path = OBJECTS + "kinds" + number;
    var begin = System.nanoTime();
    client.send("POST", DEFINITIONS, definition(number));
    var answer = client.exchange("POST", path, object);
    while (answer.statusCode() != 201) {
      if (System.nanoTime() - begin > SECONDS_MAX * 1_000_000_000) {
        throw new IOException("kind " + number + " was not served: " + answer.statusCode());
      }
      answer = client.exchange("POST", path, object);
    }
    return System.nanoTime() - begin;
  }

  private static String definition(int number) {
    return """
    {"metadata":{"name":"kinds%1$d.bench.example.com"},
     "spec":{"group":"bench.example.com","scope":"Namespaced",
      "names":{"plural":"kinds%1$d","kind":"Kind%1$d"},
      "versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{
       "type":"object","properties":{"spec":{"type":"object",
        "x-kubernetes-validations":[{"rule":"self.n > 0"}],
        "properties":{"n":{"type":"integer"},"text":{"type":"string","default":"t"}}}}}}}]}}
    """
        .formatted(number);
  }
}
