package dev.nauarch.api.quota;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Amounts are written as Kubernetes writes them. */
class AmountTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "0Gi, 0",
    "1, 1",
    "1000, 1k",
    "1500, 1500",
    "1500m, 1500m",
    "1000m, 1",
    "0.1, 100m",
    "100u, 100u",
    "1.0000000001, 1000000001n",
    "2000000, 2M",
    "1000E, 1000E",
    "1024Ki, 1Mi",
    "1.5Gi, 1536Mi",
    "512, 512",
    "1Ki, 1Ki",
    "0.5Ki, 512",
    "1025, 1025",
    "2e3, 2e3",
    "1e1, 10",
    "12e5, 1200e3",
    "1.0001Ki, 1024102400u",
    "0.1n, 1n",
    ".5, 500m",
    "5., 5",
    "1E-3, 1e-3",
    "0.1Ki, 102400m",
    "1e3, 1e3",
    "2000000000n, 2",
    "5n, 5n",
    "1E, 1E",
    "-5, -5"
  })
  void anAmountHasOneText(String read, String written) {
    assertEquals(written, Amount.parse(read).toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "x", "1x", "1Kb", "ki", "1 ", " 1", "1e", "1e1e1", "1e9999", "--1", "1.1.1", "1i", ".",
        "1mi"
      })
  void anotherTextIsNoAmount(String text) {
    assertEquals(Optional.empty(), Amount.read(text));
    assertThrows(IllegalArgumentException.class, () -> Amount.parse(text));
  }

  @ParameterizedTest
  @CsvSource({
    "1, 500m, 1500m",
    "1Gi, 1Gi, 2Gi",
    "0, 1Gi, 1Gi",
    "1Gi, 1, 1073741825",
    "500m, 500m, 1"
  })
  void aSumIsWrittenAsItsFirstPartIs(String one, String other, String sum) {
    assertEquals(sum, Amount.parse(one).plus(Amount.parse(other)).toString());
  }

  @Test
  void amountsAreShownInOrder() {
    var amounts = Amounts.of("pods", Amount.ONE).with("cpu", Amount.parse("500m"));
    assertEquals("cpu=500m,pods=1", amounts.toString());
  }
}
