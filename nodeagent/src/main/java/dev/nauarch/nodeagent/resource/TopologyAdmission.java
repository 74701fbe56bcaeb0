package dev.nauarch.nodeagent.resource;

import dev.nauarch.nodeagent.lifecycle.Admission.Refusal;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Gives a pod its part of the machine as a whole or not at all, from nodes that are near to each
 * other as far as the policy demands it.
 */
public final class TopologyAdmission {
  private final TopologyOptions options;
  private final List<ResourceLedger> ledgers;
  private final HintMerge merge;

  /**
   * For one machine.
   *
   * @param ledgers what there is to give, in the order in which it is given
   * @throws IllegalArgumentException where the machine has more NUMA nodes than the options allow
   */
  public TopologyAdmission(
      MachineTopology machine, TopologyOptions options, List<? extends ResourceLedger> ledgers) {
    if (options.policy() != TopologyOptions.Policy.NONE
        && machine.nodes().size() > options.nodesMax()) {
      throw new IllegalArgumentException(
          "the machine has "
              + machine.nodes().size()
              + " NUMA nodes, and the topology manager takes "
              + options.nodesMax()
              + ": raise max-allowable-numa-nodes, or use the policy none");
    }
    this.options = options;
    this.ledgers = List.copyOf(ledgers);
    this.merge = new HintMerge(machine, options);
  }

  /** Why a pod does not get its part; empty where it has it now. */
  public Optional<Refusal> admit(Pod pod) {
    var before = holding(pod);
    var refusal = reserve(pod);
    if (refusal.isPresent() && !before) {
      ledgers.forEach(ledger -> ledger.release(pod.getMetadata().getUid()));
    }
    return refusal;
  }

  private boolean holding(Pod pod) {
    return ledgers.stream()
        .anyMatch(ledger -> ledger.holders().contains(pod.getMetadata().getUid()));
  }

  private Optional<Refusal> reserve(Pod pod) {
    var scope = options.policy() == TopologyOptions.Policy.NONE ? null : options.scope();
    Optional<NumaNodes> near = Optional.empty();
    if (scope == TopologyOptions.Scope.POD) {
      var best = best(pod);
      if (!isNearEnough(best)) {
        return Optional.of(Refusals.topology());
      }
      near = best.nodes();
    }
    for (var container : PodContainers.all(pod)) {
      if (scope == TopologyOptions.Scope.CONTAINER) {
        var best = best(pod, container);
        if (!isNearEnough(best)) {
          return Optional.of(Refusals.topology());
        }
        near = best.nodes();
      }
      for (var ledger : ledgers) {
        var refusal = ledger.reserve(pod, container, near);
        if (refusal.isPresent()) {
          return refusal;
        }
      }
    }
    return Optional.empty();
  }

  private Hint best(Pod pod) {
    var hints = new ArrayList<List<Hint>>();
    ledgers.forEach(ledger -> hints.addAll(ledger.hints(pod)));
    return merge.best(hints);
  }

  private Hint best(Pod pod, Container container) {
    var hints = new ArrayList<List<Hint>>();
    ledgers.forEach(ledger -> hints.addAll(ledger.hints(pod, container)));
    return merge.best(hints);
  }

  private boolean isNearEnough(Hint hint) {
    return switch (options.policy()) {
      case NONE, BEST_EFFORT -> true;
      case RESTRICTED, SINGLE_NUMA_NODE -> hint.preferred();
    };
  }
}
