package dev.nauarch.scheduling.fit;

import dev.nauarch.scheduling.cluster.Cluster;
import dev.nauarch.scheduling.cluster.NodeSlot;
import dev.nauarch.scheduling.device.ClaimPlan;
import dev.nauarch.scheduling.device.Demand;
import dev.nauarch.scheduling.device.DeviceBook;
import dev.nauarch.scheduling.device.ExtendedDemand;
import dev.nauarch.scheduling.device.Outcome;
import dev.nauarch.scheduling.model.NodeState;
import dev.nauarch.scheduling.model.NodeTerm;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Whether the claims of one pod, and its extended resources, can have their devices on a node. Made
 * for one question.
 */
final class DeviceRules {

  private static final Refusal NOT_HERE = Refusal.of(Rule.DEVICES, DeviceBook.NOT_HERE);
  private static final Refusal STALE = Refusal.of(Rule.DEVICES, DeviceBook.STALE);

  private final Cluster cluster;
  private final Demand demand;
  private final ExtendedDemand extended;
  private final long cpuMillis;
  private final Function<List<ClaimPlan>, DeviceIndex> indexes;
  private final List<ClaimPlan> plans;
  private final @Nullable DeviceIndex index;

  /** Those for which some of the extended resources are devices as well. */
  private final Map<List<String>, DeviceIndex> indexByResources = new LinkedHashMap<>();

  /**
   * @param cpuMillis how much processor time the pod asks for
   * @param indexes the index of such claims
   */
  DeviceRules(
      Demand demand,
      ExtendedDemand extended,
      Cluster cluster,
      long cpuMillis,
      Function<List<ClaimPlan>, DeviceIndex> indexes) {
    this.demand = demand;
    this.extended = extended;
    this.cluster = cluster;
    this.cpuMillis = cpuMillis;
    this.indexes = indexes;
    this.plans = demand instanceof Demand.Wanted wanted ? wanted.plans() : List.of();
    this.index = plans.isEmpty() ? null : index(plans);
  }

  private DeviceIndex index(List<ClaimPlan> wanted) {
    var found = indexes.apply(wanted);
    found.follow(cpuMillis);
    return found;
  }

  private @Nullable DeviceIndex index(NodeSlot slot) {
    var byDevices = extended.isEmpty() ? List.<String>of() : extended.byDevices(slot.state());
    if (byDevices.isEmpty()) {
      return index;
    }
    return indexByResources.computeIfAbsent(
        byDevices,
        resources -> {
          var all = new ArrayList<>(plans);
          all.add(extended.plan(resources));
          return index(all);
        });
  }

  /** Whether the pod wants no devices. */
  boolean isEmpty() {
    return demand instanceof Demand.Nothing && extended.isEmpty();
  }

  /** Whether some nodes have better devices for it than others. */
  boolean prefersSomething() {
    return plans.stream().anyMatch(ClaimPlan::prefersSomething);
  }

  /** Whether it leaves more for others on some nodes than on others. */
  boolean comparesNodes() {
    return index != null || !extended.isEmpty();
  }

  /** How much it leaves for others on a node that is possible. */
  int score(int number) {
    var slot = cluster.slot(number);
    var here = slot == null ? null : index(slot);
    return slot == null || here == null ? 0 : here.score(slot);
  }

  /** What a node has itself of the extended resources, and lacks. */
  List<Refusal> lacking(int number) {
    var slot = cluster.slot(number);
    if (slot == null || extended.isEmpty()) {
      return List.of();
    }
    var refusals = new ArrayList<Refusal>();
    var columns = cluster.columns();
    for (var name : extended.names()) {
      var has = slot.state().allocatable().of(name);
      if (has > 0 && columns.free(columns.column(name))[number] < extended.amount(name)) {
        var lasting = has < extended.amount(name);
        refusals.add(new Refusal(Rule.RESOURCES, "Insufficient " + name, lasting));
      }
    }
    return refusals;
  }

  /** Why not on this node; null where nothing is in the way. */
  @Nullable Refusal check(int number) {
    var slot = cluster.slot(number);
    if (slot == null) {
      return null;
    }
    if (extended.isStale()) {
      return STALE;
    }
    return switch (demand) {
      case Demand.Nothing() -> allocate(slot);
      case Demand.Unknown() -> Refusal.of(Rule.DEVICES, "resourceclaim not known yet");
      case Demand.Blocked(var why) -> Refusal.of(Rule.DEVICES, why);
      case Demand.Wanted wanted -> isWithin(wanted, slot) ? allocate(slot) : NOT_HERE;
    };
  }

  private @Nullable Refusal allocate(NodeSlot slot) {
    var here = index(slot);
    return here != null && here.on(slot) instanceof Outcome.Refused(var why)
        ? Refusal.of(Rule.DEVICES, why)
        : null;
  }

  private static boolean isWithin(Demand.Wanted wanted, NodeSlot slot) {
    return !wanted.isBroken()
        && wanted.reaches().stream().allMatch(reach -> reaches(reach, slot.state()));
  }

  private static boolean reaches(List<NodeTerm> reach, NodeState node) {
    return reach.isEmpty() || reach.stream().anyMatch(term -> term.matches(node));
  }

  /** How much of what it prefers it would get on a node that is possible. */
  int rank(int number) {
    var slot = cluster.slot(number);
    var here = slot == null ? null : index(slot);
    return slot != null && here != null && here.on(slot) instanceof Outcome.Possible possible
        ? possible.rank()
        : 0;
  }
}
