package dev.nauarch.apiserver.request;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.FieldError;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.registry.Registry;
import dev.nauarch.apiserver.watch.WatchStart;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** The verbs that change nothing: get, list, watch. */
final class Reading {

  private static final Duration WATCH_MIN = Duration.ofMinutes(30);
  private static final Duration WATCH_MAX = Duration.ofDays(365);

  private final Registry registry;
  private final Answers answers;

  Reading(Registry registry, Answers answers) {
    this.registry = registry;
    this.answers = answers;
  }

  Response get(Call call) {
    var version = call.query().text("resourceVersion");
    var object =
        version.isEmpty() ? registry.get(call.object()) : registry.get(call.object(), version);
    return answers.object(call, 200, object);
  }

  Response list(Call call) {
    return answers.list(call, registry.list(call.kind(), Options.list(call)));
  }

  Response watch(Call call) {
    if (!call.encoding().mediaType().equals(Encoding.JSON)) {
      throw Encoding.notAcceptable();
    }
    checkOptions(call.query());
    var selection = Options.selection(call);
    var headers = Answers.warnings(call);
    try {
      var channel = registry.watch(call.kind(), selection, start(call.query()));
      var wantsBookmarks = call.query().flag("allowWatchBookmarks");
      return new Response.Streamed(
          200,
          Encoding.JSON,
          new WatchWriter(call, answers, channel, timeout(call.query()), wantsBookmarks),
          headers);
    } catch (ApiException e) {
      if (e.reason() != ApiException.Reason.EXPIRED) {
        throw e;
      }
      return new Response.Streamed(200, Encoding.JSON, WatchWriter.failed(e), headers);
    }
  }

  private WatchStart start(Query query) {
    var version = query.text("resourceVersion");
    var wantsInitial = query.flag("sendInitialEvents");
    if (version.isEmpty()) {
      registry.awaitLatest();
    } else if (!version.equals("0")) {
      var revision = registry.await(version);
      if (!wantsInitial) {
        return new WatchStart.After(revision);
      }
    }
    if (query.has("sendInitialEvents") && !wantsInitial) {
      return new WatchStart.After(registry.parts().cache().revision());
    }
    return new WatchStart.Current(wantsInitial && query.flag("allowWatchBookmarks"));
  }

  private static void checkOptions(Query query) {
    var hasInitial = query.has("sendInitialEvents");
    var match = query.text("resourceVersionMatch");
    var errors = new ArrayList<FieldError>();
    if (!match.isEmpty() && !hasInitial) {
      errors.add(
          FieldError.forbidden(
              "resourceVersionMatch",
              "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"));
    }
    if (hasInitial && !match.equals("NotOlderThan")) {
      errors.add(
          FieldError.forbidden(
              "resourceVersionMatch",
              "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"));
    }
    if (!match.isEmpty() && !match.equals("NotOlderThan")) {
      errors.add(
          FieldError.notSupported(
              "resourceVersionMatch", Json.quoted(match), List.of("NotOlderThan")));
    }
    if (!errors.isEmpty()) {
      throw ApiException.invalid("meta.k8s.io", "ListOptions", "", errors);
    }
  }

  private static Duration timeout(Query query) {
    var seconds = query.number("timeoutSeconds", 0);
    if (seconds != 0) {
      return Duration.ofSeconds(Math.clamp(seconds, 0, WATCH_MAX.toSeconds()));
    }
    // Spread, so that the watches of a restarted fleet do not all end at once.
    return WATCH_MIN.plusSeconds(ThreadLocalRandom.current().nextLong(WATCH_MIN.toSeconds()));
  }
}
