package dev.nauarch.apiserver.object;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nauarch.api.catalog.Catalog;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.port.TestKinds;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Selectors name fields as their kind does, whatever they are called in what is stored. */
class FieldSelectorTest {

  private static final Catalog CATALOG = Catalog.builtIn("1.37");

  private static Kind kind(String group, String plural) {
    if (!group.equals("test.dev")) {
      return CATALOG.find(group, "v1", plural).orElseThrow();
    }
    var bare = TestKinds.kind("test.dev/v1", "Pump", plural, true);
    return new Kind(
        bare.group(),
        bare.version(),
        bare.kind(),
        bare.names(),
        true,
        bare.verbs(),
        List.of(),
        List.of("source"),
        bare.schema(),
        List.of(),
        "",
        "",
        false,
        false);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      textBlock =
          """
          `` | source=a | {'source':{'component':'a'},'reportingComponent':'b'} | true
          `` | source=b | {'source':{'component':''},'reportingComponent':'b'} | true
          `` | source=a | {'reportingComponent':'b'} | false
          `` | involvedObject.name=n | {'involvedObject':{'name':'n'}} | true
          events.k8s.io | reportingController=b | {'reportingComponent':'b'} | true
          events.k8s.io | regarding.name=n | {'involvedObject':{'name':'n'}} | true
          events.k8s.io | reason!=r | {'reason':'r'} | false
          test.dev | source=a | {'source':'a','reportingComponent':'b'} | true
          test.dev | source=b | {'source':'','reportingComponent':'b'} | false
          """)
  void aFieldIsLookedUpWhereItIsStored(
      String group, String selector, String fields, boolean isSelected) {
    var plural = group.equals("test.dev") ? "pumps" : "events";
    var json =
        "{'apiVersion':'v1','kind':'K','metadata':{'name':'n','namespace':'d'},"
            + fields.substring(1);
    var stored =
        new StoredObject("d/n", json.replace('\'', '"').getBytes(StandardCharsets.UTF_8), 1);
    assertEquals(isSelected, FieldSelector.parse(selector, kind(group, plural)).matches(stored));
  }
}
