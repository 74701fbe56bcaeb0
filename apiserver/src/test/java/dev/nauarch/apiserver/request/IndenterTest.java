package dev.nauarch.apiserver.request;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.apiserver.port.Headers;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IndenterTest {

  @Test
  void eachValueStandsOnALineOfItsOwn() {
    var json = "{\"a\":[1,{\"b\":true}],\"none\":{},\"empty\":[ ]}\n";
    assertEquals(
        """
        {
          "a": [
            1,
            {
              "b": true
            }
          ],
          "none": {},
          "empty": []
        }\
        """,
        indented(json));
  }

  @Test
  void whatStandsInTextsIsLeftAlone() {
    var text = "\"{ \\\" , : [\\\\\"";
    assertEquals("{\n  " + text + ": " + text + "\n}", indented("{" + text + ":" + text + "}"));
    assertEquals("[\n  \"å, é\"\n]", indented("[\"å, é\"]"));
  }

  @ParameterizedTest
  @CsvSource({
    "pretty=true, kubectl/v1.36.2, true",
    "pretty=1, '', true",
    "pretty=false, curl/8.5.0, false",
    "pretty=no, curl/8.5.0, false",
    "'', curl/8.5.0, true",
    "pretty=, Wget/1.21, true",
    "limit=5, Mozilla/5.0 (X11), true",
    "'', kubectl/v1.36.2, false",
    "'', '', false",
  })
  void peopleGetItIndented(String query, String agent, boolean isIndented) {
    var headers =
        new Headers() {
          @Override
          public List<String> all(String name) {
            return name.equals("User-Agent") && !agent.isEmpty() ? List.of(agent) : List.of();
          }

          @Override
          public List<String> names(String prefix) {
            return List.of();
          }
        };
    assertEquals(isIndented, Indentation.isWanted(Query.parse(query), headers));
    assertTrue(Indentation.isWanted(Query.parse("pretty=t"), headers));
  }

  private static String indented(String json) {
    return new String(Indenter.indented(json.getBytes(UTF_8)), UTF_8);
  }
}
