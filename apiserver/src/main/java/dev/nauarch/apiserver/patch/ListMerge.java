package dev.nauarch.apiserver.patch;

import dev.nauarch.api.catalog.Schema;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * How a strategic merge patch merges one list: objects by their merge key, other values as a set.
 *
 * <p>The order of the result: items that the patch names stand in the patch's order, the others in
 * the order they had, and the two sequences are interleaved as near to the old order as that
 * allows.
 *
 * @param items the schema of the items; null where none is known
 * @param key the merge key; empty for none
 */
record ListMerge(@Nullable Schema items, String key) {

  /** The merged items, not yet in order. */
  List<JsonNode> merge(ArrayNode old, ArrayNode changes) {
    if (!holdsObjects(old, changes)) {
      var both = new ArrayList<JsonNode>();
      for (var list : List.of(old, changes)) {
        for (var value : list) {
          if (both.stream().noneMatch(other -> JsonValues.same(other, value))) {
            both.add(value);
          }
        }
      }
      return both;
    }
    if (key.isEmpty()) {
      throw PatchErrors.malformed(
          "cannot merge lists without merge key for "
              + (items == null || items.definition().isEmpty() ? "struct" : items.definition()));
    }
    return mergedByKey(afterDirectives(old, changes), changes);
  }

  /** The old items that the patch's directives leave. */
  private List<JsonNode> afterDirectives(ArrayNode old, ArrayNode changes) {
    var remaining = new ArrayList<>(JsonValues.items(old));
    var replaces = false;
    for (var change : changes) {
      var directive = change.get(Directives.PATCH);
      if (directive == null) {
        continue;
      }
      switch (directive.asString("")) {
        case "delete" -> {
          var gone = keyOf(change);
          remaining.removeIf(item -> JsonValues.same(item.get(key), gone));
        }
        case "replace" -> replaces = true;
        case "merge" ->
            throw PatchErrors.malformed("merging lists cannot yet be specified in the patch");
        default ->
            throw PatchErrors.malformed(
                "unknown patch type: "
                    + JsonValues.goText(directive)
                    + " in map: "
                    + JsonValues.goText(change));
      }
    }
    return replaces ? new ArrayList<>() : remaining;
  }

  private List<JsonNode> mergedByKey(List<JsonNode> result, ArrayNode changes) {
    for (var change : withoutDeleted(changes)) {
      var at = indexOf(result, keyOf(change));
      if (at < 0) {
        result.add(Directives.clean(change));
      } else {
        result.set(
            at, StrategicMergePatch.merge((ObjectNode) result.get(at), (ObjectNode) change, items));
      }
    }
    return result;
  }

  /** The items of a patch that are no directives. */
  ArrayNode withoutDeleted(ArrayNode changes) {
    var result = JsonNodeFactory.instance.arrayNode();
    for (var change : changes) {
      if (!Directives.isDirective(change)) {
        result.add(change);
      }
    }
    return result;
  }

  /**
   * Refuses a patch whose items are not in the order that it asks for.
   *
   * @param changes the patch's items; null where it has none
   * @param order the order it asks for
   */
  void checkOrder(@Nullable ArrayNode changes, ArrayNode order) {
    if (changes == null || changes.isEmpty() || order.isEmpty()) {
      return;
    }
    var at = 0;
    var plain = withoutDeleted(changes);
    for (var i = 0; i < order.size() && at < plain.size(); i++) {
      if (JsonValues.same(identity(plain.path(at)), identity(order.path(i)))) {
        at++;
      }
    }
    if (at < plain.size()) {
      throw PatchErrors.malformed(
          "The order in patch list:\n"
              + JsonValues.goText(changes)
              + "\n doesn't match $setElementOrder list:\n"
              + JsonValues.goText(order)
              + "\n");
    }
  }

  /**
   * The items in order.
   *
   * @param merged what the list holds
   * @param order the order of the items that the patch names
   * @param old the list before; null where there was none
   */
  ArrayNode ordered(List<JsonNode> merged, ArrayNode order, @Nullable ArrayNode old) {
    var before = old == null ? List.<JsonNode>of() : JsonValues.items(old);
    var wanted = JsonValues.items(order);
    var named = new ArrayList<JsonNode>();
    var others = new ArrayList<JsonNode>();
    for (var item : merged) {
      (position(wanted, item) >= 0 ? named : others).add(item);
    }
    named.sort((a, b) -> Integer.compare(position(wanted, a), position(wanted, b)));
    var result = JsonNodeFactory.instance.arrayNode();
    var other = 0;
    for (var item : named) {
      while (other < others.size() && stoodBefore(before, others.get(other), item)) {
        result.add(others.get(other++));
      }
      result.add(item);
    }
    result.addAll(others.subList(other, others.size()));
    return result;
  }

  private boolean stoodBefore(List<JsonNode> before, JsonNode left, JsonNode right) {
    var leftAt = position(before, left);
    var rightAt = position(before, right);
    return leftAt >= 0 && rightAt >= 0 && leftAt < rightAt;
  }

  private int position(List<JsonNode> list, JsonNode item) {
    return indexOf(list, identity(item));
  }

  private int indexOf(List<JsonNode> list, JsonNode identity) {
    for (var i = 0; i < list.size(); i++) {
      if (JsonValues.same(identity(list.get(i)), identity)) {
        return i;
      }
    }
    return -1;
  }

  private JsonNode identity(JsonNode item) {
    return key.isEmpty() ? item : keyOf(item);
  }

  private JsonNode keyOf(JsonNode item) {
    if (!item.isObject()) {
      throw PatchErrors.malformed(
          "expected a map[string]interface {}, but received a " + Directives.goType(item));
    }
    var value = item.get(key);
    if (value == null) {
      throw PatchErrors.malformed(
          "map: " + JsonValues.goText(item) + " does not contain declared merge key: " + key);
    }
    return value;
  }

  private static boolean holdsObjects(ArrayNode old, ArrayNode changes) {
    var objects = 0;
    var total = 0;
    for (var list : List.of(old, changes)) {
      for (var item : list) {
        if (item.isArray()) {
          throw PatchErrors.malformed("lists of lists are not supported");
        }
        objects += item.isObject() ? 1 : 0;
        total++;
      }
    }
    if (objects != 0 && objects != total) {
      throw PatchErrors.malformed(
          "list element types are not identical: ["
              + JsonValues.goText(old)
              + " "
              + JsonValues.goText(changes)
              + "]");
    }
    return objects > 0;
  }
}
