package dev.nauarch.reconcile.autoscale;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Quantities in the forms in which Kubernetes writes them. */
class MilliTest {

  @ParameterizedTest
  @CsvSource({
    "0,0,0",
    "1500,1500m,1500m",
    "2000,2,2",
    "1024000,1024,1Ki",
    "1536000,1536,1536",
    "5000000,5k,5000",
    "1048576000,1048576,1Mi",
    "1048576500,1048576500m,1048576500m",
  })
  void aQuantityIsWrittenInItsShortestForm(long milli, String decimal, String binary) {
    assertEquals(decimal, Milli.decimal(milli).toString());
    assertEquals(binary, Milli.binary(milli).toString());
    assertEquals(milli, Milli.of(decimal));
    assertEquals(milli, Milli.of(binary));
  }

  @ParameterizedTest
  @CsvSource({"100u,1", "1.5,1500", "64Mi,67108864000", "10E,9223372036854775807"})
  void thousandthsAreRoundedUpAndCapped(String text, long milli) {
    assertEquals(milli, Milli.of(text));
  }
}
