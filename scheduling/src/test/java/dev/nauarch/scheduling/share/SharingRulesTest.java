package dev.nauarch.scheduling.share;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SharingRulesTest {

  private static final Task HALF = Task.part(4_000, 500);
  private static final Task THIRD = Task.part(4_000, 300);
  private static final Task ONE = Task.whole(8_000, 1);
  private static final Task EIGHT = Task.whole(64_000, 8);

  private static Mix mix(Task... tasks) {
    var counts = new TreeMap<Task, Long>();
    for (var task : tasks) {
      counts.merge(task, 1L, Long::sum);
    }
    return Mix.typical(counts, 1);
  }

  private static Room room(long cpuMillis, int... free) {
    return new Room(cpuMillis, 1L << 40, "", free);
  }

  @Test
  void fragmentationIsWhatTheMixCannotUse() {
    var room = room(10_000, 1000, 400);
    assertEquals(400, Fragmentation.of(room, mix(HALF)), "400 are too few for a half");
    assertEquals(0, Fragmentation.of(room, mix(THIRD)));
    assertEquals(1400, Fragmentation.of(room, mix(EIGHT)), "eight are not there");
    assertEquals(1400, Fragmentation.of(room(3_999, 1000, 400), mix(THIRD)), "no processor time");
    assertEquals(1400, Fragmentation.of(room, mix(Task.whole(1, 0))), "asks for no device");
    assertEquals(
        (400 + 0 + 400 + 1400) / 4.0, Fragmentation.of(room, mix(HALF, THIRD, ONE, EIGHT)));
  }

  @Test
  void fragmentationCountsDevicesOfOtherModelsAndMemory() {
    var room = new Room(10_000, 100, "T4", 1000);
    assertEquals(1000, Fragmentation.of(room, mix(new Task(1, 0, 1, 500, "A10"))));
    assertEquals(0, Fragmentation.of(room, mix(new Task(1, 0, 1, 500, "A10|T4"))));
    assertEquals(1000, Fragmentation.of(room, mix(new Task(1, 101, 1, 500, ""))));
  }

  @Test
  void fgdScoresTheDifferenceOnACurve() {
    var rule = new FgdRule(mix(HALF));
    // The first half leaves no piece that is too small, and the third one of 200.
    assertEquals(50, rule.choose(room(64_000, 1000), HALF).score());
    assertEquals((int) (100 / (1 + Math.exp(0.2))), rule.choose(room(64_000, 500), THIRD).score());
  }

  @Test
  void fgdTakesThePieceThatIsLostAnyway() {
    var choice = new FgdRule(mix(HALF, ONE)).choose(room(64_000, 1000, 500, 400), THIRD);
    assertEquals(2, choice.device());
  }

  @Test
  void bestFitTakesTheFullest() {
    var rule = new BestFitRule(128_000, 8_000);
    var full = rule.choose(room(16_000, 300, 500), THIRD);
    assertEquals(0, full.device());
    assertTrue(full.score() > rule.choose(room(64_000, 1000, 1000), THIRD).score());
  }

  @Test
  void foresightKeepsAWholeDeviceWhereAPieceWillDo() {
    var rule = new ForesightRule(mix(HALF, ONE));
    assertTrue(score(rule, room(64_000, 500, 0), HALF) > score(rule, room(64_000, 1000, 0), HALF));
  }

  @Test
  void foresightRatherBeginsADeviceThanLeavesWhatNobodyWants() {
    var rule = new ForesightRule(mix(HALF, HALF, HALF, Task.part(4_000, 400)));
    var four = Task.part(4_000, 400);
    // In 500 it would leave 100, in 1000 it leaves 600, of which a half may leave 100, or another
    // 400 leave 200: the room of 500 is better kept for a half only if halves are what comes.
    assertTrue(
        score(new ForesightRule(mix(HALF, THIRD)), room(64_000, 800), THIRD)
            > score(new ForesightRule(mix(HALF, THIRD)), room(64_000, 500), THIRD));
    assertTrue(score(rule, room(64_000, 400), four) > score(rule, room(64_000, 500), four));
  }

  @Test
  void foresightKeepsProcessorTimeWhereDevicesAreLeft() {
    var rule = new ForesightRule(mix(ONE));
    var hungry = Task.whole(30_000, 1);
    assertTrue(
        score(rule, room(96_000, 1000, 1000), hungry)
            > score(rule, room(32_000, 1000, 1000), hungry),
        "the second device would have nothing left");
    var none = Task.whole(8_000, 0);
    assertTrue(
        score(rule, room(16_000, 0, 0), none) > score(rule, room(16_000, 1000, 1000), none),
        "a pod without devices goes where none are left");
  }

  @Test
  void foresightKeepsNodesWholeForLargePodsEvenForThoseThatHaveNotComeYet() {
    var eight = new int[] {1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000};
    var begun = new int[] {0, 1000, 1000, 1000, 1000, 1000, 1000, 1000};
    for (var mix : List.of(Mix.NONE, mix(ONE), mix(ONE, EIGHT))) {
      var rule = new ForesightRule(mix);
      assertTrue(
          score(rule, room(64_000, begun), ONE) > score(rule, room(64_000, eight), ONE),
          mix.toString());
    }
  }

  @Test
  void wholeDevicesScoreAsRoomsOfWholeDevicesDo() {
    var rule = new ForesightRule(mix(ONE, EIGHT, Task.whole(20_000, 2)));
    for (var free = 1; free <= 8; free++) {
      var devices = new int[8];
      for (var i = 0; i < free; i++) {
        devices[i] = 1000;
      }
      assertEquals(
          rule.choose(room(40_000, devices), ONE).score(), rule.scoreWhole(40_000, free, 8, ONE));
    }
  }

  @Test
  void aMixIsOfTheMostFrequentShapesInStepsOfTen() {
    var counts = new TreeMap<Task, Long>();
    for (var i = 1; i <= 25; i++) {
      counts.put(Task.whole(i, 1), i == 25 ? 100L : 1L);
    }
    var mix = Mix.typical(counts, 0.7);
    assertEquals(10, mix.parts().size());
    assertEquals(25, mix.parts().getFirst().task().cpuMillis());
    assertEquals(1, mix.parts().stream().mapToDouble(Mix.Part::weight).sum(), 1e-9);
    assertEquals(25, Mix.typical(counts, 1).parts().size());
  }

  @Test
  void aKnownMixIsLookedAtAnewOnceAQuarterHasChanged() {
    var mix = new KnownMix();
    mix.add(ONE, 100);
    var version = mix.version();
    mix.add(EIGHT, 20);
    assertEquals(version, mix.version());
    mix.add(EIGHT, 20);
    assertEquals(version + 1, mix.version());
    assertEquals(version + 1, mix.version());
  }

  @Test
  void tasksThatNobodyCanAskForAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new Task(1, 1, 2, 500, ""));
    assertThrows(IllegalArgumentException.class, () -> new Task(1, 1, 1, 0, ""));
    assertThrows(IllegalArgumentException.class, () -> new Task(1, 1, 1, 1001, ""));
    assertThrows(IllegalArgumentException.class, () -> new Task(-1, 1, 0, 0, ""));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void noRuleTakesMoreThanIsThere(long seed) {
    var random = new Random(seed);
    var known = mix(HALF, THIRD, ONE, EIGHT, Task.whole(20_000, 2), Task.whole(3_000, 0));
    for (var rule :
        List.of(new ForesightRule(known), new FgdRule(known), new BestFitRule(96_000, 8_000))) {
      var rooms = new ArrayList<Room>();
      for (var i = 0; i < 10; i++) {
        rooms.add(room(64_000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000));
      }
      for (var i = 0; i < 300; i++) {
        var task = any(random);
        var node = random.nextInt(rooms.size());
        var room = rooms.get(node);
        if (room.fits(task)) {
          var choice = rule.choose(room, task);
          var after = room.after(task, choice.device());
          assertTrue(choice.score() >= 0 && choice.score() <= ForesightRule.SCORE_MAX);
          assertEquals(room.left() - task.total(), after.left());
          assertTrue(after.cpuMillis() >= 0);
          for (var device = 0; device < after.devices(); device++) {
            assertTrue(after.free(device) >= 0, task + " of " + room.free(device));
          }
          rooms.set(node, after);
        }
      }
    }
  }

  private static Task any(Random random) {
    var cpu = random.nextInt(10_000);
    return switch (random.nextInt(3)) {
      case 0 -> Task.part(cpu, 1 + random.nextInt(999));
      case 1 -> Task.whole(cpu, 1 + random.nextInt(8));
      default -> Task.whole(cpu, 0);
    };
  }

  private static int score(SharingRule rule, Room room, Task task) {
    return rule.choose(room, task).score();
  }
}
