package dev.nauarch.scheduling.fit;

import dev.nauarch.scheduling.cluster.Cluster;
import dev.nauarch.scheduling.cluster.NodeSlot;
import dev.nauarch.scheduling.device.ClaimPlan;
import dev.nauarch.scheduling.device.Demand;
import dev.nauarch.scheduling.device.DeviceBook;
import dev.nauarch.scheduling.device.Outcome;
import dev.nauarch.scheduling.model.NodeState;
import dev.nauarch.scheduling.model.NodeTerm;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Whether the claims of one pod can have their devices on a node. Made for one question. */
final class DeviceRules {

  private static final Refusal NOT_HERE = Refusal.of(Rule.DEVICES, DeviceBook.NOT_HERE);

  private final Cluster cluster;
  private final Demand demand;
  private final @Nullable DeviceIndex index;

  /**
   * @param cpuMillis how much processor time the pod asks for
   * @param indexes the index of such claims
   */
  DeviceRules(
      Demand demand,
      Cluster cluster,
      long cpuMillis,
      Function<List<ClaimPlan>, DeviceIndex> indexes) {
    this.demand = demand;
    this.cluster = cluster;
    this.index =
        demand instanceof Demand.Wanted wanted && !wanted.plans().isEmpty()
            ? indexes.apply(wanted.plans())
            : null;
    if (index != null) {
      index.follow(cpuMillis);
    }
  }

  /** Whether the pod wants no devices. */
  boolean isEmpty() {
    return demand instanceof Demand.Nothing;
  }

  /** Whether some nodes have better devices for it than others. */
  boolean prefersSomething() {
    return demand instanceof Demand.Wanted wanted
        && wanted.plans().stream().anyMatch(ClaimPlan::prefersSomething);
  }

  /** Whether it leaves more for others on some nodes than on others. */
  boolean comparesNodes() {
    return index != null;
  }

  /** How much it leaves for others on a node that is possible. */
  int score(int number) {
    var slot = cluster.slot(number);
    return slot == null || index == null ? 0 : index.score(slot);
  }

  /** Why not on this node; null where nothing is in the way. */
  @Nullable Refusal check(int number) {
    var slot = cluster.slot(number);
    if (slot == null) {
      return null;
    }
    return switch (demand) {
      case Demand.Nothing() -> null;
      case Demand.Unknown() -> Refusal.of(Rule.DEVICES, "resourceclaim not known yet");
      case Demand.Blocked(var why) -> Refusal.of(Rule.DEVICES, why);
      case Demand.Wanted wanted -> check(wanted, slot);
    };
  }

  private @Nullable Refusal check(Demand.Wanted wanted, NodeSlot slot) {
    if (wanted.isBroken()
        || !wanted.reaches().stream().allMatch(reach -> reaches(reach, slot.state()))) {
      return NOT_HERE;
    }
    return index != null && index.on(slot) instanceof Outcome.Refused(var why)
        ? Refusal.of(Rule.DEVICES, why)
        : null;
  }

  private static boolean reaches(List<NodeTerm> reach, NodeState node) {
    return reach.isEmpty() || reach.stream().anyMatch(term -> term.matches(node));
  }

  /** How much of what it prefers it would get on a node that is possible. */
  int rank(int number) {
    var slot = cluster.slot(number);
    return slot != null && index != null && index.on(slot) instanceof Outcome.Possible possible
        ? possible.rank()
        : 0;
  }
}
