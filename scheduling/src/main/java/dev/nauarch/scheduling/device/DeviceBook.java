package dev.nauarch.scheduling.device;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.scheduling.model.DeviceNeeds;
import dev.nauarch.scheduling.model.NodeState;
import dev.nauarch.scheduling.model.NodeTerm;
import dev.nauarch.scheduling.model.PodState;
import dev.nauarch.scheduling.model.SharedClaims;
import io.fabric8.kubernetes.api.model.ContainerExtendedResourceRequest;
import io.fabric8.kubernetes.api.model.resource.v1.AllocationResult;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaimConsumerReference;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
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

  /** What all nodes are refused for while a claim of an earlier decision is there. */
  public static final String STALE = "cannot schedule extended resource claim";

  private static final String ADMINS = "resource.kubernetes.io/admin-access";

  private final Inventory inventory;
  private final Usage usage;
  private final Predicate<String> admitsAdmins;
  private final Map<ObjectKey, KnownClaim> claims = new HashMap<>();
  private final ClaimPlans plans = new ClaimPlans();
  private final Map<ObjectKey, SharedClaims> groups = new HashMap<>();

  /** Claims that were asked to give their devices back, as they were then. */
  private final Map<ObjectKey, Long> versionByLeaving = new HashMap<>();

  private final ExtendedResources extended = new ExtendedResources();
  private final Decisions decisions;
  private Instant now = Instant.EPOCH;
  private boolean freed;
  private boolean mapped;

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
    this.decisions = new Decisions(usage);
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
        mapped |= extended.put(inventory.classes());
        freed = true;
      }
      case DeviceEvent.ClassGone(var name) -> {
        inventory.removeClass(name);
        mapped |= extended.put(inventory.classes());
      }
      case DeviceEvent.RuleSeen(var rule) -> {
        inventory.put(rule);
        freed = true;
      }
      case DeviceEvent.RuleGone(var name) -> {
        inventory.removeRule(name);
        freed = true;
      }
      case DeviceEvent.GroupSeen(var group) -> {
        freed |= !group.equals(groups.put(group.group(), group));
      }
      case DeviceEvent.GroupGone(var key) -> groups.remove(key);
      case DeviceEvent.ClaimSeen(var claim) -> put(claim);
      case DeviceEvent.ClaimGone(var key) -> remove(key);
      case DeviceEvent.NotDeallocated(var key) -> versionByLeaving.remove(key);
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

  /** Whether devices stand for other resources since this was last asked. */
  public boolean takeMapped() {
    var result = mapped;
    mapped = false;
    return result;
  }

  private void put(ResourceClaim claim) {
    var key = ObjectKey.of(claim);
    var old = claims.get(key);
    if (old != null && old.version() > KnownClaim.version(claim)) {
      return;
    }
    if (versionByLeaving.getOrDefault(key, Long.MAX_VALUE) < KnownClaim.version(claim)) {
      versionByLeaving.remove(key);
    }
    extended.put(claim);
    var known = KnownClaim.of(claim, plans.add(claim.getSpec()));
    claims.put(key, known);
    if (old != null) {
      plans.remove(old.claim().getSpec());
    }
    var allocation = known.allocation();
    var before = old == null ? null : old.allocation();
    if (!Objects.equals(before, allocation)) {
      replace(before, allocation);
    }
    if (allocation != null || (old != null && !old.isSame(claim))) {
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
    versionByLeaving.remove(key);
    if (old != null) {
      plans.remove(old.claim().getSpec());
      replace(old.allocation(), null);
      freed |= extended.remove(old.claim());
    }
    drop(key);
  }

  private void drop(ObjectKey key) {
    freed |= decisions.drop(key);
  }

  /** A claim is asked to give its devices back; until that is known it is nobody's to use. */
  public void leaves(ResourceClaim claim) {
    versionByLeaving.put(ObjectKey.of(claim), KnownClaim.version(claim));
  }

  /** What a pod's claims ask of a node. */
  public Demand demand(PodState pod) {
    if (pod.devices().isEmpty()) {
      return new Demand.Nothing();
    }
    if (!pod.membership().gang().isEmpty() && !groups.containsKey(pod.gangKey())) {
      return new Demand.Blocked("podgroup \"" + pod.membership().gang() + "\" not found");
    }
    var wanted = new ArrayList<ClaimPlan>();
    var reaches = new ArrayList<List<NodeTerm>>();
    var isBroken = false;
    for (var use : pod.devices().claims()) {
      var known = claims.get(use.claim());
      if ((known == null && use.isOwn()) || versionByLeaving.containsKey(use.claim())) {
        return new Demand.Unknown();
      }
      var problem = problem(pod, use, known);
      if (known == null || !problem.isEmpty()) {
        return new Demand.Blocked(problem);
      }
      var decided = decisions.of(use.claim());
      var reach = known.reach();
      if (reach != null) {
        reaches.add(reach);
        isBroken |= BindingState.of(known.claim(), now) == BindingState.FAILED;
      } else if (decided != null) {
        reaches.add(decided.reach());
      } else {
        wanted.add(known.plan());
      }
    }
    return new Demand.Wanted(wanted, reaches, isBroken);
  }

  private String problem(PodState pod, DeviceNeeds.Use use, @Nullable KnownClaim known) {
    if (known == null) {
      return "resourceclaim.resource.k8s.io \"" + use.claim().name() + "\" not found";
    }
    var problem = known.problem(use, user(pod, use.claim()).getUid());
    return problem.isEmpty()
            && known.reach() == null
            && known.plan().isForAdmins()
            && !admitsAdmins.test(use.claim().namespace())
        ? "admin access to devices requires the `" + ADMINS + ": true` label on the namespace"
        : problem;
  }

  /** For whom a claim of a pod is reserved: for its group, where they share it, or for itself. */
  private ResourceClaimConsumerReference user(PodState pod, ObjectKey claim) {
    var group = pod.membership().gang().isEmpty() ? null : groups.get(pod.gangKey());
    return group != null
            && pod.devices().claims().stream()
                .anyMatch(use -> use.claim().equals(claim) && group.has(use))
        ? new ResourceClaimConsumerReference(
            "scheduling.k8s.io", group.group().name(), "podgroups", group.uid())
        : new ResourceClaimConsumerReference(null, pod.key().name(), "pods", pod.uid());
  }

  /** What a pod asks for of resources that devices stand for. */
  public ExtendedDemand extended(PodState pod) {
    return extended.demand(pod);
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
   * Chooses devices for the claims of a pod that have none yet, that for its extended resources
   * among them, and counts them as taken from now on.
   *
   * @return whether all claims have devices that can be reached from the node
   */
  public boolean assume(PodState pod, NodeState node) {
    var asked = extended.demand(pod);
    if (asked.isStale()) {
      return false;
    }
    var isDrafted = extended.draftOf(pod.uid()).isPresent();
    var byDevices = isDrafted ? List.<String>of() : asked.byDevices(node);
    if (pod.devices().isEmpty() && byDevices.isEmpty()) {
      return true;
    }
    var missing = missing(pod);
    var wanted = new ArrayList<ClaimPlan>();
    missing.forEach(key -> wanted.add(known(key).plan()));
    if (!byDevices.isEmpty()) {
      wanted.add(asked.plan(byDevices));
    }
    if (!(allocate(node, wanted) instanceof Outcome.Possible possible)) {
      return false;
    }
    for (int i = 0; i < missing.size(); i++) {
      var known = known(missing.get(i));
      decide(pod, node, known.claim(), known.plan(), possible, i);
    }
    if (!byDevices.isEmpty()) {
      var draft = extended.draft(pod, byDevices, this::isKnown);
      plans.add(draft.layout().spec());
      decide(pod, node, draft.claim(), draft.layout().plan(), possible, missing.size());
    }
    decisions.need(pod.uid(), keys(pod));
    return true;
  }

  private boolean isKnown(ObjectKey key) {
    return claims.containsKey(key) || decisions.has(key);
  }

  private void decide(
      PodState pod,
      NodeState node,
      ResourceClaim claim,
      ClaimPlan plan,
      Outcome.Possible possible,
      int index) {
    var key = ObjectKey.of(claim);
    var uid = Objects.requireNonNullElse(claim.getMetadata().getUid(), pod.uid() + key);
    var allocation =
        Allocations.of(plan, possible.picks().get(index), uid, node.name(), inventory, now);
    decisions.add(key, allocation);
    var cpuMillis = pod.shape().requests().cpuMillis();
    plans.learn(claim.getSpec(), index, possible.stakes(), cpuMillis);
  }

  /** The claims that a pod names, and that which is drafted for it. */
  private List<ObjectKey> keys(PodState pod) {
    return Stream.concat(
            pod.devices().claims().stream().map(DeviceNeeds.Use::claim),
            extended.draftOf(pod.uid()).map(ExtendedResources.Draft::key).stream())
        .distinct()
        .toList();
  }

  private List<ObjectKey> missing(PodState pod) {
    return pod.devices().claims().stream()
        .map(DeviceNeeds.Use::claim)
        .distinct()
        .filter(key -> known(key).reach() == null && !decisions.has(key))
        .toList();
  }

  private KnownClaim known(ObjectKey key) {
    return Objects.requireNonNull(claims.get(key), "a claim that was not asked for before");
  }

  /** The pod gives back what was chosen for it and nobody else needs. */
  public void release(String podUid) {
    freed |= decisions.release(podUid);
    endDraft(podUid);
  }

  /** The pod runs with its devices; there is nothing that it might give back. */
  public void settled(String podUid) {
    decisions.settled(podUid);
    endDraft(podUid);
  }

  private void endDraft(String podUid) {
    extended.end(podUid, decisions::has).ifPresent(draft -> plans.remove(draft.layout().spec()));
  }

  /** What is to be written before the pod is bound; they count as under way from now on. */
  public List<ClaimWrite> writes(PodState pod) {
    var writes = new ArrayList<ClaimWrite>();
    for (var key : keys(pod)) {
      write(pod, key).ifPresent(writes::add);
    }
    return writes;
  }

  private Optional<ClaimWrite> write(PodState pod, ObjectKey key) {
    var known = claims.get(key);
    var user = user(pod, key);
    var draft = extended.draftOf(pod.uid()).filter(one -> one.key().equals(key));
    var isDone =
        draft
            .map(ExtendedResources.Draft::isWritten)
            .orElseGet(() -> known == null || known.isReservedFor(user.getUid()));
    var decided = decisions.of(key);
    var settled = known == null ? null : known.allocation();
    var allocation = decided == null ? settled : decided.allocation();
    if (isDone || allocation == null) {
      return Optional.empty();
    }
    if (decided != null) {
      decided.writing();
    }
    var claim =
        known == null ? draft.map(ExtendedResources.Draft::claim).orElseThrow() : known.claim();
    var mappings =
        draft
            .map(ExtendedResources.Draft::mappings)
            .orElse(List.<ContainerExtendedResourceRequest>of());
    return Optional.of(new ClaimWrite(claim, allocation, user, mappings));
  }

  /** How far the devices of a pod whose claims are written are. */
  public BindingState state(PodState pod) {
    var worst = BindingState.READY;
    for (var key : keys(pod)) {
      var known = claims.get(key);
      if (known == null || known.reach() == null || !known.isReservedFor(user(pod, key).getUid())) {
        return BindingState.FAILED;
      }
      var state = BindingState.of(known.claim(), now);
      worst = state.compareTo(worst) > 0 ? state : worst;
    }
    return worst;
  }

  private void written(DeviceEvent.Written written) {
    written.claims().forEach(this::put);
    if (written.failure().isEmpty()) {
      extended.written(written.uid(), written.wrote());
    }
    for (var key : written.wrote()) {
      extended.settled(written.uid(), key);
      freed |= decisions.written(key);
    }
  }

  /** A claim that keeps a pod from all nodes, and that no other pod uses: its devices may go. */
  public Optional<ResourceClaim> inTheWay(PodState pod) {
    return pod.devices().claims().stream()
        .map(use -> claims.get(use.claim()))
        .filter(known -> known != null && known.reach() != null)
        .map(KnownClaim::claim)
        .filter(
            claim ->
                claim.getStatus().getReservedFor().stream()
                    .allMatch(each -> pod.uid().equals(each.getUid())))
        .findFirst();
  }

  /** The claim that an earlier decision has left for extended resources of a pod. */
  public Optional<ResourceClaim> leftBy(PodState pod) {
    return extended
        .claimOf(pod.uid())
        .flatMap(key -> Optional.ofNullable(claims.get(key)))
        .map(KnownClaim::claim);
  }
}
