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

  /** What happened to a value itself, as against what is in it. */
  private enum Change {
    NONE,
    ADDED,
    MODIFIED,
    REMOVED
  }

  /** Compares two values, of which one may be absent, and collects what is below them. */
  private static Change compare(
      Shape shape, @Nullable JsonNode old, @Nullable JsonNode updated, Sides below) {
    if (old == null || updated == null) {
      var value = old == null ? updated : old;
      return value == null ? Change.NONE : compareAs(shape, shape.form(value), old, updated, below);
    }
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
    return first == Change.NONE ? second : first;
  }

  private static Change compareAs(
      Shape shape,
      Shape.Form form,
      @Nullable JsonNode old,
      @Nullable JsonNode updated,
      Sides below) {
    var isLeaf =
        switch (form) {
          case SCALAR -> true;
          case LIST -> shape.isAtomicList() || (hasNoItems(old) && hasNoItems(updated));
          case MAP -> shape.isAtomicMap() || (hasNoFields(old) && hasNoFields(updated));
        };
    if (!isLeaf && form == Shape.Form.LIST) {
      compareItems(shape, old, updated, below);
    } else if (!isLeaf) {
      compareFields(shape, old, updated, below);
    }
    if (old == null || updated == null) {
      return old == null ? Change.ADDED : Change.REMOVED;
    }
    return isLeaf && !JsonValues.same(old, updated) ? Change.MODIFIED : Change.NONE;
  }

  private static void compareFields(
      Shape shape, @Nullable JsonNode old, @Nullable JsonNode updated, Sides into) {
    if (old != null) {
      for (var entry : old.properties()) {
        var after = updated == null ? null : updated.get(entry.getKey());
        compareField(shape, entry.getKey(), entry.getValue(), after, into);
      }
    }
    if (updated != null) {
      for (var entry : updated.properties()) {
        if (old == null || !old.has(entry.getKey())) {
          compareField(shape, entry.getKey(), null, entry.getValue(), into);
        }
      }
    }
  }

  private static void compareField(
      Shape shape, String name, @Nullable JsonNode old, @Nullable JsonNode updated, Sides into) {
    var inner = shape.field(name).orElse(Shape.UNKNOWN);
    compareAt(new PathElement.Field(name), inner, old, updated, into);
  }

  private static void compareItems(
      Shape shape, @Nullable JsonNode old, @Nullable JsonNode updated, Sides into) {
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
    var sides = new Sides();
    var change = compare(shape, old, updated, sides);
    var below = sides.build();
    into.added.add(element, change == Change.ADDED, below.added);
    into.modified.add(element, change == Change.MODIFIED, below.modified);
    into.removed.add(element, change == Change.REMOVED, below.removed);
  }

  private static TreeMap<PathElement, List<JsonNode>> itemsByElement(
      Shape shape, @Nullable JsonNode list) {
    var result = new TreeMap<PathElement, List<JsonNode>>();
    if (list != null && list.isArray()) {
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

  private static boolean hasNoItems(@Nullable JsonNode value) {
    return value == null || !value.isArray() || value.isEmpty();
  }

  private static boolean hasNoFields(@Nullable JsonNode value) {
    return value == null || !value.isObject() || value.isEmpty();
  }
}
