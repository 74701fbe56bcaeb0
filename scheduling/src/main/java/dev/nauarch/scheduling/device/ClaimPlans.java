package dev.nauarch.scheduling.device;

import dev.nauarch.api.ModelCodec;
import dev.nauarch.scheduling.share.KnownMixes;
import dev.nauarch.scheduling.share.Task;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaimSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The plans of all claims; those with equal specs share one. How much of devices such claims take
 * is learnt when the first of them gets some, since it depends on the devices, and counts for all
 * of them from then on, those that wait among them.
 */
final class ClaimPlans {

  // By the spec's text: the model can't be compared where an amount in it is none.
  private final Map<String, Counted> plans = new HashMap<>();
  private final KnownMixes mixes = new KnownMixes();

  private record Learnt(String deviceClass, Task task, int times) {}

  private static final class Counted {
    private final ClaimPlan plan;
    private List<Learnt> learnt = List.of();
    private int claims;

    Counted(ClaimPlan plan) {
      this.plan = plan;
    }
  }

  /** What is asked for of each class of devices. */
  KnownMixes mixes() {
    return mixes;
  }

  /** The plan of one claim more. */
  ClaimPlan add(ResourceClaimSpec spec) {
    var counted =
        plans.computeIfAbsent(ModelCodec.canonical(spec), _ -> new Counted(new ClaimPlan(spec)));
    counted.claims++;
    count(counted.learnt, 1);
    return counted.plan;
  }

  /** There is one claim fewer. */
  void remove(ResourceClaimSpec spec) {
    var key = ModelCodec.canonical(spec);
    var counted = plans.get(key);
    if (counted != null) {
      count(counted.learnt, -1);
      if (--counted.claims == 0) {
        plans.remove(key);
      }
    }
  }

  /** A claim gets devices, for a pod that asks for so much processor time. */
  void learn(ResourceClaimSpec spec, int claim, List<Stake> stakes, long cpuMillis) {
    var counted = plans.get(ModelCodec.canonical(spec));
    if (counted == null || !counted.learnt.isEmpty()) {
      return;
    }
    var learnt = new ArrayList<Learnt>();
    for (var stake : stakes) {
      if (stake.claim() == claim) {
        learnt.add(new Learnt(stake.deviceClass(), stake.task(cpuMillis), stake.times()));
      }
    }
    counted.learnt = learnt;
    count(learnt, counted.claims);
  }

  private void count(List<Learnt> learnt, int claims) {
    for (var one : learnt) {
      mixes.of(one.deviceClass).add(one.task, (long) claims * one.times);
    }
  }
}
