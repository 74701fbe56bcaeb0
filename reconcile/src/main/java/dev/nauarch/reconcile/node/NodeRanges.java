package dev.nauarch.reconcile.node;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.OwnNames;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.Command;
import dev.nauarch.reconcile.Plan;
import dev.nauarch.reconcile.PlanDraft;
import dev.nauarch.reconcile.Reconciler;
import dev.nauarch.reconcile.Snapshot;
import dev.nauarch.reconcile.Trigger;
import io.fabric8.kubernetes.api.model.Node;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Gives every node a part of the pods' range, a /24, if it has none: the first that no other node
 * has. The first of all is left to the machine of the server, which takes it by itself. Simulated
 * nodes get none; their pods have no network.
 *
 * <p>All nodes are one key, so that what was given last is always known.
 */
public final class NodeRanges implements Reconciler {
  private static final ObjectKey ALL = new ObjectKey("", "nodes");
  private static final Duration FULL_LOOK = Duration.ofSeconds(10);
  private static final int BITS_OF_NODE = 24;

  private final String prefix;
  private final int count;
  private final int third;

  /**
   * @param podCidr the pods' range, a /16 to /24 of IPv4, for example {@code 10.244.0.0/16}
   */
  public NodeRanges(String podCidr) {
    var parts = podCidr.split("[./]", -1);
    if (!podCidr.matches("\\d+\\.\\d+\\.\\d+\\.0/(1[6-9]|2[0-4])")) {
      throw new IllegalArgumentException("the pods' range " + podCidr + " is not a /16 to /24");
    }
    this.prefix = parts[0] + "." + parts[1] + ".";
    this.third = Integer.parseInt(parts[2]);
    this.count = 1 << (BITS_OF_NODE - Integer.parseInt(parts[4]));
  }

  @Override
  public String name() {
    return "node-ipam-controller";
  }

  @Override
  public List<Trigger> triggers() {
    return List.of(
        new Trigger.Of<>(Resources.NODES, (node, world) -> lacks(node) ? List.of(ALL) : List.of()));
  }

  private static boolean lacks(Node node) {
    var labels = node.getMetadata().getLabels();
    var isSimulated = labels != null && "true".equals(labels.get(OwnNames.SIMULATED));
    return !isSimulated
        && node.getMetadata().getDeletionTimestamp() == null
        && rangeOf(node).isEmpty();
  }

  private static Optional<String> rangeOf(Node node) {
    return node.getSpec() == null
        ? Optional.empty()
        : Optional.ofNullable(node.getSpec().getPodCIDR()).filter(range -> !range.isEmpty());
  }

  @Override
  public Plan reconcile(ObjectKey key, Snapshot world, Instant now) {
    var draft = new PlanDraft();
    var nodes = world.list(Resources.NODES);
    var taken = new TreeSet<String>();
    taken.add(range(0));
    nodes.forEach(node -> rangeOf(node).ifPresent(taken::add));
    for (var node : nodes) {
      if (lacks(node)) {
        give(draft, node, taken, now);
      }
    }
    return draft.plan();
  }

  private void give(PlanDraft draft, Node node, Set<String> taken, Instant now) {
    var free =
        IntStream.range(0, count)
            .mapToObj(this::range)
            .filter(each -> !taken.contains(each))
            .findFirst();
    if (free.isEmpty()) {
      draft.normal(
          node,
          "CIDRNotAvailable",
          "Node " + node.getMetadata().getName() + " status is now: CIDRNotAvailable");
      draft.wakeAt(now.plus(FULL_LOOK));
      return;
    }
    taken.add(free.get());
    // Not over what somebody else has given meanwhile.
    var patch =
        """
        {"metadata":{"uid":"%1$s","resourceVersion":"%2$s"},
         "spec":{"podCIDR":"%3$s","podCIDRs":["%3$s"]}}
        """
            .formatted(
                node.getMetadata().getUid(), node.getMetadata().getResourceVersion(), free.get());
    draft.add(new Command.MergePatch<>(Resources.NODES, ObjectKey.of(node), "", patch));
  }

  private String range(int index) {
    return prefix + (third + index) + ".0/" + BITS_OF_NODE;
  }
}
