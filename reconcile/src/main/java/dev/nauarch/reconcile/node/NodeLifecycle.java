package dev.nauarch.reconcile.node;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.PodStop;
import dev.nauarch.api.Resources;
import dev.nauarch.api.Tolerations;
import dev.nauarch.reconcile.Index;
import dev.nauarch.reconcile.Plan;
import dev.nauarch.reconcile.PlanDraft;
import dev.nauarch.reconcile.Pods;
import dev.nauarch.reconcile.Reconciler;
import dev.nauarch.reconcile.Snapshot;
import dev.nauarch.reconcile.Times;
import dev.nauarch.reconcile.Trigger;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.TaintBuilder;
import io.fabric8.kubernetes.api.model.Toleration;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Notices nodes that have fallen silent, whose pods then count as unready, taints nodes by their
 * conditions, and evicts pods that do not tolerate it: each is told that it is being disrupted,
 * then deleted with its own grace period. While no node is ready, who fell silent is more likely
 * the network than every node, and pods would have nowhere to go: nobody is evicted for it. Where
 * some are ready, nodes are emptied one after the other, at the pace of their {@link Zone}.
 */
public final class NodeLifecycle implements Reconciler {

  /** How long Kubernetes waits for word of a node. */
  public static final Duration GRACE = Duration.ofSeconds(50);

  /** How often it is looked whether any node is ready, and at a lease whose dates don't tell. */
  private static final Duration LOOK = Duration.ofSeconds(5);

  private static final String LEASE_NAMESPACE = "kube-node-lease";

  private final Duration grace;
  private final LeaseTimes leases = new LeaseTimes();

  /**
   * @param grace how long nothing is heard of a node until it counts as silent; longer than the
   *     time between two renewals of its lease
   */
  public NodeLifecycle(Duration grace) {
    this.grace = grace;
  }

  @Override
  public String name() {
    return "node-lifecycle-controller";
  }

  @Override
  public List<Trigger> triggers() {
    return List.of(
        Trigger.self(Resources.NODES),
        new Trigger.Of<>(
            Resources.PODS,
            (pod, world) ->
                Pods.isBound(pod)
                    ? List.of(new ObjectKey("", pod.getSpec().getNodeName()))
                    : List.of()));
  }

  @Override
  public Plan reconcile(ObjectKey key, Snapshot world, Instant now) {
    var found = world.get(Resources.NODES, key);
    if (found.isEmpty() || found.get().getMetadata().getDeletionTimestamp() != null) {
      leases.forget(key.name());
      return Plan.NOTHING;
    }
    var node = found.get();
    var draft = new PlanDraft();
    var heard = lastHeardOf(node, world, now);
    if (heard.plus(grace).isAfter(now)) {
      draft.wakeAt(heard.plus(grace));
      if (leases.isBehind(key.name())) {
        draft.wakeAt(now.plus(LOOK));
      }
    } else if (!NodeStates.isUnknown(node)) {
      reportSilence(draft, node, now);
      return draft.plan();
    } else {
      SilentPods.mark(draft, node, world, now);
    }
    if (!taint(draft, node, NodeStates.isReady(node) || mayEvict(draft, node, world, now), now)) {
      evict(draft, node, world, now);
    }
    return draft.plan();
  }

  private Instant lastHeardOf(Node node, Snapshot world, Instant now) {
    var name = node.getMetadata().getName();
    var lease =
        world
            .get(Resources.LEASES, new ObjectKey(LEASE_NAMESPACE, name))
            .map(found -> found.getSpec().getRenewTime())
            .map(time -> leases.heard(name, time.toInstant(), now));
    var created = Times.parse(node.getMetadata().getCreationTimestamp());
    var heartbeat =
        NodeStates.ready(node)
            .filter(condition -> !"Unknown".equals(condition.getStatus()))
            .map(NodeCondition::getLastHeartbeatTime)
            .filter(Objects::nonNull)
            .map(Times::parse);
    var latest = created;
    for (var each : List.of(lease, heartbeat)) {
      latest = each.filter(latest::isBefore).orElse(latest);
    }
    return latest;
  }

  /** Whether pods may be sent away from a node that is not ready. */
  private static boolean mayEvict(PlanDraft draft, Node node, Snapshot world, Instant now) {
    var nodes = world.list(Resources.NODES);
    if (nodes.stream().noneMatch(NodeStates::isReady)) {
      draft.wakeAt(now.plus(LOOK));
      return false;
    }
    if (Zone.emptiedAt(node).isPresent()) {
      return true;
    }
    var turn = Zone.of(node, nodes).turn(node, now).orElse(now.plus(LOOK));
    if (turn.isAfter(now)) {
      draft.wakeAt(turn);
      return false;
    }
    return true;
  }

