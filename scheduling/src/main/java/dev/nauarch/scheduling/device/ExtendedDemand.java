package dev.nauarch.scheduling.device;

import dev.nauarch.scheduling.model.Amounts;
import dev.nauarch.scheduling.model.NodeState;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * What a pod asks for of resources that devices stand for. A node that has some of a resource
 * itself gives what it has; another must have devices.
 */
public final class ExtendedDemand {

  /** Nothing of the kind. */
  public static final ExtendedDemand NONE =
      new ExtendedDemand(
          List.of(),
          Amounts.NONE,
          false,
          names -> {
            throw new IllegalStateException("no resources, hence no claim for " + names);
          });

  private final List<String> names;
  private final Amounts requests;
  private final boolean isStale;
  private final Function<List<String>, ClaimPlan> plans;

  ExtendedDemand(
      List<String> names,
      Amounts requests,
      boolean isStale,
      Function<List<String>, ClaimPlan> plans) {
    this.names = names;
    this.requests = requests;
    this.isStale = isStale;
    this.plans = plans;
  }

  /** Whether there is nothing to look at. */
  public boolean isEmpty() {
    return names.isEmpty() && !isStale;
  }

  /** Whether an earlier decision has left a claim, which must go first. */
  public boolean isStale() {
    return isStale;
  }

  /** The resources, by name. */
  public List<String> names() {
    return names;
  }

  /** How much of a resource is wanted. */
  public long amount(String name) {
    return requests.of(name);
  }

  /** Those of the resources that must be devices on a node. */
  public List<String> byDevices(NodeState node) {
    var own = node.allocatable().extended();
    if (own.isEmpty()) {
      return names;
    }
    var missing = new ArrayList<String>();
    for (var name : names) {
      if (!own.containsKey(name)) {
        missing.add(name);
      }
    }
    return missing.size() == names.size() ? names : List.copyOf(missing);
  }

  /** What a claim for some of the resources asks for; the same for equal pods. */
  public ClaimPlan plan(List<String> resources) {
    return plans.apply(resources);
  }
}
