package dev.nauarch.apiserver.request;

import dev.nauarch.api.ApiException;
import dev.nauarch.apiserver.object.Json;
import java.util.Set;
import java.util.regex.Pattern;

/** Looks at how long a client wants to wait for an answer that does not go on for ever. */
final class Timeouts {

  private static final Set<String> LASTING =
      Set.of("attach", "exec", "proxy", "log", "portforward");
  private static final Pattern NUMBER = Pattern.compile("([0-9]+(\\.[0-9]*)?|\\.[0-9]+)");
  private static final Pattern DURATION =
      Pattern.compile("[-+]?(0|(" + NUMBER + "(ns|us|µs|μs|ms|s|m|h))+)");
  private static final Pattern WITHOUT_UNIT =
      Pattern.compile("[-+]?(" + NUMBER + "(ns|us|µs|μs|ms|s|m|h))*" + NUMBER);

  private Timeouts() {}

  /**
   * Refuses what is no duration.
   *
   * @throws ApiException where it is none
   */
  static void check(Request request, Route route) {
    if (!request.query().contains("timeout=") || isLasting(request, route)) {
      return;
    }
    var value = Query.parse(request.query()).text("timeout");
    if (!value.isEmpty() && !DURATION.matcher(value).matches()) {
      var what =
          WITHOUT_UNIT.matcher(value).matches() ? "missing unit in duration " : "invalid duration ";
      throw ApiException.badRequest(
          "invalid timeout specified in the request URL - time: " + what + Json.quoted(value));
    }
  }

  private static boolean isLasting(Request request, Route route) {
    return route instanceof Route.Resource resource
        && (LASTING.contains(resource.subresource()) || Query.parse(request.query()).flag("watch"));
  }
}
