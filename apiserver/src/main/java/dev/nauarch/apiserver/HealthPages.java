package dev.nauarch.apiserver;

import dev.nauarch.apiserver.request.Query;
import dev.nauarch.apiserver.request.Request;
import dev.nauarch.apiserver.request.Response;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * {@code /livez}, {@code /readyz} and {@code /healthz}: {@code ok}, or with {@code ?verbose} each
 * check in a line of its own; checks named by {@code ?exclude=} are passed over, and each check has
 * a page below.
 */
final class HealthPages {

  private static final String TEXT = "text/plain; charset=utf-8";
  private static final String PING = "ping";

  private final Map<String, Map<String, BooleanSupplier>> checksByPage;

  /**
   * @param isReady whether the server has written what every cluster begins with
   */
  HealthPages(BooleanSupplier isReady) {
    BooleanSupplier always = () -> true;
    var ready = new LinkedHashMap<String, BooleanSupplier>();
    ready.put(PING, always);
    ready.put("first-objects", isReady);
    this.checksByPage =
        Map.of("healthz", Map.of(PING, always), "livez", Map.of(PING, always), "readyz", ready);
  }

  /** The page of a path; empty where there is none. */
  Optional<Response> find(Request request) {
    var path = request.path().substring(1);
    var slash = path.indexOf('/');
    var name = slash < 0 ? path : path.substring(0, slash);
    var checks = checksByPage.get(name);
    if (checks == null) {
      return Optional.empty();
    }
    if (slash < 0 || slash == path.length() - 1) {
      return Optional.of(page(name, checks, Query.parse(request.query())));
    }
    return Optional.ofNullable(checks.get(path.substring(slash + 1)))
        .map(
            check ->
                check.getAsBoolean()
                    ? text(200, "ok")
                    : text(500, "internal server error: not yet\n"));
  }

  private static Response page(String name, Map<String, BooleanSupplier> checks, Query query) {
    var excluded = new LinkedHashSet<>(query.all("exclude"));
    var lines = new StringBuilder();
    var isFine = true;
    for (var check : checks.entrySet()) {
      if (excluded.remove(check.getKey())) {
        lines.append("[+]").append(check.getKey()).append(" excluded: ok\n");
      } else if (check.getValue().getAsBoolean()) {
        lines.append("[+]").append(check.getKey()).append(" ok\n");
      } else {
        isFine = false;
        lines.append("[-]").append(check.getKey()).append(" failed: reason withheld\n");
      }
    }
    if (!excluded.isEmpty()) {
      lines
          .append("warn: some health checks cannot be excluded: no matches for ")
          .append(excluded.stream().map(one -> '"' + one + '"').collect(Collectors.joining(", ")))
          .append('\n');
    }
    if (!isFine) {
      return text(500, lines + name + " check failed\n");
    }
    return text(200, query.has("verbose") ? lines + name + " check passed\n" : "ok");
  }

  private static Response text(int status, String body) {
    return new Response.Full(
        status,
        TEXT,
        body.getBytes(StandardCharsets.UTF_8),
        List.of(new Response.Header("X-Content-Type-Options", "nosniff")));
  }
}
