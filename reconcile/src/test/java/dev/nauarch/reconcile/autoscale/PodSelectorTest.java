package dev.nauarch.reconcile.autoscale;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Selectors in their text form. */
class PodSelectorTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "app=web|true",
        "app==web,tier=a|true",
        "app=web,tier=b|false",
        "app!=web|false",
        "gone!=x|true",
        "tier in (b, a)|true",
        "tier notin (b,c),app|true",
        "!app|false",
        "!gone,size>3|true",
        "size<3|false",
        "nauarch.dev/x=|false",
      })
  void textMatches(String text, boolean matches) throws MetricFault {
    var labels = Map.of("app", "web", "tier", "a", "size", "4");
    var pod = new PodBuilder().withNewMetadata().withLabels(labels).endMetadata().build();
    assertEquals(matches, PodSelector.parse(text).matches(pod));
  }

  @ParameterizedTest
  @ValueSource(strings = {"app=web tier=a", "in (a)", "=a", "a in b", ",a"})
  void otherTextIsRefused(String text) {
    assertThrows(MetricFault.class, () -> PodSelector.parse(text));
  }

  @Test
  void aSelectorHasATextWhoseOrderIsItsOwn() {
    var selector =
        new LabelSelectorBuilder()
            .addToMatchLabels("b", "1")
            .addToMatchLabels("a", "2")
            .addToMatchExpressions(
                new LabelSelectorRequirement("c", "NotIn", List.of("y", "x")),
                new LabelSelectorRequirement("d", "DoesNotExist", List.of()))
            .build();
    assertEquals("a=2,b=1,c notin (x,y),!d", PodSelector.text(selector));
  }
}
