package dev.nauarch.apiserver.fairness;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.apiserver.fairness.Allocation.Bounds;
import dev.nauarch.apiserver.fairness.Allocation.Claim;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How seats are divided among levels. */
class AllocationTest {

  @Test
  void theSuggestedLevelsHaveTheSeatsThatTheyHaveInKubernetes() {
    assertEquals(new Bounds(245, 24, 845), Bounds.of(600, 100, 245, 90, -1));
    assertEquals(new Bounds(74, 50, 674), Bounds.of(600, 30, 245, 33, -1));
    assertEquals(new Bounds(25, 25, 625), Bounds.of(600, 10, 245, 0, -1));
    assertEquals(new Bounds(13, 13, 13), Bounds.of(600, 5, 245, 0, 0));
    assertEquals(62, new Bounds(74, 50, 674).initial());
    assertEquals(15, Bounds.of(600, 40, 245, 50, -1).widest(6));
    assertEquals(1, Bounds.of(600, 1, 245, 0, -1).widest(8));
  }

  @Test
  void hugeValuesStayWithinBounds() {
    var bounds = Bounds.of(600, Integer.MAX_VALUE, Integer.MAX_VALUE, 100, Integer.MAX_VALUE);
    assertEquals(600, bounds.nominal());
    assertEquals(0, bounds.least());
    assertEquals(Integer.MAX_VALUE, bounds.most());
    assertEquals(new Bounds(0, 0, 600), Bounds.of(600, 0, 0, 0, -1));
  }

  @Test
  void whoWantsNothingLendsAndWhoWantsMoreBorrows() {
    var idle = new Claim(false, new Bounds(100, 20, 300), 0, 0);
    var busy = new Claim(false, new Bounds(100, 20, 300), 300, 280);
    var seats = Allocation.divide(List.of(idle, busy));
    assertEquals(20, seats[0]);
    assertEquals(180, seats[1]);
  }

  @Test
  void whatAnExemptLevelUsesIsTakenFromTheOthers() {
    var exempt = new Claim(true, new Bounds(0, 0, 0), 50, 50);
    var busy = new Claim(false, new Bounds(100, 20, 300), 100, 100);
    assertArrayEquals(new int[] {50, 75, 75}, Allocation.divide(List.of(exempt, busy, busy)));
    var flood = new Claim(true, new Bounds(0, 0, 0), 500, 500);
    assertArrayEquals(new int[] {500, 20, 20}, Allocation.divide(List.of(flood, busy, busy)));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void seatsAreWithinBoundsAndAddUp(long seed) {
    var random = new SplittableRandom(seed);
    for (var round = 0; round < 500; round++) {
      var claims = new ArrayList<Claim>();
      var total = 0;
      for (var i = 0; i < 1 + random.nextInt(9); i++) {
        var nominal = random.nextInt(200);
        total += nominal;
        var least = random.nextInt(nominal + 1);
        var most = nominal + random.nextInt(400);
        var demand = random.nextInt(500);
        claims.add(new Claim(false, new Bounds(nominal, least, most), demand, demand * 0.8));
      }
      var seats = Allocation.divide(claims);
      var sum = 0;
      for (var i = 0; i < seats.length; i++) {
        assertTrue(seats[i] >= claims.get(i).floor(), "less than it must keep");
        assertTrue(seats[i] <= claims.get(i).bounds().most(), "more than it may have");
        sum += seats[i];
      }
      assertTrue(Math.abs(sum - total) <= claims.size(), sum + " seats of " + total);
    }
  }

  @Test
  void demandRisesAtOnceAndFallsSlowly() {
    var high = new Demand(100, 0, 100);
    assertEquals(100, Allocation.smoothed(0, high));
    var later = 100.0;
    for (var minute = 0; minute < 5 * 6; minute++) {
      later = Allocation.smoothed(later, Demand.NONE);
    }
    assertEquals(50, later, 1, "half of it is forgotten after five minutes");
  }
}
