package dev.nauarch.apiserver.request;

import dev.nauarch.api.ApiException;
import dev.nauarch.apiserver.registry.Registry;
import dev.nauarch.apiserver.watch.WatchStart;
import java.io.IOException;
import java.time.Duration;
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

  Response list(Call call) throws IOException {
    return answers.list(call, registry.list(call.kind(), Options.list(call)));
  }

  Response watch(Call call) {
    ListRules.checkWatch(call.query());
    var selection = Options.selection(call);
    var headers = Answers.warnings(call);
    var type = call.encoding().mediaType();
    var mediaType = type.equals(Encoding.PROTOBUF) ? type + ";stream=watch" : type;
    try {
      var channel = registry.watch(call.kind(), selection, start(call.query()));
      var wantsBookmarks = call.query().flag("allowWatchBookmarks");
      return new Response.Streamed(
          200,
          mediaType,
          new WatchWriter(call, answers, channel, timeout(call.query()), wantsBookmarks),
          headers);
    } catch (ApiException e) {
      if (e.reason() != ApiException.Reason.EXPIRED) {
        throw e;
      }
      return new Response.Streamed(200, mediaType, WatchWriter.failed(answers, call, e), headers);
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

  private static Duration timeout(Query query) {
    var seconds = query.number("timeoutSeconds", 0);
    if (seconds != 0) {
      return Duration.ofSeconds(Math.clamp(seconds, 0, WATCH_MAX.toSeconds()));
    }
    // Spread, so that the watches of a restarted fleet do not all end at once.
    return WATCH_MIN.plusSeconds(ThreadLocalRandom.current().nextLong(WATCH_MIN.toSeconds()));
  }
}
