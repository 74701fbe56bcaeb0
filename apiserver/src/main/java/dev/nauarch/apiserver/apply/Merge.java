package dev.nauarch.apiserver.apply;

import java.util.LinkedHashSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Lays an applied configuration over a live value. */
final class Merge {

  private Merge() {}

  /** The live value with everything that the configuration sets; null for nothing at all. */
  static @Nullable JsonNode of(Shape shape, @Nullable JsonNode live, @Nullable JsonNode applied) {
    if (live == null || applied == null) {
      var value = applied == null ? live : applied;
      return value == null ? null : mergeAs(shape, shape.form(value), live, applied);
    }
    // Null takes the form of the other side.
    var form = applied.isNull() ? shape.form(live) : shape.form(applied);
    return mergeAs(shape, form, live, applied);
  }

  private static @Nullable JsonNode mergeAs(
      Shape shape, Shape.Form form, @Nullable JsonNode live, @Nullable JsonNode applied) {
    var isLeaf =
        switch (form) {
          case SCALAR -> true;
          case LIST -> shape.isAtomicList() || (isEmptyList(live) && isEmptyList(applied));
          case MAP -> shape.isAtomicMap() || (isEmptyMap(live) && isEmptyMap(applied));
        };
    if (isLeaf) {
      return applied == null ? live : applied;
    }
    return form == Shape.Form.LIST
        ? new ListOverlay(shape, live, applied).merged()
        : fields(shape, live, applied);
  }

  private static @Nullable JsonNode fields(
      Shape shape, @Nullable JsonNode live, @Nullable JsonNode applied) {
    var names = new LinkedHashSet<String>();
    if (live != null && live.isObject()) {
      names.addAll(live.propertyNames());
    }
    if (applied != null && applied.isObject()) {
      names.addAll(applied.propertyNames());
    }
    var result = JsonNodeFactory.instance.objectNode();
    for (var name : names) {
      var merged =
          of(
              shape.field(name).orElse(Shape.UNKNOWN),
              live == null ? null : live.get(name),
              applied == null ? null : applied.get(name));
      if (merged != null) {
        result.set(name, merged);
      }
    }
    return result.isEmpty() ? null : result;
  }

  private static boolean isEmptyList(@Nullable JsonNode value) {
    return value == null || !value.isArray() || value.isEmpty();
  }

  private static boolean isEmptyMap(@Nullable JsonNode value) {
    return value == null || !value.isObject() || value.isEmpty();
  }
}
