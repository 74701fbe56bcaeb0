package dev.nauarch.apiserver.registry;

import static dev.nauarch.apiserver.GeneratedObjects.canonical;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.catalog.Catalog;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.GeneratedObjects;
import dev.nauarch.apiserver.codec.Format;
import dev.nauarch.apiserver.codec.ObjectCodec;
import dev.nauarch.apiserver.object.StoredObject;
import dev.nauarch.apiserver.schema.ObjectForm;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.node.ObjectNode;

/**
 * Objects of every kind that is served, with every field set: what is written in any format is read
 * as it was, and is the same again in each other version of its kind.
 */
class EveryKindRoundTripTest {

  private static final int SEEDS = 3;

  static Stream<Arguments> kinds() {
    return Stream.of("1.36", "1.37")
        .flatMap(
            version ->
                Catalog.builtIn(version).kinds().stream()
                    .map(kind -> Arguments.of(version, name(kind), kind)));
  }

  private static String name(Kind kind) {
    return kind.apiVersion() + "/" + kind.kind();
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("kinds")
  void whatIsWrittenInAnyFormatIsReadAsItWas(String version, String name, Kind kind) {
    for (var seed = 1; seed <= SEEDS; seed++) {
      var object = new GeneratedObjects(seed).object(kind);
      var expected = canonical(object);
      assertEquals(List.of(), ObjectForm.conform(object, kind));
      assertEquals(expected, canonical(object), "in the form of its kind");
      for (var format : Format.values()) {
        if (format == Format.PROTOBUF && ObjectForm.isCustom(kind)) {
          continue;
        }
        var written = ObjectCodec.encode(object, format, kind);
        var read = ObjectCodec.decode(written, format, kind.schema(), kind.kind()).object();
        assertEquals(expected, canonical(read), format.name());
        assertEquals(List.of(), ObjectForm.conform(read, kind));
        assertEquals(expected, canonical(read), () -> format + " in the form of its kind");
        assertArrayEquals(written, ObjectCodec.encode(read, format, kind), format::name);
      }
    }
  }

  /** Pairs of versions in which the same objects are served. */
  static Stream<Arguments> versions() {
    var kinds = List.copyOf(Catalog.builtIn("1.37").kinds());
    return kinds.stream()
        .flatMap(
            one ->
                kinds.stream()
                    .filter(
                        other -> !other.equals(one) && collection(one).equals(collection(other)))
                    .map(other -> Arguments.of(name(one), name(other), one, other)));
  }

  /** Where objects lie, whatever their version. */
  private static String collection(Kind kind) {
    if (!kind.storedAs().isEmpty()) {
      return kind.storedAs().replaceFirst("^v1/", "/");
    }
    return kind.group() + "/" + kind.names().plural();
  }

  @ParameterizedTest(name = "{0} as {1}")
  @MethodSource("versions")
  void nothingIsLostInAnotherVersion(String from, String to, Kind one, Kind other) {
    for (var seed = 1; seed <= SEEDS; seed++) {
      var object = new GeneratedObjects(seed).object(one);
      // The version is the server's, and nothing links to itself any more.
      ((ObjectNode) object.path("metadata")).put("resourceVersion", "1").remove("selfLink");
      var elsewhere = Versions.tree(stored(object, one), other);
      assertEquals(other.apiVersion(), elsewhere.path("apiVersion").asString());
      assertEquals(List.of(), ObjectForm.conform(elsewhere, other));
      var back = Versions.tree(stored(elsewhere, other), one);
      assertEquals(canonical(object), canonical(back));
    }
  }

  private static StoredObject stored(ObjectNode object, Kind kind) {
    return new StoredObject("x", Versions.encode(object.deepCopy(), kind), 1);
  }

  @Test
  void someKindsHaveSeveralVersions() {
    assertTrue(versions().findAny().isPresent());
  }
}
