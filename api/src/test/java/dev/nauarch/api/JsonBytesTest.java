package dev.nauarch.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Places in JSON are found, and nothing that is no JSON does harm. */
class JsonBytesTest {

  private static final String OBJECT =
      """
      {"a": "x\\"},{" , "b":{"a":[1,{"c":"]"}],"d":null},
       "e" : -1.5e3,"metadata":{"k\\u0041":true},"":"empty","z":"\\\\"}""";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a | \"x\\\"},{\"",
        "b | {\"a\":[1,{\"c\":\"]\"}],\"d\":null}",
        "e | -1.5e3",
        "metadata | {\"k\\u0041\":true}",
        "'' | \"empty\"",
        "z | \"\\\\\"",
      })
  void aMemberIsFoundAsAWhole(String name, String value) {
    assertEquals(value, member(OBJECT, name.equals("''") ? "" : name));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {"c", "d", "kA", "A"})
  void whatIsDeeperOrNotThereIsNotFound(String name) {
    var json = OBJECT.getBytes(StandardCharsets.UTF_8);
    assertEquals(JsonBytes.NOWHERE, JsonBytes.member(json, 0, name));
  }

  @Test
  void textsEndAtTheFirstQuoteThatIsNotEscaped() {
    var random = new SplittableRandom(2);
    var bytes = new byte[] {'"', '\\', 'a', ' ', (byte) 0x80, (byte) 0xff, '!', '#', '[', ']', 1};
    for (var round = 0; round < 50_000; round++) {
      var text = new byte[1 + random.nextInt(40)];
      text[0] = '"';
      for (var i = 1; i < text.length; i++) {
        text[i] = bytes[random.nextInt(1 + random.nextInt(bytes.length))];
      }
      var end = 1;
      while (end < text.length && text[end] != '"') {
        end += text[end] == '\\' ? 2 : 1;
      }
      assertEquals(Math.min(end + 1, text.length), JsonBytes.end(text, 0), Arrays.toString(text));
    }
  }

  @Test
  void bytesThatAreNoJsonDoNoHarm() {
    var random = new SplittableRandom(1);
    var json = OBJECT.getBytes(StandardCharsets.UTF_8);
    for (var round = 0; round < 20_000; round++) {
      var broken = Arrays.copyOf(json, random.nextInt(json.length + 1));
      for (var i = random.nextInt(4); i > 0 && broken.length > 0; i--) {
        broken[random.nextInt(broken.length)] = (byte) "\"{}[],:\\ x".charAt(random.nextInt(10));
      }
      var at = JsonBytes.member(broken, 0, "z");
      assertTrue(at >= JsonBytes.NOWHERE && at <= broken.length);
      assertTrue(at < 0 || JsonBytes.end(broken, at) <= broken.length);
    }
  }

  private static String member(String text, String name) {
    var json = text.getBytes(StandardCharsets.UTF_8);
    var at = JsonBytes.member(json, 0, name);
    return new String(json, at, JsonBytes.end(json, at) - at, StandardCharsets.UTF_8);
  }
}
