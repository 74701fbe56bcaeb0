package dev.nauarch.nodeagent.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VariableExpansionTest {

  @ParameterizedTest
  @CsvSource({
    "plain, plain",
    "$(A), one",
    "x$(A)y$(B)z, xoneytwoz",
    "$(MISSING), $(MISSING)",
    "$$(A), $(A)",
    "$$$(A), $one",
    "$(A, $(A",
    "$A, $A",
    "cost $5, cost $5",
    "end$, end$"
  })
  void knownNamesAreReplacedAndEverythingElseStays(String text, String expected) {
    assertEquals(expected, VariableExpansion.expand(text, Map.of("A", "one", "B", "two")));
  }
}