  private static void reportSilence(PlanDraft draft, Node node, Instant now) {
    var status = node.edit().editOrNewStatus();
    status.removeMatchingFromConditions(condition -> "Ready".equals(condition.getType()));
    var heartbeat =
        NodeStates.ready(node).map(NodeCondition::getLastHeartbeatTime).orElse(Times.format(now));
    draft.updateStatus(
        Resources.NODES,
        status
            .addNewCondition()
            .withType("Ready")
            .withStatus("Unknown")
            .withReason("NodeStatusUnknown")
            .withMessage("the node's agent has stopped reporting")
            .withLastHeartbeatTime(heartbeat)
            .withLastTransitionTime(Times.format(now))
            .endCondition()
            .endStatus()
            .build());
    draft.normal(node, "NodeNotReady", "Node " + node.getMetadata().getName() + " fell silent");
  }

  /** Whether the node's taints had to change. */
  private static boolean taint(PlanDraft draft, Node node, boolean mayEvict, Instant now) {
    var state = NodeStates.ready(node).map(NodeCondition::getStatus).orElse("False");
    var wanted =
        switch (state) {
          case "True" -> "";
          case "Unknown" -> NodeStates.UNREACHABLE;
          default -> NodeStates.NOT_READY;
        };
    var before = node.getSpec() == null ? List.<Taint>of() : node.getSpec().getTaints();
    var effects =
        wanted.isEmpty()
            ? List.<String>of()
            : mayEvict ? List.of("NoSchedule", "NoExecute") : List.of("NoSchedule");
    var taints = new ArrayList<Taint>();
    for (var taint : before) {
      var isOurs = NodeStates.isOurs(taint);
      if (!isOurs || (taint.getKey().equals(wanted) && effects.contains(taint.getEffect()))) {
        taints.add(taint);
      }
    }
    for (var effect : effects) {
      if (taints.stream()
          .noneMatch(each -> each.getKey().equals(wanted) && each.getEffect().equals(effect))) {
        taints.add(
            new TaintBuilder()
                .withKey(wanted)
                .withEffect(effect)
                .withTimeAdded(effect.equals("NoExecute") ? Times.format(now) : null)
                .build());
      }
    }
    if (taints.equals(before)) {
      return false;
    }
    draft.update(Resources.NODES, node.edit().editOrNewSpec().withTaints(taints).endSpec().build());
    return true;
  }

  private static void evict(PlanDraft draft, Node node, Snapshot world, Instant now) {
    var taints =
        node.getSpec() == null
            ? List.<Taint>of()
            : node.getSpec().getTaints().stream()
                .filter(taint -> "NoExecute".equals(taint.getEffect()))
                .toList();
    if (taints.isEmpty()) {
      return;
    }
    for (var pod : world.lookup(Index.PODS_BY_NODE, node.getMetadata().getName())) {
      if (!Pods.isActive(pod)) {
        continue;
      }
      var due = evictionOf(pod, taints, now);
      if (due.filter(at -> at.isAfter(now)).isPresent()) {
        draft.wakeAt(due.get());
      } else if (due.isPresent()) {
        evict(draft, pod, now);
      }
    }
  }

  /** When a pod has to leave; empty where it tolerates all for ever. */
  private static Optional<Instant> evictionOf(Pod pod, List<Taint> taints, Instant now) {
    Optional<Instant> earliest = Optional.empty();
    for (var taint : taints) {
      var added = taint.getTimeAdded() == null ? now : Times.parse(taint.getTimeAdded());
      var tolerations =
          pod.getSpec().getTolerations().stream()
              .filter(each -> Tolerations.tolerates(each, taint))
              .toList();
      var due =
          tolerations.isEmpty()
              ? Optional.of(now)
              : tolerations.stream()
                  .map(Toleration::getTolerationSeconds)
                  .filter(Objects::nonNull)
                  .map(seconds -> added.plusSeconds(Math.max(0, seconds)))
                  .min(Instant::compareTo);
      if (due.isPresent() && (earliest.isEmpty() || due.get().isBefore(earliest.get()))) {
        earliest = due;
      }
    }
    return earliest;
  }

  private static void evict(PlanDraft draft, Pod pod, Instant now) {
    if (!PodStop.isAsked(pod)) {
      PodStopper.ask(
          draft,
          pod,
          "DeletionByTaintManager",
          "the node has a taint that the pod does not tolerate",
          now);
      draft.normal(
          pod,
          "TaintManagerEviction",
          "Evicting pod " + pod.getMetadata().getNamespace() + "/" + pod.getMetadata().getName());
    }
  }
}
