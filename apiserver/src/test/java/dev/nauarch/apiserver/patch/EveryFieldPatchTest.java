package dev.nauarch.apiserver.patch;

import static dev.nauarch.apiserver.EveryField.keyOf;
import static dev.nauarch.apiserver.EveryField.list;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nauarch.api.catalog.Schema;
import dev.nauarch.api.catalog.Schema.PatchStrategy;
import dev.nauarch.apiserver.EveryField;
import dev.nauarch.apiserver.EveryField.Law;
import dev.nauarch.apiserver.GeneratedObjects;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Every directive of strategic merge patches does its work in every field that takes it. */
class EveryFieldPatchTest {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private static Stream<DynamicTest> where(Predicate<Schema> isMeant, Law law) {
    return EveryField.all().stream()
        .filter(field -> isMeant.test(field.form()))
        .map(field -> field.test(law));
  }

  private static boolean has(Schema form, PatchStrategy strategy) {
    return form.patchStrategies().contains(strategy);
  }

  private static boolean isKeyed(Schema form) {
    return has(form, PatchStrategy.MERGE) && !form.patchMergeKey().isEmpty();
  }

  private static void gives(JsonNode wanted, EveryField field, JsonNode old, ObjectNode patch) {
    var result = StrategicMergePatch.apply(field.object(old), patch, field.holder());
    assertEquals(field.object(wanted).toString(), result.toString(), patch::toString);
  }

  private static ObjectNode directive(String name, JsonNode value) {
    return NODES.objectNode().set(name, value);
  }

  private static JsonNode text(String value) {
    return NODES.stringNode(value);
  }

  @TestFactory
  Stream<DynamicTest> itemsComeGoAndMoveByTheirKey() {
    return where(EveryFieldPatchTest::isKeyed, EveryFieldPatchTest::keyedItems);
  }

  private static void keyedItems(EveryField field) {
    var key = List.of(field.form().patchMergeKey());
    var items = field.items(4, key);
    var one = items.get(0);
    var two = items.get(1);
    var three = items.get(2);
    var four = items.get(3);
    var old = list(one, two, three);
    gives(list(four, one, two, three), field, old, field.object(list(four)));
    var gone = keyOf(two, key).set("$patch", text("delete"));
    gives(list(one, three), field, old, field.object(list(gone)));
    var alone = directive("$patch", text("replace"));
    gives(list(four), field, old, field.object(list(four, alone)));
    var order = list(keyOf(three, key), keyOf(one, key), keyOf(two, key));
    gives(list(three, one, two), field, old, directive("$setElementOrder/" + field.name(), order));
    gives(old, field, old, field.object(list(keyOf(three, key))));
  }

  @TestFactory
  Stream<DynamicTest> scalarsComeGoAndMove() {
    return where(
        form -> has(form, PatchStrategy.MERGE) && form.patchMergeKey().isEmpty(),
        field -> {
          var items = field.items(4, List.of());
          var old = list(items.get(0), items.get(1), items.get(2));
          gives(
              list(items.get(0), items.get(2)),
              field,
              old,
              directive("$deleteFromPrimitiveList/" + field.name(), list(items.get(1))));
          var wanted = list(items.get(3), items.get(2), items.get(1), items.get(0));
          gives(
              wanted,
              field,
              old,
              field.object(list(items.get(3))).set("$setElementOrder/" + field.name(), wanted));
          gives(old, field, old, field.object(list(items.get(0))));
        });
  }

  @TestFactory
  Stream<DynamicTest> listsWithoutAStrategyAreReplaced() {
    return where(
        form -> form.type() == Schema.Type.ARRAY && form.patchStrategies().isEmpty(),
        field -> {
          var items = field.items(3, List.of());
          gives(
              list(items.get(2)),
              field,
              list(items.get(0), items.get(1)),
              field.object(list(items.get(2))));
        });
  }

  @TestFactory
  Stream<DynamicTest> onlyRetainedKeysStay() {
    return where(
        form -> has(form, PatchStrategy.RETAIN_KEYS),
        field -> {
          if (isKeyed(field.form())) {
            var key = List.of(field.form().patchMergeKey());
            var items = field.items(2, key);
            var bare = keyOf(items.get(0), key);
            var patch = bare.deepCopy().set("$retainKeys", list(text(key.getFirst())));
            var old = list(items.get(0), items.get(1));
            gives(list(bare, items.get(1)), field, old, field.object(list(patch)));
          } else {
            var old = new GeneratedObjects(1).value(field.form());
            var kept = List.of(old.propertyNames().iterator().next());
            var bare = keyOf(old, kept);
            var patch = bare.deepCopy().set("$retainKeys", list(text(kept.getFirst())));
            gives(bare, field, old, field.object(patch));
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> objectsAreReplacedAndDeleted() {
    return where(
        form -> form.type() == Schema.Type.OBJECT && form.propertyNames().size() > 1,
        field -> {
          var old = new GeneratedObjects(1).value(field.form());
          var kept = List.of(old.propertyNames().iterator().next());
          var bare = keyOf(old, kept);
          if (has(field.form(), PatchStrategy.REPLACE)) {
            gives(bare, field, old, field.object(bare.deepCopy()));
            return; // directives mean nothing where all is replaced anyway
          }
          gives(old, field, old, field.object(bare.deepCopy()));
          var patch = bare.deepCopy().set("$patch", text("replace"));
          gives(bare, field, old, field.object(patch));
          var gone = field.object(directive("$patch", text("delete")));
          gives(NODES.objectNode(), field, old, gone);
        });
  }
}
