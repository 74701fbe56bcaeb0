package dev.nauarch.reconcile.autoscale;

import static dev.nauarch.reconcile.autoscale.LoadedWorld.cpu;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random loads against random rules. Whatever the load does, a size stays within its limits, moves
 * no faster than its policies allow in any of their periods, and goes no further than what was
 * called for throughout a window. The checks look at sizes and loads alone.
 */
class AutoscaleModelTest {

  private static final int PERIODS = 120;
  private static final int TARGET = 50;

  /** A policy of pods or percent. */
  private record Policy(String type, int value, int seconds) {

    static Policy random(Random random) {
      return random.nextBoolean()
          ? new Policy("Pods", 1 + random.nextInt(5), 15 * (1 + random.nextInt(8)))
          : new Policy("Percent", 1 + random.nextInt(150), 15 * (1 + random.nextInt(8)));
    }

    String json() {
      return "{'type':'%s','value':%d,'periodSeconds':%d}".formatted(type, value, seconds);
    }

    /** The furthest size that a period allows which began with this one. */
    double furthest(int begin, boolean up) {
      int sign = up ? 1 : -1;
      if (type.equals("Pods")) {
        return begin + sign * value;
      }
      var size = begin * (1 + sign * value / 100.0);
      return up ? Math.ceil(size - 1e-9) : Math.floor(Math.max(0, size) + 1e-9);
    }
  }

  /** One direction's rules. */
  private record Rules(int window, String select, List<Policy> policies) {

    static Rules random(Random random) {
      var policies = new ArrayList<Policy>();
      for (int i = 0; i <= random.nextInt(2); i++) {
        policies.add(Policy.random(random));
      }
      var select = List.of("Max", "Min", "Disabled").get(Math.min(2, random.nextInt(9) / 4));
      return new Rules(15 * random.nextInt(6), select, policies);
    }

    String json() {
      return "{'stabilizationWindowSeconds':%d,'selectPolicy':'%s','policies':[%s]}"
          .formatted(
              window, select, String.join(",", policies.stream().map(Policy::json).toList()));
    }
  }

  /** A size before a look, what was called for, and the size after it. */
  private record Look(Instant at, int before, int called, int after) {}

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void noLoadMakesItBreakItsRules(long seed) {
    var random = new Random(seed);
    var up = Rules.random(random);
    var down = Rules.random(random);
    int min = 1 + random.nextInt(4);
    int max = min + random.nextInt(30);
    var begin = min + random.nextInt(max - min + 1);
    var web =
        new LoadedWorld(
            begin,
            ("'minReplicas':%d,'maxReplicas':%d,'behavior':{'scaleUp':%s,'scaleDown':%s},"
                    + "'metrics':[%s]")
                .formatted(min, max, up.json(), down.json(), cpu(TARGET)));
    web.followPods();
    var looks = new ArrayList<Look>();
    int load = 100 * (1 + random.nextInt(20));
    for (int i = 0; i < PERIODS; i++) {
      if (random.nextInt(4) == 0) {
        load = random.nextInt(4000);
      }
      int before = web.replicas();
      int each = Math.min(4000, load / Math.max(1, before));
      web.useEach(each);
      var at = web.world.now();
      web.period();
      looks.add(new Look(at, before, called(each, before), web.replicas()));
      check(looks, min, max, begin, up, down);
    }
    var sizes = looks.stream().map(Look::after).distinct().count();
    var isFree = !up.select().equals("Disabled") && !down.select().equals("Disabled");
    assertTrue(sizes > 1 || !isFree || max - min < 2, "seed " + seed + " shows nothing");
  }

  /** What the load calls for: every pod asks for 100m. */
  private static int called(int milli, int pods) {
    var ratio = milli / (double) TARGET;
    return 0.9 <= ratio && ratio <= 1.1 ? pods : (int) Math.ceil(ratio * pods);
  }

  private static void check(List<Look> looks, int min, int max, int begin, Rules up, Rules down) {
    var last = looks.getLast();
    var told = last + " after " + looks.size();
    assertTrue(min <= last.after() && last.after() <= max, told);
    if (last.after() == last.before()) {
      return;
    }
    var grows = last.after() > last.before();
    var rules = grows ? up : down;
    assertEquals(false, rules.select().equals("Disabled"), told);
    var bounds = rules.policies().stream().map(each -> allows(each, looks, grows)).toList();
    var isWithin =
        rules.select().equals("Min")
            ? bounds.stream().allMatch(Boolean::booleanValue)
            : bounds.stream().anyMatch(Boolean::booleanValue);
    assertTrue(isWithin, () -> told + " breaks " + rules);
    for (var look : looks) {
      if (look.at().isAfter(last.at().minusSeconds(rules.window()))) {
        assertTrue(
            grows
                ? last.after() <= Math.max(look.called(), min)
                : last.after() >= Math.min(look.called(), max),
            () -> told + " overtakes " + look);
      }
    }
    if (looks.getFirst().at().isAfter(last.at().minusSeconds(rules.window()))) {
      assertTrue(grows ? last.after() <= begin : last.after() >= begin, told);
    }
  }

  private static boolean allows(Policy policy, List<Look> looks, boolean grows) {
    var last = looks.getLast();
    var since = last.at().minusSeconds(policy.seconds());
    var begin =
        looks.stream().filter(look -> look.at().isAfter(since)).findFirst().orElseThrow().before();
    var furthest = policy.furthest(begin, grows);
    return grows ? last.after() <= furthest : last.after() >= furthest;
  }
}
