package dev.nauarch.apiserver.patch;

import dev.nauarch.api.catalog.Schema;
import dev.nauarch.api.catalog.Schema.PatchStrategy;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Makes strategic merge patches as clients do, out of what is and what shall be. */
final class PatchDiff {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private PatchDiff() {}

  /** The patch that makes one object of the other. */
  static ObjectNode of(ObjectNode old, ObjectNode wanted, @Nullable Schema schema) {
    var patch = NODES.objectNode();
    for (var name : old.propertyNames()) {
      if (!wanted.has(name)) {
        patch.putNull(name);
      }
    }
    for (var entry : wanted.properties()) {
      var name = entry.getKey();
      var before = old.get(name);
      if (before == null) {
        patch.set(name, entry.getValue().deepCopy());
      } else if (!JsonValues.same(before, entry.getValue())) {
        field(patch, name, before, entry.getValue(), form(schema, name));
      }
    }
    return patch;
  }

  private static @Nullable Schema form(@Nullable Schema schema, String name) {
    return schema == null
        ? null
        : schema.property(name).or(schema::additionalProperties).orElse(null);
  }

  private static void field(
      ObjectNode patch, String name, JsonNode before, JsonNode wanted, @Nullable Schema form) {
    if (has(form, PatchStrategy.REPLACE)) {
      patch.set(name, wanted.deepCopy());
    } else if (before instanceof ObjectNode old && wanted instanceof ObjectNode now) {
      var changes = of(old, now, form);
      if (has(form, PatchStrategy.RETAIN_KEYS)) {
        retain(changes, now);
      }
      patch.set(name, changes);
    } else if (before instanceof ArrayNode old
        && wanted instanceof ArrayNode now
        && form != null
        && has(form, PatchStrategy.MERGE)) {
      if (form.patchMergeKey().isEmpty()) {
        values(patch, name, old, now);
      } else {
        items(patch, name, old, now, form);
      }
    } else {
      patch.set(name, wanted.deepCopy());
    }
  }

  private static boolean has(@Nullable Schema form, PatchStrategy strategy) {
    return form != null && form.patchStrategies().contains(strategy);
  }

  private static void retain(ObjectNode changes, ObjectNode wanted) {
    var kept = changes.putArray("$retainKeys");
    wanted.propertyNames().forEach(kept::add);
  }

  private static void values(ObjectNode patch, String name, ArrayNode old, ArrayNode wanted) {
    var gone = NODES.arrayNode();
    old.forEach(value -> addUnlessIn(wanted, value, gone));
    var come = NODES.arrayNode();
    wanted.forEach(value -> addUnlessIn(old, value, come));
    if (!gone.isEmpty()) {
      patch.set("$deleteFromPrimitiveList/" + name, gone);
    }
    if (!come.isEmpty()) {
      patch.set(name, come);
    }
    patch.set("$setElementOrder/" + name, wanted.deepCopy());
  }

  private static void addUnlessIn(ArrayNode list, JsonNode value, ArrayNode target) {
    for (var item : list) {
      if (JsonValues.same(item, value)) {
        return;
      }
    }
    target.add(value.deepCopy());
  }

  private static void items(
      ObjectNode patch, String name, ArrayNode old, ArrayNode wanted, Schema form) {
    var key = form.patchMergeKey();
    var changes = NODES.arrayNode();
    var order = patch.putArray("$setElementOrder/" + name);
    for (var item : wanted) {
      order.addObject().set(key, item.path(key));
      var before = find(old, key, item.path(key));
      if (before == null) {
        changes.add(item.deepCopy());
      } else if (!JsonValues.same(before, item)) {
        var change = of(before, (ObjectNode) item, form.items().orElse(null));
        change.set(key, item.path(key));
        if (has(form, PatchStrategy.RETAIN_KEYS)) {
          retain(change, (ObjectNode) item);
        }
        changes.add(change);
      }
    }
    for (var item : old) {
      if (find(wanted, key, item.path(key)) == null) {
        changes.addObject().put("$patch", "delete").set(key, item.path(key));
      }
    }
    if (!changes.isEmpty()) {
      patch.set(name, changes);
    }
  }

  private static @Nullable ObjectNode find(ArrayNode list, String key, JsonNode value) {
    for (var item : list) {
      if (JsonValues.same(item.path(key), value)) {
        return (ObjectNode) item;
      }
    }
    return null;
  }
}
