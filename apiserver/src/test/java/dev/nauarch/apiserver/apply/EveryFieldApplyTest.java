package dev.nauarch.apiserver.apply;

import static dev.nauarch.apiserver.EveryField.keyOf;
import static dev.nauarch.apiserver.EveryField.list;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.FieldError;
import dev.nauarch.api.catalog.Catalog;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.api.catalog.Schema;
import dev.nauarch.api.catalog.Schema.ListType;
import dev.nauarch.apiserver.EveryField;
import dev.nauarch.apiserver.EveryField.Law;
import dev.nauarch.apiserver.GeneratedObjects;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Whatever a field is, those who apply it share it, contest it and leave it as its type says. */
class EveryFieldApplyTest {

  private static final Writer ANN = new Writer("ann", "", Instant.EPOCH);
  private static final Writer BEN = new Writer("ben", "", Instant.EPOCH.plusSeconds(5));
  private static final Kind PLAIN =
      Catalog.builtIn("1.37").kinds().stream()
          .filter(kind -> kind.kind().equals("ConfigMap"))
          .findFirst()
          .orElseThrow();

  private static Stream<DynamicTest> where(Predicate<Schema> isMeant, Law law) {
    return EveryField.all().stream()
        .filter(field -> !field.holder().isAtomic() && isMeant.test(field.form()))
        .map(field -> field.test(law));
  }

  private static boolean isList(Schema form, ListType type) {
    return form.type() == Schema.Type.ARRAY && form.listType() == type;
  }

  /** An object of a kind that holds the field's type, and those who write to it. */
  private static final class Shared {
    private final EveryField field;
    private final FieldOwners owners;
    private ObjectNode live = JsonNodeFactory.instance.objectNode();

    Shared(EveryField field) {
      this.field = field;
      owners =
          new FieldOwners(
              new Kind(
                  "test.dev",
                  "v1",
                  "Ship",
                  new Kind.Names("ships", "ship", "ShipList", List.of(), List.of()),
                  true,
                  Kind.ALL_VERBS,
                  List.of(),
                  List.of(),
                  PLAIN.schema().toBuilder().property("spec", field::holder).build(),
                  List.of(),
                  "",
                  "",
                  false,
                  false));
    }

    private static ObjectNode body(ObjectNode spec) {
      var body = JsonNodeFactory.instance.objectNode();
      body.put("apiVersion", "test.dev/v1").put("kind", "Ship");
      body.putObject("metadata").put("name", "n");
      return body.set("spec", spec);
    }

    void apply(Writer writer, JsonNode value, boolean isForced) {
      applyOnly(writer, field.object(value), isForced);
    }

    private void applyOnly(Writer writer, ObjectNode spec, boolean isForced) {
      live = owners.apply(live, body(spec), writer, isForced);
      ((ObjectNode) live.path("metadata")).put("uid", "u");
    }

    void leave(Writer writer) {
      applyOnly(writer, JsonNodeFactory.instance.objectNode(), false);
    }

    void contested(Writer writer, JsonNode value, String path) {
      var refused = assertThrows(ApiException.class, () -> apply(writer, value, false));
      assertEquals("Conflict", refused.reason().text());
      var fields = refused.details().causes().stream().map(FieldError::field);
      assertEquals(List.of(path), fields.toList());
    }

    void has(JsonNode value) {
      assertEquals(
          GeneratedObjects.canonical(value),
          GeneratedObjects.canonical(live.path("spec").path(field.name())));
    }

    void hasNothing() {
      assertTrue(live.path("spec").path(field.name()).isMissingNode(), live::toString);
    }
  }

  @TestFactory
  Stream<DynamicTest> itemsOfMapsHaveTheirOwnOwners() {
    return where(
        form -> isList(form, ListType.MAP),
        field -> {
          var items = field.items(2, field.form().listMapKeys());
          var shared = new Shared(field);
          shared.apply(ANN, list(items.get(0)), false);
          shared.apply(BEN, list(items.get(1)), false);
          shared.has(list(items.get(0), items.get(1)));
          shared.apply(BEN, list(items.get(0)), false);
          shared.has(list(items.get(0)));
          shared.leave(ANN);
          shared.has(list(items.get(0)));
          shared.leave(BEN);
          shared.hasNothing();
        });
  }

