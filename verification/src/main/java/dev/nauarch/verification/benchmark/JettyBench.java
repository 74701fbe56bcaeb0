package dev.nauarch.verification.benchmark;

import dev.nauarch.client.remote.RemoteOptions;
import dev.nauarch.client.remote.TlsContext;
import dev.nauarch.verification.benchmark.Exchange.Request;
import dev.nauarch.verification.benchmark.Result.Target;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;

/** Reads of the API server against the same bytes from the HTTP server library alone. */
final class JettyBench {

  private static final int PORT = 27444;
  private static final int LISTED = 40;
  private static final String NAMESPACE = "/api/v1/namespaces/default/configmaps";
  private static final String SELECTED = NAMESPACE + "?labelSelector=app%3Dbench&limit=";

  private final Cluster cluster;
  private final RemoteOptions options;
  private final Duration warmUp;
  private final Duration measured;

  JettyBench(Cluster cluster, Duration warmUp, Duration measured) {
    this.cluster = cluster;
    this.options = cluster.options();
    this.warmUp = warmUp;
    this.measured = measured;
  }

  List<Result> run() throws IOException, InterruptedException {
    try (var load = load(ours(), Load.Shape.HTTP1, JettyBench::post, 201)) {
      load.complete(LISTED);
    }
    var results = new ArrayList<Result>();
    for (var path : List.of(NAMESPACE + "/compared-000000000", SELECTED + LISTED)) {
      var answer = Files.createTempFile("nau-bench", ".json");
      Files.write(answer, get(path));
      for (var shape : List.of(Load.Shape.HTTP1, Load.Shape.HTTP2)) {
        results.add(compare(path, answer, shape));
      }
      Files.delete(answer);
    }
    return results;
  }

  private Result compare(String path, Path answer, Load.Shape shape)
      throws IOException, InterruptedException {
    var request = new Request("GET", path, new byte[0]);
    Load.Measured ours;
    try (var load = load(ours(), shape, number -> request, 200)) {
      ours = load.run(ProcessUse.of(cluster.pid()), warmUp, measured);
    }
    Load.Measured library;
    var process = baseline(answer);
    try (var load =
        load(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), PORT),
            shape,
            n -> request,
            200)) {
      library = load.run(ProcessUse.of(process.pid()), warmUp, measured);
    } finally {
      process.destroy();
      process.waitFor();
    }
    var setting = new LinkedHashMap<String, Object>();
    setting.put("what", path.contains("?") ? "list" : "get");
    setting.put("answer_bytes", Files.size(answer));
    setting.put("protocol", shape.protocol());
    setting.put("measured_s", measured.toSeconds());
    var numbers = new LinkedHashMap<String, Double>();
    numbers.put("per_second", ours.perSecond());
    numbers.put("library_per_second", library.perSecond());
    numbers.put("server_cpu_us", ours.serverMicros());
    numbers.put("library_cpu_us", library.serverMicros());
    numbers.put("ratio", Math.round(library.perSecond() / ours.perSecond() * 100) / 100.0);
    return new Result("api-library", setting, numbers, Map.of("ratio", Target.atMost(1.5)));
  }

  private Process baseline(Path answer) throws IOException {
    var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                JettyBaseline.class.getName(),
                cluster.home().pki().toString(),
                answer.toString(),
                Integer.toString(PORT))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    // Its one line says that it listens.
    var line = new byte["serving".length()];
    if (process.getInputStream().readNBytes(line, 0, line.length) < line.length) {
      throw new IOException("the HTTP server alone does not start");
    }
    return process;
  }

  private InetSocketAddress ours() {
    return new InetSocketAddress(options.server().getHost(), options.server().getPort());
  }

  private Load load(
      InetSocketAddress server, Load.Shape shape, LongFunction<Request> requests, int expected)
      throws IOException {
    return new Load(server, TlsContext.of(options), shape, requests, expected);
  }

  private static Request post(long number) {
    var map = ApiBench.map("compared-%09d".formatted(number));
    return new Request("POST", NAMESPACE, map.getBytes(StandardCharsets.US_ASCII));
  }

  private byte[] get(String path) throws IOException, InterruptedException {
    try (var client = new JsonRequests(options)) {
      return client.send("GET", path, "");
    }
  }
}
