package dev.nauarch.reconcile.vertical;

import dev.nauarch.api.ModelCodec;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.api.quota.Amounts;
import dev.nauarch.api.vertical.Adjustment;
import dev.nauarch.api.vertical.ContainerResources;
import dev.nauarch.api.vertical.VerticalPodAutoscaler;
import dev.nauarch.reconcile.Command;
import dev.nauarch.reconcile.Owners;
import dev.nauarch.reconcile.PlanDraft;
import dev.nauarch.reconcile.Pods;
import dev.nauarch.reconcile.Snapshot;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Brings the pods of one workload to what is recommended: by a resize where the mode says so, and
 * by eviction where it says so, or where the resize does not come about. Used for one look.
 */
final class Updates {

  private final Adjustment adjustment;
  private final Attempts attempts;
  private final Snapshot world;
  private final Instant now;
  private final PlanDraft draft;

  /** What was asked for lately, and what of that the cluster refused. */
  static final class Attempts {
    private final SortedMap<ObjectKey, Attempt> byPod = new TreeMap<>();
    private final SortedMap<String, List<ContainerResources>> refusedByUid = new TreeMap<>();

    private record Attempt(String uid, List<ContainerResources> wanted) {}

    /** Takes note that the cluster has refused to resize a pod. */
    void refused(ObjectKey pod) {
      var attempt = byPod.remove(pod);
      if (attempt != null) {
        refusedByUid.put(attempt.uid(), attempt.wanted());
      }
    }

    void keep(List<String> uids) {
      refusedByUid.keySet().retainAll(uids);
    }

    private boolean isRefused(ActualPod pod) {
      return refusedByUid.containsKey(pod.uid());
    }

    /** Whether as much was refused, or as little. */
    private boolean isRefused(ActualPod pod, List<ContainerResources> wanted) {
      var refused = refusedByUid.get(pod.uid());
      return refused != null && !asksForLess(wanted, refused);
    }
  }

  Updates(Adjustment adjustment, Attempts attempts, Snapshot world, Instant now, PlanDraft draft) {
    this.adjustment = adjustment;
    this.attempts = attempts;
    this.world = world;
    this.now = now;
    this.draft = draft;
  }

  private VerticalPodAutoscaler autoscaler() {
    return adjustment.autoscaler();
  }

  /** Decides about the pods of a workload. */
  void decide(WorkloadTarget target, List<Pod> pods) {
    attempts.keep(pods.stream().map(each -> each.getMetadata().getUid()).toList());
    var policy = autoscaler().spec().updatePolicy();
    if (!policy.mode().resizes() && !policy.mode().evicts()) {
      return;
    }
    var groups = new TreeMap<String, List<ActualPod>>();
    var owners = new TreeMap<String, OwnerReference>();
    for (var pod : pods) {
      var owner = Owners.controllerOf(pod);
      if (Pods.isBound(pod) && Pods.isActive(pod) && owner.isPresent() && isOf(target, pod)) {
        owners.put(owner.get().getUid(), owner.get());
        groups
            .computeIfAbsent(owner.get().getUid(), uid -> new ArrayList<>())
            .add(ActualPod.of(pod));
      }
    }
    for (var each : groups.entrySet()) {
      var namespace = autoscaler().getMetadata().getNamespace();
      var owner = owners.get(each.getKey());
      if (each.getValue().size() >= policy.leastReplicas() && owner != null) {
        ReplicaGroup.of(world, namespace, owner, each.getValue())
            .ifPresent(group -> decide(group, each.getValue()));
      }
    }
  }

  /** Whether a workload is at the top of what owns a pod. */
  private boolean isOf(WorkloadTarget target, Pod pod) {
    var owner = Owners.controllerOf(pod);
    var namespace = pod.getMetadata().getNamespace();
    while (owner.isPresent()) {
      if (owner.get().getKind().equals(target.kind())
          && owner.get().getName().equals(target.name())) {
        return true;
      }
      owner = above(owner.get(), namespace);
    }
    return false;
  }

  private Optional<OwnerReference> above(OwnerReference owner, String namespace) {
    var key = new ObjectKey(namespace, owner.getName());
    return switch (owner.getKind()) {
      case "ReplicaSet" -> world.get(Resources.REPLICA_SETS, key).flatMap(Owners::controllerOf);
      case "Job" -> world.get(Resources.JOBS, key).flatMap(Owners::controllerOf);
      default -> Optional.empty();
    };
  }

  private void decide(ReplicaGroup group, List<ActualPod> pods) {
    var mode = autoscaler().spec().updatePolicy().mode();
    var requirements = autoscaler().spec().updatePolicy().evictionRequirements();
    var urgent = new ArrayList<Map.Entry<ActualPod, Urgency>>();
    for (var pod : pods) {
      var urgency = Urgency.of(pod, adjustment);
      if (urgency.isEnough(pod, now) && Urgency.isAllowed(pod, adjustment, requirements)) {
        urgent.add(Map.entry(pod, urgency));
      }
    }
    urgent.sort(Map.Entry.comparingByValue(Urgency.MOST_FIRST));
    var toEvict = new ArrayList<ActualPod>();
    for (var each : urgent) {
      if (!mode.resizes()) {
        toEvict.add(each.getKey());
      } else if (resize(group, each.getKey()) && mode.evicts()) {
        toEvict.add(each.getKey());
      }
    }
    for (var pod : toEvict) {
      if (group.mayEvict(pod, now)) {
        evict(group, pod);
      }
    }
  }

