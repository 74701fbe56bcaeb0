package dev.nauarch.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonIncludeProperties;
import java.io.ByteArrayOutputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Which members of models an outline leaves out, as the mix-ins say that leave them out. */
final class OutlineRules {

  private final Map<Class<?>, Predicate<String>> droppedByModel = new LinkedHashMap<>();

  /** Adds what a mix-in says of a model. */
  OutlineRules add(Class<?> model, Class<?> mixIn) {
    var ignored = mixIn.getAnnotation(JsonIgnoreProperties.class);
    var included = mixIn.getAnnotation(JsonIncludeProperties.class);
    if (ignored != null) {
      var names = Set.of(ignored.value());
      droppedByModel.put(model, names::contains);
    } else if (included != null) {
      var names = Set.of(included.value());
      droppedByModel.put(model, name -> !names.contains(name));
    } else {
      throw new IllegalArgumentException(mixIn + " leaves nothing out");
    }
    return this;
  }

  boolean drops(Class<?> model, String member) {
    var dropped = droppedByModel.get(model);
    return dropped != null && dropped.test(member);
  }

  /**
   * A list without what is left out of its items.
   *
   * @param item the model of its items, if it is one
   * @param list where it begins, at its bracket
   */
  byte[] items(@Nullable Class<?> item, byte[] json, int list) {
    var end = JsonBytes.end(json, list);
    var kept = new ByteArrayOutputStream(end - list);
    if (item == null || !droppedByModel.containsKey(item)) {
      kept.write(json, list, end - list);
      return kept.toByteArray();
    }
    kept.write('[');
    for (var at : JsonBytes.items(json, list)) {
      if (kept.size() > 1) {
        kept.write(',');
      }
      if (json[at] == '{') {
        object(item, json, at, kept);
      } else {
        kept.write(json, at, JsonBytes.end(json, at) - at);
      }
    }
    kept.write(']');
    return kept.toByteArray();
  }

  private void object(Class<?> model, byte[] json, int object, ByteArrayOutputStream kept) {
    kept.write('{');
    var isFirst = true;
    for (var member : JsonBytes.members(json, object)) {
      if (!drops(model, member.name(json))) {
        if (!isFirst) {
          kept.write(',');
        }
        isFirst = false;
        kept.write(json, member.start(), member.end() - member.start());
      }
    }
    kept.write('}');
  }
}
