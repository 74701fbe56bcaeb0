package dev.nauarch.build.catalog;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class CatalogGeneratorTest {

  private static Map<String, ObjectNode> extracted = new TreeMap<>();

  @TempDir private Path folder;

  @BeforeAll
  static void extract() throws IOException {
    extracted = ProtoSources.fromClassPath().definitions();
  }

  @Test
  void theSourcesGiveTypesNumbersMarkersAndProse() {
    var containers = extracted("io.k8s.api.core.v1.PodSpec").at("/properties/containers");
    assertEquals("[]io.k8s.api.core.v1.Container", containers.path("type").asString());
    assertEquals(2, containers.path("number").asInt());
    assertEquals("map", containers.path("listType").asString());
    assertEquals("[\"name\"]", containers.path("listMapKeys").toString());
    assertFalse(containers.path("description").asString().contains("+listType"));
    var data = extracted("io.k8s.api.core.v1.Secret").at("/properties/data");
    assertEquals("{}bytes", data.path("type").asString());
  }

  @Test
  void aMarkerBelowTheLineForDevelopersCounts() {
    var comment = GoComment.of(List.of("For users.", "---", "For developers.", "+listType=set"));
    var target = JsonNodeFactory.instance.objectNode();
    comment.writeTo(target);
    assertEquals("{\"description\":\"For users.\",\"listType\":\"set\"}", target.toString());
  }

  @Test
  void onlyWhatAKindReachesIsWritten() throws IOException {
    generate(
        """
        prefix: io.k8s.api.core.v1
        group: ""
        version: v1
        kinds:
          ConfigMap: {plural: configmaps}
        """);
    var lines = Files.readAllLines(folder.resolve("out/definitions"));
    assertTrue(lines.stream().anyMatch(line -> line.startsWith("io.k8s.api.core.v1.ConfigMap\t")));
    assertTrue(lines.stream().noneMatch(line -> line.startsWith("io.k8s.api.core.v1.PodSpec\t")));
    var kind = JsonMapper.shared().readTree(Files.readString(folder.resolve("out/kinds")));
    assertEquals("Name", kind.at("/columns/0/name").asString());
    assertEquals("Age", kind.at("/columns/1/name").asString());
  }

  @Test
  void aFileMayAddToADefinitionAndTakeFromIt() throws IOException {
    generate(
        """
        prefix: io.k8s.api.core.v1
        parts: [.ConfigMapKeySelector]
        definitions:
          .ConfigMapKeySelector:
            inline: [localObjectReference]
            required: [key]
            properties:
              optional: null
              key: {since: "1.37"}
        """);
    var definition = definition("io.k8s.api.core.v1.ConfigMapKeySelector");
    assertEquals(
        "{\"1\":\"io.k8s.api.core.v1.LocalObjectReference\"}",
        definition.path("inline").toString());
    assertEquals(List.of("key"), List.copyOf(definition.path("properties").propertyNames()));
    assertTrue(definition.at("/properties/key/required").asBoolean());
    assertEquals("1.37", definition.at("/properties/key/since").asString());
  }

  @Test
  void aNameThatNobodyDefinesStopsTheBuild() {
    var unknown =
        """
        parts: [a.B]
        definitions:
          a.B: {properties: {c: {type: a.C}}}
        """;
    assertThrows(IllegalStateException.class, () -> generate(unknown));
    var misspelled = "definitions: {a.B: {required: [x]}}";
    assertThrows(IllegalStateException.class, () -> generate(misspelled));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a.Kind: {lost: nothing happens}",
        "a.Other: {x: nothing happens}",
        "a.Kind: {x: {unless: [1]}}",
        "a.Kind: {x: {instead: nothing happens, except: [1]}}",
      })
  void aListOfInactiveFieldsMustBeTrue(String list) {
    var yaml =
        """
        parts: [a.Kind]
        definitions:
          a.Kind: {properties: {x: {type: int32}}}
          a.Other: {properties: {x: {type: int32}}}
        inactive:
          %s
        """;
    assertThrows(IllegalStateException.class, () -> generate(yaml.formatted(list)));
    assertDoesNotThrow(() -> generate(yaml.formatted("a.Kind: {x: nothing happens}")));
  }

  private static ObjectNode extracted(String name) {
    return extracted.getOrDefault(name, JsonNodeFactory.instance.objectNode());
  }

  private void generate(String yaml) throws IOException {
    var written = Files.createDirectories(folder.resolve("in"));
    Files.writeString(written.resolve("a.yaml"), yaml);
    CatalogGenerator.main(new String[] {written.toString(), folder.resolve("out").toString()});
  }

  private ObjectNode definition(String name) throws IOException {
    for (var line : Files.readAllLines(folder.resolve("out/definitions"))) {
      if (line.startsWith(name + "\t")) {
        return (ObjectNode) JsonMapper.shared().readTree(line.substring(name.length() + 1));
      }
    }
    throw new IllegalStateException("there is no " + name);
  }
}
