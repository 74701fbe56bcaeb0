package dev.nauarch.scheduling.device;

import dev.nauarch.api.DeviceClaims;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.scheduling.model.DeviceNeeds;
import dev.nauarch.scheduling.model.NodeState;
import dev.nauarch.scheduling.model.NodeTerm;
import dev.nauarch.scheduling.model.PodState;
import dev.nauarch.scheduling.translate.NodeTerms;
import io.fabric8.kubernetes.api.model.resource.v1.AllocationResult;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * All that the scheduler knows of devices: which there are, which claims have them, and which it
 * has decided to give away. What was decided counts as taken until the claim is seen to have it, or
 * until the decision is taken back and no write of it is under way any more; so no device is ever
 * given twice, in whatever order news arrive.
 */
public final class DeviceBook {

  /** What a node is refused for that can't reach devices which a claim has already. */
  public static final String NOT_HERE = "resourceclaim not available on the node";

  private static final String ADMINS = "resource.kubernetes.io/admin-access";

  private final Inventory inventory;
  private final Usage usage;
  private final Predicate<String> admitsAdmins;
  private final Map<ObjectKey, Known> claims = new HashMap<>();
  private final ClaimPlans plans = new ClaimPlans();
  private final Map<ObjectKey, Decided> decisions = new HashMap<>();
  private final Map<String, List<ObjectKey>> decidedByPod = new HashMap<>();
  private Instant now = Instant.EPOCH;
  private boolean freed;

  /** A claim as it was last seen; {@code reach} is null where it has no devices. */
  private record Known(
      ResourceClaim claim, long version, ClaimPlan plan, @Nullable List<NodeTerm> reach) {
    @Nullable AllocationResult allocation() {
      return claim.getStatus() == null ? null : claim.getStatus().getAllocation();
    }

    boolean isReservedFor(String uid) {
      return claim.getStatus() != null
          && claim.getStatus().getReservedFor().stream()
              .anyMatch(each -> uid.equals(each.getUid()));
    }
  }

  /** Devices that were chosen for a claim which is not seen to have them yet. */
  private static final class Decided {
    private final AllocationResult allocation;
    private final List<NodeTerm> reach;
    private final SortedSet<String> pods = new TreeSet<>();
    private int writes;

    Decided(AllocationResult allocation) {
      this.allocation = allocation;
      this.reach = reach(allocation);
    }
  }

  /**
   * @param node hears for which node something has changed
   * @param all hears that something has changed for any node
   * @param labels tells the value of a label of a namespace
   */
  public DeviceBook(Consumer<String> node, Runnable all, BinaryOperator<String> labels) {
    this.inventory =
        new Inventory(
            new Inventory.Affected() {
              @Override
              public void node(String name) {
                node.accept(name);
              }

              @Override
              public void all() {
                all.run();
              }
            });
    this.usage = new Usage(inventory::used);
    this.admitsAdmins = namespace -> "true".equals(labels.apply(namespace, ADMINS));
  }

  /**
   * Takes something in.
   *
   * @param at when it was told
   */
  public void apply(DeviceEvent event, Instant at) {
    now = at;
    switch (event) {
      case DeviceEvent.SliceSeen(var slice) -> {
        inventory.put(slice);
        freed = true;
      }
      case DeviceEvent.SliceGone(var name) -> {
        inventory.removeSlice(name);
        freed = true;
      }
      case DeviceEvent.ClassSeen(var deviceClass) -> {
        inventory.put(deviceClass);
        freed = true;
      }
      case DeviceEvent.ClassGone(var name) -> inventory.removeClass(name);
      case DeviceEvent.RuleSeen(var rule) -> {
        inventory.put(rule);
        freed = true;
      }
      case DeviceEvent.RuleGone(var name) -> {
        inventory.removeRule(name);
        freed = true;
      }
      case DeviceEvent.ClaimSeen(var claim) -> put(claim);
      case DeviceEvent.ClaimGone(var key) -> remove(key);
      case DeviceEvent.Written written -> written(written);
    }
  }

  /** The time of what is decided next. */
  public void advance(Instant at) {
    now = at;
  }

  /** Whether something has changed since this was last asked by which a pod may be helped. */
  public boolean takeFreed() {
    var result = freed;
    freed = false;
    return result;
  }

