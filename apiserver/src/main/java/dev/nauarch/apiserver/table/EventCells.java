package dev.nauarch.apiserver.table;

import java.time.Instant;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What a table says of an event, in its older form and in its newer one. */
final class EventCells {

  private EventCells() {}

  static String lastSeen(ObjectNode event, Instant now) {
    return age(
        now,
        event.at("/series/lastObservedTime"),
        event.path("lastTimestamp"),
        event.path("deprecatedLastTimestamp"),
        event.path("eventTime"),
        event.at("/metadata/creationTimestamp"));
  }

  static String firstSeen(ObjectNode event, Instant now) {
    return age(
        now,
        event.path("firstTimestamp"),
        event.path("deprecatedFirstTimestamp"),
        event.path("eventTime"),
        event.at("/metadata/creationTimestamp"));
  }

  static String object(ObjectNode event) {
    var object = event.has("regarding") ? event.path("regarding") : event.path("involvedObject");
    var kind = object.path("kind").asString("").toLowerCase(Locale.ROOT);
    var name = object.path("name").asString("");
    return name.isEmpty() ? kind : kind + "/" + name;
  }

  static String source(ObjectNode event) {
    var source = event.has("source") ? event.path("source") : event.path("deprecatedSource");
    var component = source.path("component").asString("");
    if (component.isEmpty()) {
      component =
          event.path("reportingComponent").asString(event.path("reportingController").asString(""));
    }
    var host = source.path("host").asString("");
    return host.isEmpty() ? component : component + ", " + host;
  }

  static String count(ObjectNode event) {
    var series = event.at("/series/count").asInt(0);
    var count = event.path("count").asInt(event.path("deprecatedCount").asInt(0));
    return Integer.toString(Math.max(1, Math.max(series, count)));
  }

  private static String age(Instant now, JsonNode... times) {
    for (var time : times) {
      if (!time.asString("").isEmpty()) {
        return Age.since(time.asString(""), now);
      }
    }
    return "<unknown>";
  }
}
