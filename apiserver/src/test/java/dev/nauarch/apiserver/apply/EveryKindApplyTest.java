package dev.nauarch.apiserver.apply;

import static dev.nauarch.apiserver.GeneratedObjects.canonical;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.catalog.Catalog;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.GeneratedObjects;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Whoever applies an object as it was read changes nothing, whatever its kind. */
class EveryKindApplyTest {

  private static final int SEEDS = 2;
  private static final Writer MAKER = new Writer("maker", "", Instant.EPOCH);
  private static final Writer APPLIER = new Writer("applier", "", Instant.EPOCH.plusSeconds(5));

  static Stream<Arguments> kinds() {
    return Catalog.builtIn("1.37").kinds().stream()
        .filter(kind -> kind.verbs().contains("patch"))
        .map(kind -> Arguments.of(kind.apiVersion() + "/" + kind.kind(), kind));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("kinds")
  void applyingWhatWasReadChangesNothing(String name, Kind kind) {
    var owners = new FieldOwners(kind);
    for (var seed = 1; seed <= SEEDS; seed++) {
      var object = without(new GeneratedObjects(seed).object(kind));
      var stored = owners.onWrite(JsonNodeFactory.instance.objectNode(), object.deepCopy(), MAKER);
      assertEquals(canonical(object), canonical(without(stored)));
      var applied = owners.apply(stored, without(stored), APPLIER, false);
      assertEquals(canonical(object), canonical(without(applied)));
      assertTrue(applied.path("metadata").path("managedFields").size() > 1, applied::toString);
      var again = owners.apply(applied, without(applied), APPLIER, false);
      assertEquals(canonical(applied), canonical(again));
    }
  }

  private static ObjectNode without(ObjectNode object) {
    var plain = object.deepCopy();
    ((ObjectNode) plain.path("metadata")).remove("managedFields");
    return plain;
  }
}
