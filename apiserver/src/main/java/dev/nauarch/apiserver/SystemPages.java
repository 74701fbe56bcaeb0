package dev.nauarch.apiserver;

import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.request.Documents;
import dev.nauarch.apiserver.request.Request;
import dev.nauarch.apiserver.request.Response;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/** Health, version and metrics, and before all of them the documents of the catalog. */
final class SystemPages implements Documents {

  private static final String TEXT = "text/plain; charset=utf-8";

  private final String emulatedVersion;
  private final Supplier<List<String>> troubles;
  private final Documents metrics;
  private final Documents others;

  /**
   * @param emulatedVersion as {@code major.minor}
   * @param troubles what keeps the server from being ready; empty when nothing does
   * @param metrics the page of metrics
   * @param others everything else
   */
  SystemPages(
      String emulatedVersion,
      Supplier<List<String>> troubles,
      Documents metrics,
      Documents others) {
    this.emulatedVersion = emulatedVersion;
    this.troubles = troubles;
    this.metrics = metrics;
    this.others = others;
  }

  @Override
  public Optional<Response> find(Request request) {
    return switch (request.path()) {
      case "/healthz", "/livez", "/livez/ping", "/healthz/ping" -> Optional.of(text(200, "ok"));
      case "/readyz" -> Optional.of(readiness());
      case "/version", "/version/" -> Optional.of(version());
      case "/metrics" -> metrics.find(request);
      default -> others.find(request);
    };
  }

  private Response readiness() {
    var found = troubles.get();
    return found.isEmpty()
        ? text(200, "ok")
        : text(500, "not ready: " + String.join("; ", found) + "\n");
  }

  private Response version() {
    var dot = emulatedVersion.indexOf('.');
    var version = Json.object();
    version.put("major", emulatedVersion.substring(0, dot));
    version.put("minor", emulatedVersion.substring(dot + 1));
    version.put("gitVersion", "v" + emulatedVersion + ".0+nauarch");
    version.put("gitCommit", "");
    version.put("gitTreeState", "clean");
    version.put("buildDate", "1970-01-01T00:00:00Z");
    version.put("goVersion", "");
    version.put("compiler", "javac");
    version.put(
        "platform",
        System.getProperty("os.name").toLowerCase(Locale.ROOT)
            + "/"
            + System.getProperty("os.arch"));
    return new Response.Full(200, "application/json", Json.write(version), List.of());
  }

  private static Response text(int status, String body) {
    return new Response.Full(status, TEXT, body.getBytes(StandardCharsets.UTF_8), List.of());
  }
}