  /** Resizes a pod if it may be; whether only its eviction can help. */
  private boolean resize(ReplicaGroup group, ActualPod pod) {
    if (pod.isPending()) {
      return false;
    }
    var wanted = wanted(pod);
    var mode = autoscaler().spec().updatePolicy().mode();
    switch (pod.resize(now)) {
      case WAITING -> {
        return false;
      }
      case STUCK -> {
        return true;
      }
      case INFEASIBLE -> {
        if (mode.evicts() || !asksForLess(wanted, asked(pod))) {
          return true;
        }
      }
      case NONE -> {
        // It may be resized.
      }
    }
    if (attempts.isRefused(pod) && (mode.evicts() || attempts.isRefused(pod, wanted))) {
      return true;
    }
    if (group.mayTouch() && !isAsked(pod, wanted)) {
      resize(group, pod, wanted);
    }
    return false;
  }

  private List<ContainerResources> wanted(ActualPod pod) {
    return adjustment.of(new PodSpecBuilder().withContainers(pod.containers()).build());
  }

  private static List<ContainerResources> asked(ActualPod pod) {
    return pod.pod().getSpec().getContainers().stream()
        .map(
            each -> new ContainerResources(each.getName(), pod.asked(each.getName()), Amounts.NONE))
        .toList();
  }

  private static boolean isAsked(ActualPod pod, List<ContainerResources> wanted) {
    return wanted.stream()
        .allMatch(
            each ->
                each.requests()
                    .isSameAs(pod.asked(each.container()).only(each.requests().names())));
  }

  private static boolean asksForLess(
      List<ContainerResources> wanted, List<ContainerResources> than) {
    for (var each : wanted) {
      for (var other : than) {
        if (other.container().equals(each.container())
            && each.requests().names().stream()
                .anyMatch(
                    name -> each.requests().get(name).isLessThan(other.requests().get(name)))) {
          return true;
        }
      }
    }
    return false;
  }

  private void resize(ReplicaGroup group, ActualPod pod, List<ContainerResources> wanted) {
    var key = ObjectKey.of(pod.pod());
    attempts.byPod.put(key, new Attempts.Attempt(pod.uid(), wanted));
    draft.add(new Command.MergePatch<>(Resources.PODS, key, "resize", body(pod.pod(), wanted)));
    draft.normal(pod.pod(), "InPlaceResizedByVPA", "Pod was resized in place by VPA Updater.");
    group.touch();
  }

  /** A merge patch replaces lists as a whole; of containers only resources change by a resize. */
  private static String body(Pod pod, List<ContainerResources> wanted) {
    var containers = new ArrayList<Map<String, Object>>();
    for (var container : pod.getSpec().getContainers()) {
      var entry = new TreeMap<String, Object>();
      entry.put("name", container.getName());
      entry.put("image", container.getImage());
      var resources = new TreeMap<String, Object>();
      if (container.getResources() != null) {
        resources.putAll(ModelCodec.map(container.getResources()));
      }
      for (var each : wanted) {
        if (each.container().equals(container.getName())) {
          resources.put("requests", changed(resources.get("requests"), each.requests()));
          resources.put("limits", changed(resources.get("limits"), each.limits()));
        }
      }
      entry.put("resources", resources);
      containers.add(entry);
    }
    var body = new TreeMap<String, Object>();
    body.put("metadata", single("uid", pod.getMetadata().getUid()));
    body.put("spec", single("containers", containers));
    return ModelCodec.canonical(body);
  }

  private static Map<String, Object> single(String name, Object value) {
    var map = new TreeMap<String, Object>();
    map.put(name, value);
    return map;
  }

  private static Map<String, Object> changed(@Nullable Object amounts, Amounts changes) {
    var all = new TreeMap<String, Object>();
    if (amounts instanceof Map<?, ?> known) {
      known.forEach((name, amount) -> all.put(String.valueOf(name), amount));
    }
    changes.names().forEach(name -> all.put(name, changes.get(name).toString()));
    return all;
  }

  private void evict(ReplicaGroup group, ActualPod pod) {
    draft.add(new Command.Evict(ObjectKey.of(pod.pod()), pod.uid()));
    draft.normal(
        pod.pod(),
        "EvictedByVPA",
        "Pod was evicted by VPA Updater to apply resource recommendation.");
    draft.normal(
        autoscaler(),
        "EvictedPod",
        "VPA Updater evicted Pod "
            + pod.pod().getMetadata().getName()
            + " to apply resource recommendation.");
    if (!pod.isPending()) {
      group.touch();
    }
  }
}
