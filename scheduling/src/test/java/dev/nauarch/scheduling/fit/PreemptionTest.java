package dev.nauarch.scheduling.fit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.scheduling.model.BudgetState;
import dev.nauarch.scheduling.model.PodState;
import dev.nauarch.scheduling.model.Requirement;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds of the pods that have to stop for another, whatever came before. */
class PreemptionTest {

  private static final int STEPS = 400;
  private static final int NODES = 9;

  static LongStream seeds() {
    return LongStream.rangeClosed(1, 20);
  }

  private static Preemption preemption(Search search, History history) {
    return new Preemption(history.cluster, search, List::of);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void victimsMakeRoomAndEachIsNeeded(long seed) {
    var history = new History(seed, NODES);
    var preemption = preemption(history.search, history);
    var found = 0;
    for (var step = 0; step < STEPS; step++) {
      history.step();
      var pod = history.pod();
      if (history.search.best(pod).isPresent()) {
        continue;
      }
      var before = history.search.refusals(pod).count();
      var plan = preemption.cheapest(pod);
      assertEquals(before, history.search.refusals(pod).count(), "something was not put back");
      if (plan.isEmpty()) {
        continue;
      }
      found++;
      var victims = plan.get().victims();
      assertFalse(victims.isEmpty());
      assertTrue(victims.stream().allMatch(victim -> victim.priority() < pod.priority()));
      victims.forEach(history.cluster::lift);
      assertTrue(history.search.fits(pod, plan.get().node()), () -> pod + " with seed " + seed);
      for (var victim : victims) {
        history.cluster.putBack(victim);
        assertFalse(history.search.fits(pod, plan.get().node()), () -> victim + " goes for none");
        history.cluster.lift(victim);
      }
      victims.forEach(history.cluster::putBack);
    }
    assertTrue(found > 0, "nothing was ever preempted");
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void whoFollowsChangesFindsWhatAFirstLookFinds(long seed) {
    var history = new History(seed, NODES);
    var preemption = preemption(history.search, history);
    var found = 0;
    for (var step = 0; step < STEPS; step++) {
      history.step();
      if (step % 40 == 0) {
        history.cluster.budgets().put(budget(step));
      }
      var pod = history.pod();
      if (!history.search.concernsNodesOnly(pod) || history.search.best(pod).isPresent()) {
        continue;
      }
      var same = history.afresh();
      for (var asked = 0; asked <= step; asked += 40) {
        same.budgets().put(budget(asked));
      }
      var plan = preemption.cheapest(pod);
      var afresh = new Preemption(same, new Search(same), List::of).cheapest(pod);
      assertEquals(
          afresh.map(Preemption.Plan::node), plan.map(Preemption.Plan::node), "seed " + seed);
      assertEquals(afresh.map(one -> keys(one.victims())), plan.map(one -> keys(one.victims())));
      assertEquals(afresh.map(Preemption.Plan::violations), plan.map(Preemption.Plan::violations));
      found += plan.isPresent() ? 1 : 0;
    }
    assertTrue(found > 0, "nothing was ever preempted");
  }

  private static List<ObjectKey> keys(List<PodState> pods) {
    return pods.stream().map(PodState::key).toList();
  }

  private static BudgetState budget(int step) {
    return new BudgetState(
        new ObjectKey("default", "b" + step % 3),
        List.of(Requirement.equal("app", "a" + step % 3)),
        false,
        step % 5,
        new TreeSet<>());
  }
}
