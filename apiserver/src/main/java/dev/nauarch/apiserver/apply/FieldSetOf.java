package dev.nauarch.apiserver.apply;

import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** The fields that a value sets: its leaves, and the items and keys that it names. */
final class FieldSetOf {

  private FieldSetOf() {}

  static FieldSet value(Shape shape, JsonNode value) {
    var set = new FieldSet.Builder();
    collect(shape, value, set);
    return set.build();
  }

  /** Collects what is below a value; gives whether the value itself is a leaf. */
  private static boolean collect(Shape shape, JsonNode value, FieldSet.Builder into) {
    return switch (shape.form(value)) {
      case SCALAR -> true;
      case LIST -> {
        if (!shape.isAtomicList() && value.isArray()) {
          collectItems(shape, value, into);
        }
        yield shape.isAtomicList() || !(value.isArray() || value.isNull());
      }
      case MAP -> {
        if (!shape.isAtomicMap() && value.isObject()) {
          collectFields(shape, value, into);
        }
        yield shape.isAtomicMap() || !(value.isObject() || value.isNull());
      }
    };
  }

  private static void collectItems(Shape shape, JsonNode list, FieldSet.Builder into) {
    var countByElement = new TreeMap<PathElement, Integer>();
    for (var item : list) {
      shape.element(item).ifPresent(element -> countByElement.merge(element, 1, Integer::sum));
    }
    for (var item : list) {
      var found = shape.element(item);
      if (found.isPresent()) {
        var element = found.get();
        // Items that stand twice are owned as wholes only.
        var isOnce = countByElement.getOrDefault(element, 0) == 1;
        into.add(element, true, isOnce ? value(shape.item(), item) : FieldSet.EMPTY);
      }
    }
  }

  private static void collectFields(Shape shape, JsonNode object, FieldSet.Builder into) {
    for (var entry : object.properties()) {
      var element = new PathElement.Field(entry.getKey());
      var value = entry.getValue();
      var below = new FieldSet.Builder();
      var isLeaf = collect(shape.field(entry.getKey()).orElse(Shape.UNKNOWN), value, below);
      var isEmpty = value.isNull() || (value.isObject() && value.isEmpty());
      var isMember = isLeaf || isEmpty || !shape.declares(entry.getKey());
      into.add(element, isMember, below.build());
    }
  }
}
