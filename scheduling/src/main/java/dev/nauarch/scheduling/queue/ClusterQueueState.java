package dev.nauarch.scheduling.queue;

import dev.nauarch.scheduling.model.Amounts;
import dev.nauarch.scheduling.model.Requirement;
import java.util.List;

/**
 * Quota, and who may use it.
 *
 * @param name its name
 * @param groups quota by groups of resources
 * @param strict whether the first that can't start holds up all behind it
 * @param stop whether it lets work through
 * @param namespaces which namespaces may use it, by their labels
 * @param open whether any namespace may
 * @param preemptsLower whether work of lower priority is stopped for work of higher
 * @param followsCapacity whether its quota is what the cluster has
 */
public record ClusterQueueState(
    String name,
    List<Group> groups,
    boolean strict,
    StopPolicy stop,
    List<Requirement> namespaces,
    boolean open,
    boolean preemptsLower,
    boolean followsCapacity) {

  /**
   * Resources that are granted together.
   *
   * @param resources their names
   * @param flavors in order of preference
   */
  public record Group(List<String> resources, List<Quota> flavors) {}

  /**
   * The quota of one flavor.
   *
   * @param flavor its name
   * @param nominal how much may be taken
   */
  public record Quota(String flavor, Amounts nominal) {}

  /** Copies the lists. */
  public ClusterQueueState {
    groups = List.copyOf(groups);
    namespaces = List.copyOf(namespaces);
  }
}