  @TestFactory
  Stream<DynamicTest> whatSomebodyElseSaysOfAnItemIsContested() {
    return where(
        form -> isList(form, ListType.MAP),
        field -> {
          var keys = field.form().listMapKeys();
          var items = field.items(2, keys);
          var scalar =
              items.get(1).properties().stream()
                  .filter(each -> each.getValue().isValueNode() && !keys.contains(each.getKey()))
                  .filter(each -> !each.getValue().equals(items.get(0).get(each.getKey())))
                  .findFirst();
          if (scalar.isEmpty()) {
            return; // it has nothing but its keys to be contested
          }
          var other = (ObjectNode) items.get(0).deepCopy();
          other.set(scalar.get().getKey(), scalar.get().getValue());
          var shared = new Shared(field);
          shared.apply(ANN, list(items.get(0)), false);
          var refused =
              assertThrows(ApiException.class, () -> shared.apply(BEN, list(other), false));
          assertEquals("Conflict", refused.reason().text());
          shared.has(list(items.get(0)));
          shared.apply(BEN, list(other), true);
          shared.leave(ANN);
          shared.leave(BEN);
          shared.hasNothing();
        });
  }

  @TestFactory
  Stream<DynamicTest> valuesOfSetsHaveTheirOwnOwners() {
    return where(
        form -> isList(form, ListType.SET),
        field -> {
          var items = field.items(3, List.of());
          var shared = new Shared(field);
          shared.apply(ANN, list(items.get(0), items.get(1)), false);
          shared.apply(BEN, list(items.get(1), items.get(2)), false);
          shared.has(list(items.get(0), items.get(1), items.get(2)));
          shared.leave(ANN);
          shared.has(list(items.get(1), items.get(2)));
        });
  }

  @TestFactory
  Stream<DynamicTest> atomicListsHaveOneOwner() {
    return where(
        form -> isList(form, ListType.ATOMIC),
        field -> {
          var items = field.items(2, List.of());
          var one = list(items.get(0));
          var both = list(items.get(0), items.get(1));
          whole(field, one, both);
        });
  }

  @TestFactory
  Stream<DynamicTest> atomicObjectsHaveOneOwner() {
    return where(
        form -> form.type() == Schema.Type.OBJECT && form.isAtomic(),
        field ->
            whole(
                field,
                new GeneratedObjects(1).value(field.form()),
                new GeneratedObjects(2).value(field.form())));
  }

  private static void whole(EveryField field, JsonNode one, JsonNode other) {
    var shared = new Shared(field);
    shared.apply(ANN, one, false);
    shared.apply(BEN, one, false);
    shared.leave(BEN);
    shared.has(one);
    shared.contested(BEN, other, ".spec." + field.name());
    shared.apply(BEN, other, true);
    shared.has(other);
    shared.leave(ANN);
    shared.has(other);
  }

  @TestFactory
  Stream<DynamicTest> fieldsOfOtherObjectsHaveTheirOwnOwners() {
    return where(
        form ->
            form.type() == Schema.Type.OBJECT
                && !form.isAtomic()
                && form.propertyNames().size() > 1,
        field -> {
          var whole = new GeneratedObjects(1).value(field.form());
          var names = List.copyOf(whole.propertyNames());
          var first = keyOf(whole, names.subList(0, 1));
          var second = keyOf(whole, names.subList(1, 2));
          var shared = new Shared(field);
          shared.apply(ANN, first, false);
          shared.apply(BEN, second, false);
          shared.has(keyOf(whole, names.subList(0, 2)));
          shared.leave(ANN);
          shared.has(second);
        });
  }
}
