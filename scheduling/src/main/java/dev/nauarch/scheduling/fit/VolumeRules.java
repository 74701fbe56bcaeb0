package dev.nauarch.scheduling.fit;

import dev.nauarch.scheduling.cluster.Cluster;
import dev.nauarch.scheduling.cluster.NodeSlot;
import dev.nauarch.scheduling.model.Filter;
import dev.nauarch.scheduling.model.NodeState;
import dev.nauarch.scheduling.model.PodState;
import dev.nauarch.scheduling.model.VolumeState;
import dev.nauarch.scheduling.volume.Demand;
import dev.nauarch.scheduling.volume.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whether one pod can have its volumes on a node. Made for one question. */
final class VolumeRules {

  private static final Refusal IN_USE =
      Refusal.of(
          Rule.VOLUME_IN_USE,
          "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode"
              + " already in-use by another pod");

  private static final Refusal NO_DISK =
      Refusal.of(Rule.VOLUME_IN_USE, "node(s) had no available disk");

  private static final Refusal TOO_MANY =
      Refusal.of(Rule.VOLUME_LIMIT, "node(s) exceed max volume count");

  private static final Refusal NOT_HERE =
      Refusal.of(Rule.VOLUME, "node(s) didn't match PersistentVolume's node affinity");

  private static final Refusal OTHER_ZONE =
      Refusal.of(Rule.VOLUME_ZONE, "node(s) had no available volume zone");

  /** The labels that say where a volume and a node are, and what they are called today. */
  private static final List<Map.Entry<String, String>> ZONES =
      List.of(
          Map.entry("failure-domain.beta.kubernetes.io/zone", "topology.kubernetes.io/zone"),
          Map.entry("failure-domain.beta.kubernetes.io/region", "topology.kubernetes.io/region"),
          Map.entry("topology.kubernetes.io/zone", "topology.kubernetes.io/zone"),
          Map.entry("topology.kubernetes.io/region", "topology.kubernetes.io/region"));

  private static final List<Outcome.Choice> NOTHING = List.of();

  private final PodState pod;
  private final Cluster cluster;
  private final Demand demand;

  VolumeRules(PodState pod, Cluster cluster) {
    this.pod = pod;
    this.cluster = cluster;
    this.demand = cluster.volumes().demand(pod);
  }

  /** Whether the pod has no volumes that matter. */
  boolean isEmpty() {
    return pod.shape().volumes().isEmpty();
  }

  /** One reason why not on this node; null where nothing is in the way. */
  @Nullable Refusal check(int number) {
    var all = refusals(number);
    return all.isEmpty() ? null : all.getFirst();
  }

  /** Every reason why not on this node. */
  List<Refusal> refusals(int number) {
    var slot = isEmpty() ? null : cluster.slot(number);
    return slot == null ? List.of() : refusals(slot);
  }

  private List<Refusal> refusals(NodeSlot slot) {
    if (demand instanceof Demand.Blocked(var why)) {
      return List.of(Refusal.of(Rule.CLAIM, why));
    }
    var all = new ArrayList<Refusal>(0);
    var restricts = pod.shape().isUnder(Filter.VOLUME_RESTRICTIONS);
    if (restricts && cluster.volumes().hasConflict(pod, slot.name())) {
      all.add(NO_DISK);
    }
    if (restricts && demand instanceof Demand.Wanted wanted && wanted.taken()) {
      all.add(IN_USE);
    }
    var outcome =
        demand instanceof Demand.Wanted wanted
            ? cluster.volumes().choose(slot.state(), wanted.open())
            : new Outcome.Possible(List.of());
    var chosen = outcome instanceof Outcome.Possible(var choices) ? choices : NOTHING;
    if (pod.shape().isUnder(Filter.NODE_VOLUME_LIMITS)) {
      limits(slot, chosen, all);
    }
    if (demand instanceof Demand.Wanted wanted) {
      reach(wanted, outcome, slot.state(), all);
    }
    return all;
  }

  private void limits(NodeSlot slot, List<Outcome.Choice> chosen, List<Refusal> all) {
    cluster
        .volumes()
        .missingDriver(pod, slot.name(), chosen)
        .map(driver -> driver + " CSI driver is not installed on the node")
        .ifPresent(why -> all.add(new Refusal(Rule.VOLUME_LIMIT, why, true)));
    if (cluster.volumes().exceedsLimit(pod, slot.name(), chosen)) {
      all.add(TOO_MANY);
    }
  }

  private void reach(Demand.Wanted wanted, Outcome outcome, NodeState node, List<Refusal> all) {
    if (!wanted.bound().stream().allMatch(volume -> volume.isReachableFrom(node))) {
      all.add(NOT_HERE);
    }
    if (outcome instanceof Outcome.Refused(var why)) {
      all.add(Refusal.of(Rule.VOLUME, why));
    }
    if (pod.shape().isUnder(Filter.VOLUME_ZONE)
        && !wanted.bound().stream().allMatch(volume -> isInZoneOf(volume, node))) {
      all.add(OTHER_ZONE);
    }
  }

  /** A node that does not say where it is counts as being everywhere. */
  private static boolean isInZoneOf(VolumeState volume, NodeState node) {
    var labels = node.labels();
    if (volume.labels().isEmpty()
        || ZONES.stream().noneMatch(zone -> labels.containsKey(zone.getKey()))) {
      return true;
    }
    for (var zone : ZONES) {
      var places = volume.labels().get(zone.getKey());
      var place = labels.getOrDefault(zone.getKey(), labels.get(zone.getValue()));
      if (places != null && !isAmong(List.of(places.split("__", -1)), place)) {
        return false;
      }
    }
    return true;
  }

  /** A list with a hole in it says nothing. */
  private static boolean isAmong(List<String> places, @Nullable String place) {
    return places.contains("") || places.stream().anyMatch(one -> one.equals(place));
  }
}
