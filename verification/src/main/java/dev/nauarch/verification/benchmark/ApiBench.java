package dev.nauarch.verification.benchmark;

import dev.nauarch.client.remote.RemoteOptions;
import dev.nauarch.client.remote.TlsContext;
import dev.nauarch.verification.benchmark.Exchange.Request;
import dev.nauarch.verification.benchmark.Result.Target;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;

/** Objects of 3 KB through HTTPS with a client certificate, 64 requests in flight. */
final class ApiBench {

  private static final int OBJECT_BYTES = 3 * 1024;

  /** So many make a pod of that size. */
  private static final int POD_VARIABLES = 35;

  private static final int READ_OBJECTS = 1000;
  static final String NAMESPACE = "/api/v1/namespaces/default/";
  static final String DIGITS = "000000000";
  private static final byte[] NOTHING = new byte[0];

  private final InetSocketAddress server;
  private final RemoteOptions options;
  private final ProcessUse process;
  private final Duration warmUp;
  private final Duration measured;
  private int run;

  /**
   * @param warmUp how long each load lasts before it is measured
   */
  ApiBench(Cluster cluster, Duration warmUp, Duration measured) throws IOException {
    this.process = ProcessUse.of(cluster.pid());
    this.options = cluster.options();
    this.server = new InetSocketAddress(options.server().getHost(), options.server().getPort());
    this.warmUp = warmUp;
    this.measured = measured;
  }

  /** All loads, one after the other. */
  List<Result> run() throws IOException {
    var created =
        result(
            "api-create",
            "configmaps",
            Load.Shape.HTTP1,
            creation("configmaps"),
            201,
            Map.of("per_second", Target.atLeast(10_000), "median_ms", Target.atMost(5)));
    var pods = result("api-create", "pods", Load.Shape.HTTP1, creation("pods"), 201, Map.of());
    var prefix = NAMESPACE + "configmaps/" + name("configmaps", 1);
    LongFunction<Request> read =
        number -> new Request("GET", prefix + "-" + digits(number % READ_OBJECTS), NOTHING);
    var got1 =
        result(
            "api-get",
            "configmaps",
            Load.Shape.HTTP1,
            read,
            200,
            Map.of("per_second", Target.atLeast(40_000)));
    var got2 =
        result(
            "api-get",
            "configmaps",
            Load.Shape.HTTP2,
            read,
            200,
            Map.of("per_second", Target.atLeast(70_000)));
    return List.of(created, pods, got1, got2);
  }

  /** Requests that differ in the digits of the object's name alone, so that they cost little. */
  private LongFunction<Request> creation(String plural) {
    run++;
    return creation(plural, name(plural, run));
  }

  private static LongFunction<Request> creation(String plural, String name) {
    var named = name + "-" + DIGITS;
    var text = plural.equals("pods") ? pod(named, POD_VARIABLES) : map(named);
    return creation(NAMESPACE + plural, name, text);
  }

  /**
   * Requests to create pods.
   *
   * @param variables how many environment variables each has: 70 bytes, and as many again where the
   *     server notes who owns them
   */
  static LongFunction<Request> podCreation(String name, int variables) {
    return creation(NAMESPACE + "pods", name, pod(name + "-" + DIGITS, variables));
  }

  /**
   * Requests to create the same object under names that begin with a word and end with a number.
   *
   * @param path where
   * @param text the object, named by the word, a hyphen and {@link #DIGITS} where it is first named
   */
  static LongFunction<Request> creation(String path, String name, String text) {
    var prefix = name + "-";
    var template = text.getBytes(StandardCharsets.US_ASCII);
    var end = text.indexOf(prefix + DIGITS) + prefix.length() + DIGITS.length();
    return number -> {
      var body = template.clone();
      var rest = number;
      for (var at = end - 1; rest > 0; at--) {
        body[at] = (byte) ('0' + rest % 10);
        rest /= 10;
      }
      return new Request("POST", path, body);
    };
  }

  private static String digits(long number) {
    var text = Long.toString(number);
    return DIGITS.substring(text.length()) + text;
  }

  private static String name(String plural, int run) {
    return plural + "-" + run;
  }

  private Result result(
      String benchmark,
      String plural,
      Load.Shape shape,
      LongFunction<Request> requests,
      int expected,
      Map<String, Target> targets)
      throws IOException {
    try (var load = new Load(server, TlsContext.of(options), shape, requests, expected)) {
      var found = load.run(process, warmUp, measured);
      var setting = new LinkedHashMap<String, Object>();
      setting.put("resource", plural);
      setting.put("object_bytes", OBJECT_BYTES);
      setting.put("protocol", shape.protocol());
      setting.put("in_flight", shape.connections() * shape.inFlightEach());
      setting.put("warm_up_s", warmUp.toSeconds());
      setting.put("measured_s", measured.toSeconds());
      var numbers = new LinkedHashMap<String, Double>();
      numbers.put("per_second", found.perSecond());
      numbers.put("median_ms", found.medianMs());
      numbers.put("p99_ms", found.p99Ms());
      numbers.put("server_cpu_us", found.serverMicros());
      numbers.put("client_cpu_us", found.clientMicros());
      return new Result(benchmark, setting, numbers, targets);
    }
  }

  /** An object of the size that is measured. */
  static String map(String name) {
    var head =
        "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\""
            + name
            + "\",\"labels\":{\"app\":\"bench\"}},\"data\":{\"text\":\"";
    return head + "x".repeat(OBJECT_BYTES - head.length() - 3) + "\"}}";
  }

  /** A pod of a scheduler that is not there, so that it stays. */
  private static String pod(String name, int count) {
    var head =
        """
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"%s","labels":{"app":"bench","tier":"a"}},
         "spec":{"schedulerName":"none","restartPolicy":"Never","containers":[
          {"name":"main","image":"host","command":["sleep","10"],
           "env":[%s],
           "resources":{"requests":{"cpu":"100m","memory":"64Mi"},"limits":{"memory":"128Mi"}},
           "ports":[{"name":"http","containerPort":8080}]}],
          "tolerations":[{"key":"gpu","operator":"Exists","effect":"NoSchedule"}]}}""";
    var variables = new StringBuilder();
    for (var i = 0; i < count; i++) {
      variables.append(i == 0 ? "" : ",");
      variables.append("{\"name\":\"VARIABLE_").append(i).append("\",\"value\":\"");
      variables.append("x".repeat(40)).append("\"}");
    }
    return head.formatted(name, variables);
  }
}
