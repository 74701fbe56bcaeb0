package dev.nauarch.apiserver.apply;

import dev.nauarch.apiserver.patch.JsonValues;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * How one value differs from another, field by field.
 *
 * @param added fields that only the new value has
 * @param modified fields that both have, with other values
 * @param removed fields that only the old value has
 */
record Comparison(FieldSet added, FieldSet modified, FieldSet removed) {

  /** How {@code updated} differs from {@code old}. */
  static Comparison of(Shape shape, JsonNode old, JsonNode updated) {
    var sides = new Sides();
    compare(shape, old, updated, sides);
    return sides.build();
  }

  /** The comparison with every set changed in the same way. */
  Comparison map(UnaryOperator<FieldSet> filter) {
    return new Comparison(filter.apply(added), filter.apply(modified), filter.apply(removed));
  }

  /** The three sets of what is below one value, while they are collected. */
  private static final class Sides {
    private final FieldSet.Builder added = new FieldSet.Builder();
    private final FieldSet.Builder modified = new FieldSet.Builder();
    private final FieldSet.Builder removed = new FieldSet.Builder();

    Comparison build() {
      return new Comparison(added.build(), modified.build(), removed.build());
    }
  }

  /**
   * Compares two values and collects how what is below them differs.
   *
   * @return whether the value itself is another one
   */
  private static boolean compare(Shape shape, JsonNode old, JsonNode updated, Sides below) {
    var oldForm = shape.form(old);
    var newForm = shape.form(updated);
    if (oldForm == newForm || old.isNull()) {
      return compareAs(shape, newForm, old, updated, below);
    }
    if (updated.isNull()) {
      return compareAs(shape, oldForm, old, updated, below);
    }
    // The value changed its form: the old form's leaves go, the new form's come.
    var first = compareAs(shape, oldForm, old, updated, below);
    var second = compareAs(shape, newForm, old, updated, below);
    return first || second;
  }

  private static boolean compareAs(
      Shape shape, Shape.Form form, JsonNode old, JsonNode updated, Sides below) {
    if (isLeaf(shape, form, old) && isLeaf(shape, form, updated)) {
      return !JsonValues.same(old, updated);
    }
    if (form == Shape.Form.LIST) {
      compareItems(shape, old, updated, below);
    } else {
      compareFields(shape, old, updated, below);
    }
    return false;
  }

  private static boolean isLeaf(Shape shape, Shape.Form form, JsonNode value) {
    return switch (form) {
      case SCALAR -> true;
      case LIST -> shape.isAtomicList() || !value.isArray() || value.isEmpty();
      case MAP -> shape.isAtomicMap() || !value.isObject() || value.isEmpty();
    };
  }

  /** All that is below a value which only one side has. */
  private static FieldSet whole(Shape shape, JsonNode value) {
    var form = shape.form(value);
    if (isLeaf(shape, form, value)) {
      return FieldSet.EMPTY;
    }
    var below = new FieldSet.Builder();
    if (form == Shape.Form.LIST) {
      itemsByElement(shape, value)
          .forEach(
              (element, items) ->
                  below.add(
                      element,
                      true,
                      items.size() > 1 ? FieldSet.EMPTY : whole(shape.item(), items.getFirst())));
    } else {
      for (var field : value.properties()) {
        var inner = shape.field(field.getKey()).orElse(Shape.UNKNOWN);
        below.add(new PathElement.Field(field.getKey()), true, whole(inner, field.getValue()));
      }
    }
    return below.build();
  }

  private static void compareFields(Shape shape, JsonNode old, JsonNode updated, Sides into) {
    for (var entry : old.properties()) {
      compareField(shape, entry.getKey(), entry.getValue(), updated.get(entry.getKey()), into);
    }
    for (var entry : updated.properties()) {
      if (!old.has(entry.getKey())) {
        compareField(shape, entry.getKey(), null, entry.getValue(), into);
      }
    }
  }

  private static void compareField(
      Shape shape, String name, @Nullable JsonNode old, @Nullable JsonNode updated, Sides into) {
    var inner = shape.field(name).orElse(Shape.UNKNOWN);
    compareAt(new PathElement.Field(name), inner, old, updated, into);
  }

  private static void compareItems(Shape shape, JsonNode old, JsonNode updated, Sides into) {
    var oldItems = itemsByElement(shape, old);
    var newItems = itemsByElement(shape, updated);
    var elements = new TreeSet<>(oldItems.keySet());
    elements.addAll(newItems.keySet());
    for (var element : elements) {
      var before = oldItems.getOrDefault(element, List.of());
      var after = newItems.getOrDefault(element, List.of());
      if (before.size() <= 1 && after.size() <= 1) {
        compareAt(element, shape.item(), only(before), only(after), into);
      } else if (before.size() > 1 && after.size() > 1) {
        if (!sameItems(before, after)) {
          into.modified.add(element, true, FieldSet.EMPTY);
        }
      } else if (before.size() > 1) {
        // Items that stood twice were owned as wholes; the one that remains is owned by field.
        compareAt(element, shape.item(), null, only(after), into);
        into.removed.add(element, true, FieldSet.EMPTY);
      } else {
        compareAt(element, shape.item(), only(before), null, into);
        into.added.add(element, true, FieldSet.EMPTY);
      }
    }
  }

  private static void compareAt(
      PathElement element,
      Shape shape,
      @Nullable JsonNode old,
      @Nullable JsonNode updated,
      Sides into) {
    if (old != null && updated != null) {
      var sides = new Sides();
      var isModified = compare(shape, old, updated, sides);
      into.added.add(element, false, sides.added.build());
      into.modified.add(element, isModified, sides.modified.build());
      into.removed.add(element, false, sides.removed.build());
    } else if (updated != null) {
      into.added.add(element, true, whole(shape, updated));
    } else if (old != null) {
      into.removed.add(element, true, whole(shape, old));
    }
  }

  private static TreeMap<PathElement, List<JsonNode>> itemsByElement(Shape shape, JsonNode list) {
    var result = new TreeMap<PathElement, List<JsonNode>>();
    if (list.isArray()) {
      for (var item : list) {
        shape
            .element(item)
            .ifPresent(
                element -> result.computeIfAbsent(element, _ -> new ArrayList<>()).add(item));
      }
    }
    return result;
  }

  private static @Nullable JsonNode only(List<JsonNode> items) {
    return items.isEmpty() ? null : items.getFirst();
  }

  private static boolean sameItems(List<JsonNode> left, List<JsonNode> right) {
    if (left.size() != right.size()) {
      return false;
    }
    for (var i = 0; i < left.size(); i++) {
      if (!JsonValues.same(left.get(i), right.get(i))) {
        return false;
      }
    }
    return true;
  }
}
