package dev.nauarch.scheduling.translate;

import dev.nauarch.scheduling.explain.Json;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Bodies of patches. */
final class Patches {

  /** Conditions and events cut their text here, as Kubernetes limits what it stores. */
  static final int MESSAGE_LIMIT = 4_096;

  private Patches() {}

  /** Sets annotations; a null value takes one away. */
  static String annotations(Map<String, @Nullable String> annotations) {
    return Json.write(in("metadata", in("annotations", annotations)));
  }

  static Map<String, @Nullable String> one(String name, @Nullable String value) {
    var map = new LinkedHashMap<String, @Nullable String>();
    map.put(name, value);
    return map;
  }

  /** Sets these conditions, and nothing else of the status. */
  static String conditions(List<Map<String, Object>> conditions) {
    return Json.write(in("status", in("conditions", conditions)));
  }

  static Map<String, Object> condition(
      String type, boolean holds, String reason, String message, Instant at) {
    var condition = new LinkedHashMap<String, Object>();
    condition.put("type", type);
    condition.put("status", holds ? "True" : "False");
    condition.put("reason", reason);
    condition.put("message", cut(message, MESSAGE_LIMIT));
    condition.put("lastTransitionTime", at.truncatedTo(ChronoUnit.SECONDS).toString());
    return condition;
  }

  /** An object of one field. */
  static Map<String, @Nullable Object> in(String name, @Nullable Object value) {
    var object = new LinkedHashMap<String, @Nullable Object>();
    object.put(name, value);
    return object;
  }

  static String cut(String text, int limit) {
    return text.length() <= limit ? text : text.substring(0, limit - 1) + "…";
  }
}