  private void put(ResourceClaim claim) {
    var key = ObjectKey.of(claim);
    var version = version(claim);
    var old = claims.get(key);
    if (old != null && old.version > version) {
      return;
    }
    var plan = plans.add(claim.getSpec());
    var allocation = claim.getStatus() == null ? null : claim.getStatus().getAllocation();
    claims.put(key, new Known(claim, version, plan, allocation == null ? null : reach(allocation)));
    if (old != null) {
      plans.remove(old.claim.getSpec());
    }
    var before = old == null ? null : old.allocation();
    if (!Objects.equals(before, allocation)) {
      replace(before, allocation);
    }
    if (allocation != null || (old != null && !isSame(old.claim, claim))) {
      drop(key);
    }
  }

  private void replace(@Nullable AllocationResult before, @Nullable AllocationResult after) {
    if (after != null) {
      usage.add(after);
    }
    if (before != null) {
      usage.remove(before);
      freed = true;
    }
  }

  private void remove(ObjectKey key) {
    var old = claims.remove(key);
    if (old != null) {
      plans.remove(old.claim.getSpec());
      replace(old.allocation(), null);
    }
    drop(key);
  }

  private static boolean isSame(ResourceClaim one, ResourceClaim other) {
    return one.getMetadata().getUid().equals(other.getMetadata().getUid());
  }

  private static long version(ResourceClaim claim) {
    var version = claim.getMetadata().getResourceVersion();
    try {
      return version == null ? 0 : Long.parseLong(version);
    } catch (NumberFormatException e) {
      return Long.MAX_VALUE;
    }
  }

  /** A decision is a fact now, or can't become one. */
  private void drop(ObjectKey key) {
    var decided = decisions.remove(key);
    if (decided != null) {
      usage.remove(decided.allocation);
      freed = true;
    }
  }

  private static List<NodeTerm> reach(AllocationResult allocation) {
    var selector = allocation.getNodeSelector();
    return selector == null ? List.of() : NodeTerms.of(selector);
  }

  /** What a pod's claims ask of a node. */
  public Demand demand(PodState pod) {
    if (pod.devices().isEmpty()) {
      return new Demand.Nothing();
    }
    var wanted = new ArrayList<ClaimPlan>();
    var reaches = new ArrayList<List<NodeTerm>>();
    var isBroken = false;
    for (var use : pod.devices().claims()) {
      var known = claims.get(use.claim());
      if (known == null && use.isOwn()) {
        return new Demand.Unknown();
      }
      var problem = problem(pod, use, known);
      if (known == null || !problem.isEmpty()) {
        return new Demand.Blocked(problem);
      }
      var decided = decisions.get(use.claim());
      if (known.reach != null) {
        reaches.add(known.reach);
        isBroken |= BindingState.of(known.claim, now) == BindingState.FAILED;
      } else if (decided != null) {
        reaches.add(decided.reach);
      } else {
        wanted.add(known.plan);
      }
    }
    return new Demand.Wanted(wanted, reaches, isBroken);
  }

  private String problem(PodState pod, DeviceNeeds.Use use, @Nullable Known known) {
    var name = use.claim().name();
    if (known == null) {
      return "resourceclaim.resource.k8s.io \"" + name + "\" not found";
    }
    var claim = known.claim;
    if (claim.getMetadata().getDeletionTimestamp() != null) {
      return "resourceclaim \"" + name + "\" is being deleted";
    }
    if (use.isOwn()
        && claim.getMetadata().getOwnerReferences().stream()
            .noneMatch(owner -> pod.uid().equals(owner.getUid()))) {
      return "resourceclaim \"" + name + "\" was not created for the pod";
    }
    if (known.reach != null
        && !known.isReservedFor(pod.uid())
        && claim.getStatus().getReservedFor().size() >= DeviceClaims.CONSUMERS_MAX) {
      return "resourceclaim in use";
    }
    if (known.reach == null
        && known.plan.isForAdmins()
        && !admitsAdmins.test(use.claim().namespace())) {
      return "admin access to devices requires the `" + ADMINS + ": true` label on the namespace";
    }
    return "";
  }

  /** Whether claims can have devices on a node. */
  public Outcome allocate(NodeState node, List<ClaimPlan> wanted) {
    return Allocator.allocate(inventory, usage, node, wanted);
  }

  /**
   * How good it is for others that claims have devices on a node, by {@link
   * dev.nauarch.scheduling.share.ForesightRule}.
   *
   * @param cpuMillis what the node has left
   * @param asked what the pod asks for of that
   */
  public int score(Outcome.Possible possible, long cpuMillis, long asked) {
    var sum = 0L;
    for (var stake : possible.stakes()) {
      var rule = plans.mixes().of(stake.deviceClass()).rule();
      sum +=
          rule.score(stake.before().withCpu(cpuMillis), stake.after().withCpu(cpuMillis - asked));
    }
    return (int) (sum / Math.max(1, possible.stakes().size()));
  }

