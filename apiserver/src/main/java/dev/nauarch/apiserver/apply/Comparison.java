package dev.nauarch.apiserver.apply;

import dev.nauarch.apiserver.patch.JsonValues;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.TreeMap;
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
    var result = empty();
    result.compare(shape, old, updated);
    return result;
  }

  /** The comparison with every set changed in the same way. */
  Comparison map(UnaryOperator<FieldSet> filter) {
    return new Comparison(filter.apply(added), filter.apply(modified), filter.apply(removed));
  }

  private static Comparison empty() {
    return new Comparison(new FieldSet(), new FieldSet(), new FieldSet());
  }

  /** What happened to a value itself, as against what is in it. */
  private enum Change {
    NONE,
    ADDED,
    MODIFIED,
    REMOVED
  }

  /** Compares two values, of which one may be absent, and collects what is below them. */
  private Change compare(Shape shape, @Nullable JsonNode old, @Nullable JsonNode updated) {
    if (old == null || updated == null) {
      var value = old == null ? updated : old;
      return value == null ? Change.NONE : compareAs(shape, shape.form(value), old, updated);
    }
    var oldForm = shape.form(old);
    var newForm = shape.form(updated);
    if (oldForm == newForm || old.isNull()) {
      return compareAs(shape, newForm, old, updated);
    }
    if (updated.isNull()) {
      return compareAs(shape, oldForm, old, updated);
    }
    // The value changed its form: the old form's leaves go, the new form's come.
    var first = compareAs(shape, oldForm, old, updated);
    var second = compareAs(shape, newForm, old, updated);
    return first == Change.NONE ? second : first;
  }

  private Change compareAs(
      Shape shape, Shape.Form form, @Nullable JsonNode old, @Nullable JsonNode updated) {
    var isLeaf =
        switch (form) {
          case SCALAR -> true;
          case LIST -> shape.isAtomicList() || (hasNoItems(old) && hasNoItems(updated));
          case MAP -> shape.isAtomicMap() || (hasNoFields(old) && hasNoFields(updated));
        };
    if (!isLeaf && form == Shape.Form.LIST) {
      compareItems(shape, old, updated);
    } else if (!isLeaf) {
      compareFields(shape, old, updated);
    }
    if (old == null || updated == null) {
      return old == null ? Change.ADDED : Change.REMOVED;
    }
    return isLeaf && !JsonValues.same(old, updated) ? Change.MODIFIED : Change.NONE;
  }

  private void compareFields(Shape shape, @Nullable JsonNode old, @Nullable JsonNode updated) {
    var names = new LinkedHashSet<String>();
    for (var side : new @Nullable JsonNode[] {old, updated}) {
      if (side != null && side.isObject()) {
        names.addAll(side.propertyNames());
      }
    }
    for (var name : names) {
      compareAt(
          new PathElement.Field(name),
          shape.field(name).orElse(Shape.UNKNOWN),
          old == null ? null : old.get(name),
          updated == null ? null : updated.get(name));
    }
  }

  private void compareItems(Shape shape, @Nullable JsonNode old, @Nullable JsonNode updated) {
    var oldItems = itemsByElement(shape, old);
    var newItems = itemsByElement(shape, updated);
    var elements = new LinkedHashSet<>(oldItems.keySet());
    elements.addAll(newItems.keySet());
    for (var element : elements) {
      var before = oldItems.getOrDefault(element, List.of());
      var after = newItems.getOrDefault(element, List.of());
      if (before.size() <= 1 && after.size() <= 1) {
        compareAt(element, shape.item(), only(before), only(after));
      } else if (before.size() > 1 && after.size() > 1) {
        if (!sameItems(before, after)) {
          modified.insert(element);
        }
      } else if (before.size() > 1) {
        // Items that stood twice were owned as wholes; the one that remains is owned by field.
        compareAt(element, shape.item(), null, only(after));
        removed.insert(element);
      } else {
        compareAt(element, shape.item(), only(before), null);
        added.insert(element);
      }
    }
  }

  private void compareAt(
      PathElement element, Shape shape, @Nullable JsonNode old, @Nullable JsonNode updated) {
    var below = empty();
    switch (below.compare(shape, old, updated)) {
      case NONE -> {}
      case ADDED -> added.insert(element);
      case MODIFIED -> modified.insert(element);
      case REMOVED -> removed.insert(element);
    }
    added.attach(element, below.added);
    modified.attach(element, below.modified);
    removed.attach(element, below.removed);
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
