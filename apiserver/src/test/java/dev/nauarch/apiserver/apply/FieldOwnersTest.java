package dev.nauarch.apiserver.apply;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.api.catalog.Schema;
import dev.nauarch.apiserver.crd.SchemaReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Ownership follows what Kubernetes' own server does: the expected part of {@code scenarios.txt}
 * was compared with it line by line (but for one thing: Kubernetes leaves the time of an entry
 * alone when an apply changes only who owns what; here it changes with the entry). Each scenario
 * starts with no object; each command is a write at the second of its number, and what follows is
 * the object, then {@code operation manager [subresource] second fields} for each entry of its
 * managed fields.
 */
class FieldOwnersTest {

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final Pattern TITLE = Pattern.compile("(?m)^## ");
  private static final Pattern SPACE = Pattern.compile(" ");

  @TestFactory
  List<DynamicTest> everyScenarioGivesWhatItSays() throws IOException {
    var tests = new ArrayList<DynamicTest>();
    for (var scenario : TITLE.splitAsStream(resource("scenarios.txt")).toList()) {
      if (!scenario.isBlank()) {
        var lines = scenario.strip().lines().toList();
        tests.add(
            DynamicTest.dynamicTest(
                lines.getFirst(),
                () -> assertEquals(scenario.strip(), new Scenario(lines).replayed())));
      }
    }
    return tests;
  }

  /** One run through the commands of a scenario. */
  private static final class Scenario {
    private final List<String> lines;
    private final List<String> out = new ArrayList<>();
    private final FieldOwners owners;
    private ObjectNode live = JSON.createObjectNode();
    private int step;

    Scenario(List<String> lines) throws IOException {
      this.lines = lines;
      var schema = JSON.readTree(resource("schema.json"));
      var metadata = schema.path("properties").path("metadata");
      var plain = Schema.builder(Schema.Type.OBJECT).build();
      var reader = new SchemaReader(new SchemaReader(plain).value(metadata));
      this.owners =
          new FieldOwners(
              new Kind(
                  "test.dev",
                  "v1",
                  "Ship",
                  new Kind.Names("ships", "ship", "ShipList", List.of(), List.of()),
                  true,
                  Kind.ALL_VERBS,
                  List.of(
                      new Kind.Subresource(
                          "status", "test.dev", "v1", "Ship", List.of("get"), Map.of())),
                  List.of(),
                  reader.resource("", schema),
                  List.of(),
                  "",
                  "",
                  false,
                  false));
    }

    String replayed() {
      out.add(lines.getFirst());
      for (var i = 1; i < lines.size(); i++) {
        var words = SPACE.splitAsStream(lines.get(i)).toList();
        if (List.of("update", "apply", "untracked", "reset").contains(words.getFirst())) {
          out.add(lines.get(i));
          out.add(lines.get(i + 1));
          run(words, object(lines.get(i + 1)));
        }
      }
      return String.join("\n", out);
    }

    private void run(List<String> words, ObjectNode body) {
      step++;
      var sub = words.stream().filter(word -> word.startsWith("sub=")).findFirst();
      var writer =
          new Writer(
              words.size() > 1 ? words.get(1) : "",
              sub.map(word -> word.substring(4)).orElse(""),
              Instant.ofEpochSecond(step));
      try {
        live =
            switch (words.getFirst()) {
              case "update" -> owners.onWrite(live, withUid(body), writer);
              case "reset" -> {
                ((ObjectNode) body.path("metadata")).putArray("managedFields").addObject();
                yield owners.onWrite(live, withUid(body), writer);
              }
              case "apply" -> {
                owners.check(body);
                yield owners.apply(live, body, writer, words.contains("force"));
              }
              default -> body;
            };
        withUid(live);
        show();
      } catch (ApiException refused) {
        out.add("error: " + refused.getMessage());
        refused.details().causes().stream()
            .map(c -> "  " + c.type().reason() + " " + c.field() + ": " + c.message())
            .sorted()
            .forEach(out::add);
      }
    }

    private ObjectNode withUid(ObjectNode object) {
      if (!live.isEmpty()) {
        ((ObjectNode) object.path("metadata")).put("uid", "u");
      }
      return object;
    }

    private void show() {
      var copy = live.deepCopy();
      copy.remove(List.of("apiVersion", "kind"));
      var metadata = (ObjectNode) copy.path("metadata");
      var entries = metadata.path("managedFields");
      metadata.remove(List.of("name", "uid", "managedFields"));
      if (metadata.isEmpty()) {
        copy.remove("metadata");
      }
      out.add(sorted(copy));
      for (var entry : entries) {
        var sub = entry.path("subresource").asString("");
        var time = entry.path("time").asString("");
        out.add(
            entry.path("operation").asString()
                + " "
                + entry.path("manager").asString()
                + (sub.isEmpty() ? "" : " " + sub)
                + " "
                + (time.isEmpty() ? "-" : Instant.parse(time).getEpochSecond())
                + " "
                + sorted(entry.path("fieldsV1")));
      }
    }
  }

  private static String sorted(JsonNode node) {
    return JsonMapper.builder()
        .enable(tools.jackson.databind.cfg.JsonNodeFeature.WRITE_PROPERTIES_SORTED)
        .build()
        .writeValueAsString(node);
  }

  private static ObjectNode object(String json) {
    var object = (ObjectNode) JSON.readTree(json);
    object.put("apiVersion", "test.dev/v1").put("kind", "Ship");
    object.withObject("metadata").put("name", "n");
    return object;
  }

  private static String resource(String name) throws IOException {
    try (var in = FieldOwnersTest.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
