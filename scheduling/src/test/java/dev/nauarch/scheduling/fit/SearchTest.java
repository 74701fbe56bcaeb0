package dev.nauarch.scheduling.fit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nauarch.scheduling.model.PodState;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who has followed all changes finds what somebody finds who looks for the first time. */
class SearchTest {

  private static final int NODES = 70;
  private static final int NODES_TO_COMPARE = 12;
  private static final int STEPS = 300;
  private static final int KINDS = 8;

  static LongStream seeds() {
    return LongStream.rangeClosed(1, 20);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void whoFollowsChangesFindsWhatAFirstLookFinds(long seed) {
    var history = new History(seed, NODES);
    for (var step = 0; step < STEPS; step++) {
      history.step();
      var pod = history.pod();
      var afresh = new Search(history.afresh());
      var best = history.search.best(pod);
      assertEquals(afresh.best(pod), best, () -> pod + " with seed " + seed);
      var possible = new ArrayList<String>();
      for (var node : history.nodes.keySet()) {
        if (history.search.fits(pod, node)) {
          possible.add(node);
        }
      }
      assertEquals(possible.isEmpty(), best.isEmpty(), () -> pod + " with seed " + seed);
      best.ifPresent(node -> assertEquals(true, possible.contains(node)));
      assertEquals(history.nodes.size() - possible.size(), history.search.refusals(pod).count());
      assertEquals(words(afresh.refusals(pod)), words(history.search.refusals(pod)));
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void whatIsFoundIsWhatTheRulesSay(long seed) {
    var history = new History(seed, NODES_TO_COMPARE);
    for (var step = 0; step < STEPS; step++) {
      history.step();
      var pod = history.pod();
      var plain = new PlainSearch(history, pod);
      var possible =
          history.nodes.keySet().stream().filter(node -> history.search.fits(pod, node)).toList();
      assertEquals(plain.possible(), possible, () -> pod + " with seed " + seed);
      if (pod.shape().requests().of("gpu") == 0) {
        assertEquals(plain.best(), history.search.best(pod), () -> pod + " with seed " + seed);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void whoIsAskedAgainAndAgainForPodsOfOneKindFindsWhatTheRulesSay(long seed) {
    var history = new History(seed, NODES_TO_COMPARE);
    var pods = new ArrayList<PodState>();
    while (pods.size() < KINDS) {
      var pod = history.pod();
      if (pod.shape().requests().of("gpu") == 0) {
        pods.add(pod);
      }
    }
    for (var step = 0; step < STEPS; step++) {
      history.step();
      for (var pod : pods) {
        var plain = new PlainSearch(history, pod).best();
        assertEquals(plain, history.search.best(pod), () -> pod + " with seed " + seed);
      }
      var pod = pods.get(step % KINDS);
      history.search.best(pod).ifPresent(node -> history.come(pod, node));
    }
  }

  private static List<String> words(Refusals refusals) {
    return refusals.groups().stream()
        .map(group -> group.count() + " " + group.refusals())
        .sorted()
        .toList();
  }
}
