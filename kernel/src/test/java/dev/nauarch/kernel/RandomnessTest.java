package dev.nauarch.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RandomnessTest {

  @Test
  void firstNumbersAreThoseOfSplitMix64() {
    var chance = new Randomness(1234567);
    assertEquals(6457827717110365317L, chance.nextLong());
    assertEquals(3203168211198807973L, chance.nextLong());
  }

  @Test
  void forkDependsOnSeedAndNameAlone() {
    var drawnFrom = new Randomness(7);
    drawnFrom.nextLong();
    assertEquals(new Randomness(7).fork("nodes").nextLong(), drawnFrom.fork("nodes").nextLong());
    assertNotEquals(
        new Randomness(7).fork("pods").nextLong(), new Randomness(7).fork("nodes").nextLong());
    assertNotEquals(new Randomness(7).fork("").nextLong(), new Randomness(7).nextLong());
  }

  @Test
  void everyIntegerBelowTheBoundIsAboutAsLikely() {
    var chance = new Randomness(3);
    var counts = new int[7];
    for (int i = 0; i < 70_000; i++) {
      counts[chance.nextInt(7)]++;
    }
    for (int count : counts) {
      assertTrue(count > 9_500 && count < 10_500, () -> "drawn " + count + " times of 10,000");
    }
    assertThrows(IllegalArgumentException.class, () -> chance.nextInt(0));
  }

  @Test
  void shuffleKeepsEveryElementAndIsReproducible() {
    List<Integer> one = new ArrayList<>(IntStream.range(0, 100).boxed().toList());
    var other = new ArrayList<>(one);
    var sorted = List.copyOf(one);
    new Randomness(11).shuffle(one);
    new Randomness(11).shuffle(other);
    assertEquals(one, other);
    assertNotEquals(sorted, one);
    assertEquals(sorted, one.stream().sorted().toList());
  }
}
