package dev.nauarch.verification.benchmark;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The rules for sharing on the trace of the FGD paper, against what was published. {@code
 * -Dnau.data=DIR} says where it is, in {@code DIR/fgd}.
 */
class FgdInterop {

  private static final Path TRACE = Path.of(System.getProperty("nau.data", "none"), "fgd");

  @ParameterizedTest
  @CsvSource({"default,87.47,93.08,95.39", "multigpu50,90.27,95.74,97.18"})
  void weReachWhatWasPublishedAndMore(String list, double random, double bestFit, double fgd) {
    var numbers = new FgdBench(TRACE, 3).run(List.of(list)).getFirst().numbers();
    assertNear(random, numbers.getOrDefault("random_percent", 0.0));
    assertNear(bestFit, numbers.getOrDefault("best_fit_percent", 0.0));
    assertNear(fgd, numbers.getOrDefault("fgd_percent", 0.0));
    assertTrue(
        numbers.getOrDefault("foresight_percent", 0.0) > numbers.getOrDefault("fgd_percent", 100.0),
        numbers.toString());
  }

  private static void assertNear(double published, double measured) {
    assertTrue(Math.abs(published - measured) < 0.6, measured + ", published " + published);
  }
}