  /** Changes when all nodes must be asked for their scores again. */
  public long mixVersion() {
    return plans.mixes().version();
  }

  /**
   * Chooses devices for the claims of a pod that have none yet, and counts them as taken from now
   * on.
   *
   * @return whether all claims have devices that can be reached from the node
   */
  public boolean assume(PodState pod, NodeState node) {
    if (pod.devices().isEmpty()) {
      return true;
    }
    var missing = missing(pod);
    var wanted = missing.stream().map(key -> known(key).plan).toList();
    if (!(allocate(node, wanted) instanceof Outcome.Possible possible)) {
      return false;
    }
    for (int i = 0; i < missing.size(); i++) {
      var known = known(missing.get(i));
      var uid = known.claim.getMetadata().getUid();
      var allocation =
          Allocations.of(known.plan, possible.picks().get(i), uid, node.name(), inventory, now);
      decisions.put(missing.get(i), new Decided(allocation));
      usage.add(allocation);
      var cpuMillis = pod.shape().requests().cpuMillis();
      plans.learn(known.claim.getSpec(), i, possible.stakes(), cpuMillis);
    }
    var shared = new ArrayList<ObjectKey>();
    for (var use : pod.devices().claims()) {
      var decided = decisions.get(use.claim());
      if (decided != null) {
        decided.pods.add(pod.uid());
        shared.add(use.claim());
      }
    }
    decidedByPod.put(pod.uid(), shared);
    return true;
  }

  private static List<ObjectKey> keys(PodState pod) {
    return pod.devices().claims().stream().map(DeviceNeeds.Use::claim).distinct().toList();
  }

  private List<ObjectKey> missing(PodState pod) {
    return keys(pod).stream()
        .filter(key -> known(key).reach == null && !decisions.containsKey(key))
        .toList();
  }

  private Known known(ObjectKey key) {
    return Objects.requireNonNull(claims.get(key), "a claim that was not asked for before");
  }

  /** The pod gives back what was chosen for it and nobody else needs. */
  public void release(String podUid) {
    var decided = decidedByPod.remove(podUid);
    if (decided != null) {
      for (var key : decided) {
        var decision = decisions.get(key);
        if (decision != null) {
          decision.pods.remove(podUid);
          dropUnlessNeeded(key, decision);
        }
      }
    }
  }

  /** The pod runs with its devices; there is nothing that it might give back. */
  public void settled(String podUid) {
    decidedByPod.remove(podUid);
  }

  /** A write that is under way may still make it a fact. */
  private void dropUnlessNeeded(ObjectKey key, Decided decision) {
    if (decision.pods.isEmpty() && decision.writes == 0) {
      drop(key);
    }
  }

  /** What is to be written before the pod is bound; they count as under way from now on. */
  public List<ClaimWrite> writes(PodState pod) {
    var writes = new ArrayList<ClaimWrite>();
    for (var key : keys(pod)) {
      var known = claims.get(key);
      if (known == null || known.isReservedFor(pod.uid())) {
        continue;
      }
      var decided = decisions.get(key);
      var allocation = decided == null ? known.allocation() : decided.allocation;
      if (allocation != null) {
        writes.add(new ClaimWrite(known.claim, allocation, pod.key().name(), pod.uid()));
        if (decided != null) {
          decided.writes++;
        }
      }
    }
    return writes;
  }

  /** How far the devices of a pod whose claims are written are. */
  public BindingState state(PodState pod) {
    var worst = BindingState.READY;
    for (var use : pod.devices().claims()) {
      var known = claims.get(use.claim());
      if (known == null || known.reach == null || !known.isReservedFor(pod.uid())) {
        return BindingState.FAILED;
      }
      var state = BindingState.of(known.claim, now);
      worst = state.compareTo(worst) > 0 ? state : worst;
    }
    return worst;
  }

  private void written(DeviceEvent.Written written) {
    written.claims().forEach(this::put);
    for (var key : written.wrote()) {
      var decided = decisions.get(key);
      if (decided != null) {
        decided.writes = Math.max(0, decided.writes - 1);
        dropUnlessNeeded(key, decided);
      }
    }
  }

  /** A claim that keeps a pod from all nodes, and that no other pod uses: its devices may go. */
  public Optional<ResourceClaim> inTheWay(PodState pod) {
    return pod.devices().claims().stream()
        .map(use -> claims.get(use.claim()))
        .filter(known -> known != null && known.reach != null)
        .map(Known::claim)
        .filter(
            claim ->
                claim.getStatus().getReservedFor().stream()
                    .allMatch(each -> pod.uid().equals(each.getUid())))
        .findFirst();
  }
}
