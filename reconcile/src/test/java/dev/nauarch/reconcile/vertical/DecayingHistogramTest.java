package dev.nauarch.reconcile.vertical;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.vertical.HistogramCheckpoint;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DecayingHistogramTest {

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  @Test
  void bucketsGrowByFivePercentAndTakeWhatLiesInThem() {
    // As many as a checkpoint of Kubernetes' autoscaler has.
    assertEquals(176, Buckets.CPU.count());
    assertEquals(176, Buckets.MEMORY.count());
    assertEquals(0, Buckets.CPU.of(0.005));
    assertEquals(175, Buckets.CPU.of(1e9));
    for (int bucket = 1; bucket < Buckets.CPU.count() - 1; bucket++) {
      var middle = (Buckets.CPU.start(bucket) + Buckets.CPU.end(bucket)) / 2;
      assertEquals(bucket, Buckets.CPU.of(middle));
    }
  }

  @Test
  void aSampleCountsHalfAfterADay() {
    var histogram = new DecayingHistogram(Buckets.CPU);
    for (int i = 0; i < 3; i++) {
      histogram.add(8, 1, NOW.minus(Duration.ofDays(2)));
    }
    histogram.add(1, 1, NOW);
    // Three old ones weigh three quarters of a new one.
    assertEquals(1, histogram.percentile(0.5), 0.06);
    histogram.add(8, 1, NOW.minus(Duration.ofDays(1)));
    assertEquals(8, histogram.percentile(0.5), 0.45);
  }

  @Test
  void whatIsTakenBackWasNeverThere() {
    var histogram = new DecayingHistogram(Buckets.MEMORY);
    histogram.add(5e8, 1, NOW);
    histogram.subtract(5e8, 1, NOW);
    assertTrue(histogram.isEmpty());
    assertEquals(0, histogram.percentile(0.9));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void percentilesLieWithinABucketOfTheExactOnesAndSurviveARestart(long seed) {
    var random = new SplittableRandom(seed);
    var histogram = new DecayingHistogram(Buckets.CPU);
    var exact = new ArrayList<Double>();
    for (int i = 0; i < 500; i++) {
      var amount = Math.exp(random.nextDouble(-4, 4));
      exact.add(amount);
      histogram.add(amount, 0.1, NOW);
    }
    exact.sort(null);
    var restored = DecayingHistogram.restored(Buckets.CPU, histogram.checkpoint());
    assertFalse(restored.isEmpty());
    for (var part : new double[] {0.01, 0.5, 0.9, 0.95, 1}) {
      var wanted = exact.get((int) Math.ceil(part * 500) - 1);
      var bucket = Buckets.CPU.of(wanted);
      assertTrue(histogram.percentile(part) >= Buckets.CPU.end(bucket - 1));
      assertTrue(histogram.percentile(part) <= Buckets.CPU.end(bucket + 1));
      assertEquals(histogram.percentile(part), restored.percentile(part));
    }
    assertEquals(histogram.checkpoint(), restored.checkpoint());
  }

  @Test
  void checkpointsOfWhatCantBeAreRefused() {
    for (var bucket : new String[] {"-1", "176", "x"}) {
      var checkpoint = new HistogramCheckpoint("2026-01-01T00:00:00Z", Map.of(bucket, 1), 1);
      assertThrows(
          IllegalArgumentException.class,
          () -> DecayingHistogram.restored(Buckets.CPU, checkpoint));
    }
    var empty = new HistogramCheckpoint("", Map.of(), -1);
    assertTrue(DecayingHistogram.restored(Buckets.CPU, empty).isEmpty());
  }
}
