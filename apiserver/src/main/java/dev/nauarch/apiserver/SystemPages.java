package dev.nauarch.apiserver;

import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.request.Documents;
import dev.nauarch.apiserver.request.Indentation;
import dev.nauarch.apiserver.request.Request;
import dev.nauarch.apiserver.request.Response;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Health, version and metrics, and before all of them the documents of the catalog. */
final class SystemPages implements Documents {

  private final String emulatedVersion;
  private final HealthPages health;
  private final Documents metrics;
  private final Documents others;

  /**
   * @param emulatedVersion as {@code major.minor}
   * @param health the pages of its health
   * @param metrics the page of metrics
   * @param others everything else
   */
  SystemPages(String emulatedVersion, HealthPages health, Documents metrics, Documents others) {
    this.emulatedVersion = emulatedVersion;
    this.health = health;
    this.metrics = metrics;
    this.others = others;
  }

  @Override
  public Optional<Response> find(Request request) {
    return switch (request.path()) {
      case "/version", "/version/" -> Optional.of(Indentation.of(request, version()));
      case "/metrics" -> metrics.find(request);
      default -> {
        var page = health.find(request);
        yield page.isPresent() ? page : document(request);
      }
    };
  }

  /** OpenAPI, which is large and read by programs, stays as it is. */
  private Optional<Response> document(Request request) {
    var found = others.find(request);
    return request.path().startsWith("/openapi/")
        ? found
        : found.map(page -> Indentation.of(request, page));
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
}
