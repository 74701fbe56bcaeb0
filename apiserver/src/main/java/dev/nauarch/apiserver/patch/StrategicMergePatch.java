package dev.nauarch.apiserver.patch;

import dev.nauarch.api.catalog.Schema;
import dev.nauarch.api.catalog.Schema.PatchStrategy;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A strategic merge patch: objects merge, null removes, and lists merge by the key that their
 * schema names. A patch steers the merge by directives, which never reach the object:
 *
 * <ul>
 *   <li>{@code $patch: replace} and {@code $patch: delete} in an object or in an item of a list,
 *   <li>{@code $retainKeys}, the only keys of an object that stay,
 *   <li>{@code $deleteFromPrimitiveList/NAME}, values that leave a list,
 *   <li>{@code $setElementOrder/NAME}, the order of a list's items.
 * </ul>
 */
public final class StrategicMergePatch {

  private static final String RETAIN_KEYS = "$retainKeys";
  private static final String DELETE_FROM_LIST = "$deleteFromPrimitiveList";
  private static final String ELEMENT_ORDER = "$setElementOrder";

  private StrategicMergePatch() {}

  /**
   * The object with the patch applied; neither is changed.
   *
   * @param object an object of the kind
   * @param patch what the client sent
   * @param schema the kind's schema
   * @throws dev.nauarch.api.ApiException BadRequest when the patch is malformed
   */
  public static ObjectNode apply(ObjectNode object, JsonNode patch, Schema schema) {
    if (!(patch instanceof ObjectNode changes)) {
      throw PatchErrors.malformed("invalid JSON document");
    }
    return merge(object.deepCopy(), changes.deepCopy(), schema);
  }

  /** Merges into {@code original}, which it may give back; {@code patch} is used up. */
  static ObjectNode merge(ObjectNode original, ObjectNode patch, @Nullable Schema schema) {
    var directive = patch.get(Directives.PATCH);
    if (directive != null) {
      return byDirective(directive, patch);
    }
    retainKeys(original, patch);
    mergeOrderedLists(original, patch, schema);
    for (var name : List.copyOf(patch.propertyNames())) {
      var value = patch.path(name);
      if (name.startsWith(DELETE_FROM_LIST)) {
        var target = Directives.target(name, DELETE_FROM_LIST);
        if (original.get(target) instanceof ArrayNode list) {
          original.set(target, deleted(list, value));
        }
      } else if (value.isNull()) {
        original.remove(name);
      } else {
        mergeField(original, name, value, schema);
      }
    }
    return original;
  }

  private static ObjectNode byDirective(JsonNode directive, ObjectNode patch) {
    return switch (directive.asString("")) {
      case "replace" -> {
        patch.remove(Directives.PATCH);
        Directives.removeNulls(patch);
        yield patch;
      }
      case "delete" -> JsonNodeFactory.instance.objectNode();
      default ->
          throw PatchErrors.malformed(
              "unknown patch type: "
                  + JsonValues.goText(directive)
                  + " in map: "
                  + JsonValues.goText(patch));
    };
  }

  private static void retainKeys(ObjectNode original, ObjectNode patch) {
    var retained = patch.remove(RETAIN_KEYS);
    if (retained == null) {
      return;
    }
    if (!retained.isArray()) {
      throw PatchErrors.malformed("invalid patch format of retainKeys");
    }
    var names = JsonValues.items(retained).stream().map(name -> name.asString("")).toList();
    for (var change : patch.properties()) {
      var isDirective =
          change.getKey().startsWith(DELETE_FROM_LIST) || change.getKey().startsWith(ELEMENT_ORDER);
      if (!change.getValue().isNull() && !isDirective && !names.contains(change.getKey())) {
        throw PatchErrors.malformed("invalid patch format of retainKeys");
      }
    }
    original.retain(names);
  }

  /** Handles the lists that come with an order; what it handled leaves the patch. */
  private static void mergeOrderedLists(
      ObjectNode original, ObjectNode patch, @Nullable Schema schema) {
    for (var name : List.copyOf(patch.propertyNames())) {
      if (!name.startsWith(ELEMENT_ORDER)) {
        continue;
      }
      var field = Directives.target(name, ELEMENT_ORDER);
      var order = Directives.list(patch.remove(name));
      var old = original.has(field) ? Directives.list(original.get(field)) : null;
      var changes = patch.has(field) ? patch.get(field) : null;
      if (changes != null && changes.isNull()) {
        continue;
      }
      var changed = changes == null ? null : Directives.list(changes);
      var list = new ListMerge(itemSchema(schema, field), mergeKey(schema, field));
      list.checkOrder(changed, order);
      List<JsonNode> merged;
      if (changed == null) {
        if (old == null) {
          continue;
        }
        merged = JsonValues.items(old);
      } else if (old != null && strategies(schema, field).contains(PatchStrategy.MERGE)) {
        merged = list.merge(old, changed);
      } else {
        merged = Directives.withoutDirectives(changed);
      }
      original.set(field, list.ordered(merged, order, old));
      patch.remove(field);
    }
  }

  private static void mergeField(
      ObjectNode original, String name, JsonNode value, @Nullable Schema schema) {
    var old = original.get(name);
    if (old instanceof ObjectNode oldObject && value instanceof ObjectNode changes) {
      original.set(
          name,
          strategies(schema, name).contains(PatchStrategy.REPLACE)
              ? changes
              : merge(oldObject, changes, property(schema, name)));
    } else if (old instanceof ArrayNode oldList
        && value instanceof ArrayNode changes
        && strategies(schema, name).contains(PatchStrategy.MERGE)) {
      original.set(name, merged(oldList, changes, schema, name));
    } else if (Directives.isDirective(value)) {
      original.remove(name);
    } else {
      original.set(name, Directives.clean(value));
    }
  }

  private static ArrayNode merged(
      ArrayNode old, ArrayNode changes, @Nullable Schema schema, String name) {
    if (old.isEmpty() && changes.isEmpty()) {
      return old;
    }
    var list = new ListMerge(itemSchema(schema, name), mergeKey(schema, name));
    return list.ordered(list.merge(old, changes), list.withoutDeleted(changes), old);
  }

  private static ArrayNode deleted(ArrayNode list, JsonNode leaving) {
    if (!leaving.isArray()) {
      throw PatchErrors.malformed("invalid patch format of primitive list");
    }
    var result = JsonNodeFactory.instance.arrayNode();
    for (var item : list) {
      if (JsonValues.items(leaving).stream().noneMatch(gone -> JsonValues.same(gone, item))) {
        result.add(item);
      }
    }
    return result;
  }

  private static @Nullable Schema property(@Nullable Schema schema, String name) {
    if (schema == null) {
      return null;
    }
    return schema.property(name).or(schema::additionalProperties).orElse(null);
  }

  private static @Nullable Schema itemSchema(@Nullable Schema schema, String name) {
    var list = property(schema, name);
    return list == null ? null : list.items().orElse(null);
  }

  private static String mergeKey(@Nullable Schema schema, String name) {
    var list = property(schema, name);
    return list == null ? "" : list.patchMergeKey();
  }

  private static Collection<PatchStrategy> strategies(@Nullable Schema schema, String name) {
    var field = property(schema, name);
    return field == null ? List.of() : field.patchStrategies();
  }
}
