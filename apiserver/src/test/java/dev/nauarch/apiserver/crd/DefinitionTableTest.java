package dev.nauarch.apiserver.crd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nauarch.api.FieldError;
import dev.nauarch.api.catalog.Catalog;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.patch.MergePatch;
import dev.nauarch.apiserver.port.User;
import dev.nauarch.apiserver.schema.ObjectForm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What is wrong with definitions is told in the words of Kubernetes, problem by problem. */
class DefinitionTableTest {

  private static final List<String> WORDS = List.of("x", "spec", "root", "version", "definition");

  private static final Kind KIND =
      Catalog.builtIn("1.36")
          .find("apiextensions.k8s.io", "v1", "customresourcedefinitions")
          .orElseThrow();

  /** A definition and what is wrong with it. */
  record Row(String word, String json, List<String> problems) {}

  static Stream<Row> rows() throws IOException {
    try (var table = DefinitionTableTest.class.getResourceAsStream("definitions.txt")) {
      var text = new String(Objects.requireNonNull(table).readAllBytes(), StandardCharsets.UTF_8);
      var rows = new ArrayList<Row>();
      for (var line : text.lines().filter(one -> !one.startsWith("#")).toList()) {
        var space = line.indexOf(' ');
        var word = line.substring(0, space);
        if (WORDS.contains(word)) {
          rows.add(new Row(word, line.substring(space + 1), new ArrayList<>()));
        } else {
          rows.getLast().problems().add(line.replace("␤", "\n"));
        }
      }
      return rows.stream();
    }
  }

  @ParameterizedTest
  @MethodSource("rows")
  void problemsAreToldAsInKubernetes(Row row) {
    var object = definition(row.word(), JsonMapper.shared().readTree(row.json()));
    ObjectForm.conform(object, KIND);
    ObjectForm.fillDefaults(object, KIND);
    var strategy = new DefinitionStrategy();
    strategy.prepareForCreate(object, new User("admin", "", List.of(), Map.of()));
    var problems =
        strategy.validate(object).stream().map(FieldError::toString).distinct().sorted().toList();
    assertEquals(String.join("\n", row.problems()), String.join("\n", problems));
  }

  private static ObjectNode definition(String word, JsonNode value) {
    var object =
        (ObjectNode)
            JsonMapper.shared()
                .readTree(
                    """
                    {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
                     "metadata":{"name":"ships.test.dev"},
                     "spec":{"group":"test.dev","scope":"Namespaced",
                      "names":{"plural":"ships","kind":"Ship","singular":"ship",
                       "listKind":"ShipList"},
                      "versions":[{"name":"v1","served":true,"storage":true,
                       "schema":{"openAPIV3Schema":{"type":"object","properties":{
                        "spec":{"type":"object","properties":{}}}}}}]}}
                    """);
    var version = (ObjectNode) object.at("/spec/versions/0");
    var schema = (ObjectNode) version.at("/schema/openAPIV3Schema");
    switch (word) {
      case "x" -> ((ObjectNode) schema.at("/properties/spec/properties")).set("x", value);
      case "spec" -> ((ObjectNode) schema.path("properties")).set("spec", value);
      case "root" -> value.properties().forEach(one -> schema.set(one.getKey(), one.getValue()));
      case "version" ->
          value.properties().forEach(one -> version.set(one.getKey(), one.getValue()));
      default -> {
        return MergePatch.apply(object, value);
      }
    }
    return object;
  }
}
