package dev.nauarch.apiserver.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextCodecTest {

  @Test
  void aDuplicateFieldIsReportedWithItsPathAndTheLastValueCounts() throws DecodingException {
    var json = bytes("{\"spec\":{\"a\":[{\"b\":1,\"b\":2}]},\"kind\":\"A\",\"kind\":\"B\"}");
    var decoded = JsonCodec.decode(json);
    assertEquals(
        List.of("duplicate field \"spec.a[0].b\"", "duplicate field \"kind\""),
        decoded.duplicateFields());
    assertEquals(2, decoded.object().path("spec").path("a").path(0).path("b").asInt());
    var yaml = YamlCodec.decode(bytes("spec:\n  a:\n  - b: 1\n    b: 2\nkind: A\nkind: B\n"));
    assertEquals(
        List.of(
            "yaml: unmarshal errors:\n  line 4: key \"b\" already set in map\n"
                + "  line 6: key \"kind\" already set in map"),
        yaml.duplicateFields());
    assertEquals(decoded.object(), yaml.object());
  }

  @Test
  void problemsAreToldInTheOrderOfTheDocument() {
    var json = bytes("{\"x\":1,\"a\":[{\"b\":1,\"y\":{},\"b\":2,\"b\":3}],\"z\":0}");
    assertEquals(
        List.of(
            "unknown field \"x\"",
            "unknown field \"a[0].y\"",
            "duplicate field \"a[0].b\"",
            "unknown field \"z\""),
        JsonCodec.inOrder(
            json,
            List.of(
                "duplicate field \"a[0].b\"",
                "duplicate field \"a[0].b\"",
                "unknown field \"a[0].y\"",
                "unknown field \"x\"",
                "unknown field \"z\"")));
  }

  @Test
  void aWholeNumberIsAnIntegerHoweverItIsWritten() throws DecodingException {
    var numbers =
        JsonCodec.decode(bytes("{\"a\":1.0,\"b\":1e3,\"c\":1.5,\"d\":9223372036854775808}"));
    assertEquals(
        "{\"a\":1,\"b\":1000,\"c\":1.5,\"d\":9.223372036854776E18}", numbers.object().toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  ", "[]", "1", "{", "{\"a\":}", "{} {}", "{\"a\":tru}", "x"})
  void jsonThatIsNoObjectIsRefused(String text) {
    var refused = assertThrows(DecodingException.class, () -> JsonCodec.decode(bytes(text)));
    assertTrue(refused.toString().contains("couldn't get version/kind; json parse error: "));
  }

  @ParameterizedTest
  @ValueSource(strings = {"- a", "a: [", "a: *b", "? [x]\n: y", "a: 1\n---\nb: 2"})
  void yamlThatIsNoSingleObjectIsRefused(String text) {
    var refused = assertThrows(DecodingException.class, () -> YamlCodec.decode(bytes(text)));
    assertTrue(refused.toString().contains("error converting YAML to JSON: yaml: "));
  }

  @Test
  void nothingAtAllIsAnObjectWithoutFields() throws DecodingException {
    assertEquals("{}", JsonCodec.decode(bytes("null")).object().toString());
    assertEquals("{}", YamlCodec.decode(bytes("")).object().toString());
    assertEquals("{}", YamlCodec.decode(bytes("# a word")).object().toString());
  }

  @Test
  void jsonWithTabsIsYamlToo() throws DecodingException {
    var json = "{\n\t\"a\": [{\n\t\t\"b\": 1}]\n}";
    assertEquals("{\"a\":[{\"b\":1}]}", YamlCodec.decode(bytes(json)).object().toString());
    var loose = "\t{\n\ta:\t['it''s\t\\',\t\"x\\\"\ty\",],\t}";
    assertEquals(
        "{\"a\":[\"it's\\t\\\\\",\"x\\\"\\ty\"]}",
        YamlCodec.decode(bytes(loose)).object().toString());
    var broken = assertThrows(DecodingException.class, () -> YamlCodec.decode(bytes("a:\n\tb: 1")));
    assertTrue(broken.toString().contains("error converting YAML to JSON: yaml: "));
  }

  @Test
  void yamlIsReadAsVersion11AndWrittenSoThatBothVersionsReadTheSame() throws DecodingException {
    var read = YamlCodec.decode(bytes("{a: yes, b: 010, c: 0x1F, d: 1_000, e: 'yes', f: 1:30}"));
    assertEquals(
        "{\"a\":true,\"b\":8,\"c\":31,\"d\":1000,\"e\":\"yes\",\"f\":\"1:30\"}",
        read.object().toString());
    var written = new String(YamlCodec.encode(read.object()), StandardCharsets.UTF_8);
    assertEquals("a: true\nb: 8\nc: 31\nd: 1000\ne: \"yes\"\nf: \"1:30\"\n", written);
    assertEquals(read.object(), YamlCodec.decode(bytes(written)).object());
  }

  @Test
  void halfOfAPairIsReplacedByTheSignForWhatCantBeWritten() throws DecodingException {
    var read = JsonCodec.decode(bytes("{\"a\":\"x\\ud800y\",\"b\":\"\\ud83d\\ude00\"}"));
    assertEquals("{\"a\":\"x\ufffdy\",\"b\":\"\ud83d\ude00\"}", read.object().toString());
  }

  @Test
  void aliasesOfAliasesAreRefusedBeforeTheyFillTheMemory() {
    var bomb = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x]\n");
    for (var level = 1; level < 12; level++) {
      var alias = "*a" + (level - 1);
      bomb.append(
          "a%d: &a%d [%s]\n"
              .formatted(
                  level,
                  level,
                  String.join(
                      ",",
                      List.of(alias, alias, alias, alias, alias, alias, alias, alias, alias))));
    }
    assertThrows(DecodingException.class, () -> YamlCodec.decode(bytes(bomb.toString())));
  }

  @Test
  void deepNestingIsRefused() {
    var deep = "{\"a\":".repeat(100_000);
    assertThrows(DecodingException.class, () -> JsonCodec.decode(bytes(deep)));
    var deepYaml = "[".repeat(100_000);
    assertThrows(DecodingException.class, () -> YamlCodec.decode(bytes("a: " + deepYaml)));
  }

  @Test
  void yamlSaysWhatJsonSays() throws DecodingException {
    var object =
        JsonCodec.decode(
                bytes("{\"a\":\"yes\",\"b\":[1,true,null,\"1\",\"\"],\"c\":{},\"d\":\"x\\ny\"}"))
            .object();
    assertEquals(object, YamlCodec.decode(YamlCodec.encode(object)).object());
  }

  @ParameterizedTest
  @ValueSource(strings = {"0s", "1h0m0s", "1m30s", "1.5s", "2ms", "15ns", "-1s", "1h0m30.25s"})
  void aDurationIsPrintedAsGoPrintsIt(String text) {
    assertEquals(text, GoDuration.print(GoDuration.parse(text)));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
