package dev.nauarch.scheduling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.scheduling.model.Amounts;
import dev.nauarch.scheduling.model.PodState;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What must never happen, whatever comes in which order. */
class SchedulerPropertyTest {

  private static final int NODES = 6;
  private static final int STEPS = 40;
  private static final int QUOTA = 6;
  private static final Amounts NODE =
      new Amounts(8_000, 64L << 30, 0, 110, new TreeMap<>()).with("nvidia.com/gpu", 8);

  static LongStream seeds() {
    return LongStream.range(1, 20);
  }

  /** A random history: what is asked for in each step, and the pods after it. */
  private static final class History {
    private final SplittableRandom random;
    private final Scenario scenario = new Scenario();
    private final List<String> trace = new ArrayList<>();
    private int names;

    History(long seed) {
      random = new SplittableRandom(seed);
    }

    void play(Consumer<List<PodState>> check) {
      var nodes = new ArrayList<String>();
      for (var i = 0; i < NODES; i++) {
        nodes.add("node n" + i + " cpu=8 memory=64Gi gpus=8 zone=z" + i % 3);
      }
      nodes.add("namespace default");
      nodes.add("queue small gpus=" + QUOTA);
      trace.addAll(scenario.play(nodes));
      for (var step = 0; step < STEPS; step++) {
        trace.addAll(scenario.play(step()));
        check.accept(scenario.pods());
      }
    }

    private List<String> step() {
      var lines = new ArrayList<String>();
      var choice = random.nextInt(10);
      if (choice < 2) {
        lines.add(
            "job j"
                + names++
                + " pods="
                + (1 + random.nextInt(3))
                + " gpus="
                + random.nextInt(5)
                + " priority="
                + random.nextInt(3)
                + " queue="
                + (random.nextBoolean() ? "default" : "small"));
      } else if (choice < 4) {
        lines.add(pod("p" + names++, ""));
      } else if (choice < 6) {
        var gang = "g" + names++;
        var size = 2 + random.nextInt(5);
        lines.add("gang " + gang + " min=" + size);
        for (var i = 0; i < size; i++) {
          lines.add(pod(gang + "-" + i, " gang=" + gang));
        }
      } else if (choice < 9) {
        var pods = scenario.pods();
        if (!pods.isEmpty()) {
          var pod = pods.get(random.nextInt(pods.size()));
          lines.add("gone " + pod.key().name());
        }
      }
      lines.add("advance " + (1 + random.nextInt(15)) + "s");
      return lines;
    }

    private String pod(String name, String more) {
      return "pod "
          + name
          + " cpu="
          + (1 + random.nextInt(4))
          + " gpus="
          + random.nextInt(5)
          + " priority="
          + random.nextInt(3)
          + (random.nextInt(5) == 0 ? " app=x apart=app:x/zone" : "")
          + more;
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void noNodeIsEverOvercommitted(long seed) {
    new History(seed)
        .play(
            pods -> {
              var usedByNode = new TreeMap<String, Amounts>();
              for (var pod : pods) {
                if (pod.isBound() && pod.holdsPlace()) {
                  usedByNode.merge(pod.node(), pod.shape().requests(), Amounts::plus);
                }
              }
              usedByNode.forEach(
                  (node, used) -> assertTrue(used.fitsIn(NODE), () -> node + " holds " + used));
            });
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aGangIsBoundWholeOrNotAtAll(long seed) {
    new History(seed)
        .play(
            pods -> {
              var boundByGang = new TreeMap<String, List<Boolean>>();
              for (var pod : pods) {
                if (!pod.membership().gang().isEmpty()) {
                  boundByGang
                      .computeIfAbsent(pod.membership().gang(), ignored -> new ArrayList<>())
                      .add(pod.isBound());
                }
              }
              boundByGang.forEach(
                  (gang, bound) ->
                      assertEquals(
                          1, bound.stream().distinct().count(), () -> gang + " is " + bound));
            });
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void quotaIsNeverExceeded(long seed) {
    var history = new History(seed);
    history.play(
        pods -> {
          var used =
              history.scenario.granted().stream()
                  .flatMap(workload -> workload.grant().stream())
                  .filter(grant -> grant.clusterQueue().equals("small"))
                  .flatMap(grant -> grant.podSets().stream())
                  .mapToLong(podSet -> podSet.usage().of("nvidia.com/gpu"))
                  .sum();
          assertTrue(used <= QUOTA, () -> "queue small grants " + used);
        });
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void theSameEventsGiveTheSameTrace(long seed) {
    var one = new History(seed);
    var other = new History(seed);
    one.play(pods -> {});
    other.play(pods -> {});
    assertEquals(one.trace, other.trace);
  }
}
