package dev.nauarch.apiserver.patch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.catalog.Schema;
import dev.nauarch.apiserver.crd.SchemaReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Patches do what Kubernetes' own libraries do with the same input: the third line of each case of
 * {@code strategic.txt} and {@code json.txt} was compared with them. The lines are the object, the
 * patch, and what comes of it.
 */
class PatchTest {

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED).build();

  @TestFactory
  Stream<DynamicTest> strategicMergePatchesGiveWhatTheTableSays() throws IOException {
    var schema =
        new SchemaReader(Schema.builder(Schema.Type.OBJECT).build())
            .value(JSON.readTree(resource("schema.json")));
    return cases(
        "strategic.txt",
        (object, patch) -> StrategicMergePatch.apply((ObjectNode) object, patch, schema));
  }

  @TestFactory
  Stream<DynamicTest> jsonPatchesGiveWhatTheTableSays() throws IOException {
    return cases("json.txt", (object, patch) -> JsonPatch.apply((ObjectNode) object, patch));
  }

  /** The table of appendix A of RFC 7386, as far as both sides are objects. */
  @Test
  void mergePatchesGiveWhatTheRfcSays() {
    assertMerges("{'a':'c'}", "{'a':'b'}", "{'a':'c'}");
    assertMerges("{'a':'b','b':'c'}", "{'a':'b'}", "{'b':'c'}");
    assertMerges("{}", "{'a':'b'}", "{'a':null}");
    assertMerges("{'b':'c'}", "{'a':'b','b':'c'}", "{'a':null}");
    assertMerges("{'a':'c'}", "{'a':['b']}", "{'a':'c'}");
    assertMerges("{'a':['b']}", "{'a':'c'}", "{'a':['b']}");
    assertMerges("{'a':{'b':'d'}}", "{'a':{'b':'c'}}", "{'a':{'b':'d','c':null}}");
    assertMerges("{'a':[1]}", "{'a':[{'b':'c'}]}", "{'a':[1]}");
    assertMerges("{'a':{'bb':{}}}", "{}", "{'a':{'bb':{'ccc':null}}}");
    assertMerges("{'a':{'b':1}}", "{'a':'text'}", "{'a':{'b':1}}");
  }

  @Test
  void aPatchLeavesTheObjectAsItWas() {
    var object = (ObjectNode) JSON.readTree("{\"a\":{\"b\":[1,{\"c\":2}]},\"d\":1}");
    var before = object.deepCopy();
    var any = Schema.builder(Schema.Type.ANY).build();
    MergePatch.apply(object, JSON.readTree("{\"a\":{\"b\":null},\"d\":null}"));
    StrategicMergePatch.apply(object, JSON.readTree("{\"a\":{\"x\":1},\"d\":null}"), any);
    JsonPatch.apply(object, JSON.readTree("[{\"op\":\"add\",\"path\":\"/a/b/1/c\",\"value\":3}]"));
    assertEquals(before, object);
  }

  @Test
  void aPatchOfAnotherFormIsABadRequest() {
    var object = JSON.createObjectNode();
    var any = Schema.builder(Schema.Type.ANY).build();
    var list = JSON.createArrayNode();
    assertReason("BadRequest", () -> MergePatch.apply(object, list));
    assertReason("BadRequest", () -> StrategicMergePatch.apply(object, list, any));
    assertReason("BadRequest", () -> JsonPatch.apply(object, object));
    assertReason("BadRequest", () -> JsonPatch.apply(object, list.add(1)));
  }

  @Test
  void aJsonPatchOfTooManyOperationsIsRefused() {
    var patch = JSON.createArrayNode();
    for (var i = 0; i <= 10_000; i++) {
      patch.addObject().put("op", "add").put("path", "/a").put("value", i);
    }
    assertReason("RequestEntityTooLarge", () -> JsonPatch.apply(JSON.createObjectNode(), patch));
  }

  private static void assertReason(
      String reason, org.junit.jupiter.api.function.Executable patching) {
    assertEquals(reason, assertThrows(ApiException.class, patching).reason().text());
  }

  private static void assertMerges(String expected, String object, String patch) {
    assertEquals(
        JSON.readTree(expected.replace('\'', '"')),
        MergePatch.apply(
            (ObjectNode) JSON.readTree(object.replace('\'', '"')),
            JSON.readTree(patch.replace('\'', '"'))));
  }

  private static Stream<DynamicTest> cases(String file, BinaryOperator<JsonNode> patching)
      throws IOException {
    return Pattern.compile("(?m)^## ")
        .splitAsStream(resource(file))
        .filter(text -> !text.isBlank())
        .map(text -> text.strip().lines().toList())
        .map(
            lines ->
                DynamicTest.dynamicTest(
                    lines.getFirst(),
                    () -> assertEquals(expected(lines), result(lines, patching))));
  }

  private static String expected(List<String> lines) {
    var line = lines.get(3);
    return line.startsWith("error: ") ? line : JSON.readTree(line).toString();
  }

  private static String result(List<String> lines, BinaryOperator<JsonNode> patching) {
    try {
      return JSON.writeValueAsString(
          patching.apply(JSON.readTree(lines.get(1)), JSON.readTree(lines.get(2))));
    } catch (ApiException refused) {
      var causes = refused.details().causes();
      var why = causes.isEmpty() ? refused.getMessage() : causes.getFirst().message();
      return ("error: " + why).replace("\n", "\\n");
    }
  }

  private static String resource(String name) throws IOException {
    try (var in = PatchTest.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
