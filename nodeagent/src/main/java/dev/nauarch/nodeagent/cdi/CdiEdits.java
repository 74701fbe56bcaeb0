package dev.nauarch.nodeagent.cdi;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a container needs to use a device.
 *
 * @param environment variables
 * @param nodes files of devices
 * @param mounts what else it sees
 * @param groups further groups of its processes
 * @param hooks programs that are to be run while the container is made
 */
public record CdiEdits(
    Map<String, String> environment,
    List<Node> nodes,
    List<Mount> mounts,
    List<Long> groups,
    List<String> hooks) {

  /** Nothing. */
  static final CdiEdits NONE = new CdiEdits(Map.of(), List.of(), List.of(), List.of(), List.of());

  /**
   * The file of a device.
   *
   * @param hostPath where the host has it
   * @param path where the container sees it
   * @param permissions some of r, w and m
   */
  public record Node(String hostPath, String path, String permissions) {}

  /**
   * A file or folder of the host.
   *
   * @param hostPath where the host has it
   * @param path where the container sees it
   * @param readOnly whether the container can't write to it
   */
  public record Mount(String hostPath, String path, boolean readOnly) {}

  /** These, and then others. */
  CdiEdits plus(CdiEdits others) {
    var variables = new TreeMap<>(environment);
    variables.putAll(others.environment);
    return new CdiEdits(
        variables,
        joined(nodes, others.nodes),
        joined(mounts, others.mounts),
        joined(groups, others.groups),
        joined(hooks, others.hooks));
  }

  private static <T> List<T> joined(List<T> first, List<T> second) {
    var all = new ArrayList<>(first);
    second.stream().filter(each -> !all.contains(each)).forEach(all::add);
    return List.copyOf(all);
  }
}
