package dev.nauarch.apiserver.patch;

import static dev.nauarch.apiserver.GeneratedObjects.canonical;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nauarch.api.catalog.Catalog;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.api.catalog.Schema;
import dev.nauarch.apiserver.GeneratedObjects;
import dev.nauarch.apiserver.schema.ObjectForm;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The patch of a difference gives what was wanted, whatever the kind. */
class EveryKindPatchTest {

  private static final int SEEDS = 10;

  static Stream<Arguments> kinds() {
    return Catalog.builtIn("1.37").kinds().stream()
        .filter(kind -> kind.verbs().contains("patch") && !ObjectForm.isCustom(kind))
        .map(kind -> Arguments.of(kind.apiVersion() + "/" + kind.kind(), kind));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("kinds")
  void thePatchOfADifferenceGivesWhatWasWanted(String name, Kind kind) {
    for (var seed = 1; seed <= SEEDS; seed++) {
      var old = new GeneratedObjects(seed).object(kind);
      var other = new GeneratedObjects(seed + SEEDS).object(kind);
      var wanted = (ObjectNode) mixed(old, other, kind.schema(), new Random(seed));
      var patch = PatchDiff.of(old, wanted, kind.schema());
      var patched = StrategicMergePatch.apply(old, patch, kind.schema());
      assertEquals(canonical(wanted), canonical(patched), patch::toString);
    }
  }

  /** Something that has parts of both, and not all of them. */
  private static JsonNode mixed(
      JsonNode one, JsonNode other, @Nullable Schema schema, Random random) {
    if (one instanceof ObjectNode old && other instanceof ObjectNode come) {
      var result = JsonNodeFactory.instance.objectNode();
      var names = new ArrayList<>(old.propertyNames());
      come.propertyNames().stream().filter(name -> !old.has(name)).forEach(names::add);
      for (var name : names) {
        var before = old.path(name);
        var after = come.path(name);
        var form =
            schema == null
                ? null
                : schema.property(name).or(schema::additionalProperties).orElse(null);
        if (before.isMissingNode() || after.isMissingNode()) {
          if (random.nextBoolean()) {
            result.set(name, (before.isMissingNode() ? after : before).deepCopy());
          }
        } else if (random.nextInt(5) > 0) {
          result.set(name, mixed(before, after, form, random));
        }
      }
      return result;
    }
    if (one.isArray() && other.isArray() && schema != null && !schema.patchMergeKey().isEmpty()) {
      return mixedItems(one, other, schema, random);
    }
    return random.nextBoolean() ? one.deepCopy() : other.deepCopy();
  }

  /** Old items, some of them changed, and new ones, in any order. */
  private static JsonNode mixedItems(JsonNode one, JsonNode other, Schema list, Random random) {
    var items = new ArrayList<JsonNode>();
    var key = list.patchMergeKey();
    for (var item : one) {
      if (random.nextInt(4) > 0) {
        var changed = (ObjectNode) mixed(item, other.path(0), list.items().orElse(null), random);
        items.add(changed.set(key, item.path(key)));
      }
    }
    for (var item : other) {
      if (random.nextBoolean()) {
        items.add(item.deepCopy());
      }
    }
    Collections.shuffle(items, random);
    var result = JsonNodeFactory.instance.arrayNode();
    List.copyOf(items).forEach(result::add);
    return result;
  }
}
