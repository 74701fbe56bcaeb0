package dev.nauarch.scheduling.volume;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A CSINode as the scheduler knows it.
 *
 * @param node the node's name
 * @param installed the drivers that it has
 * @param limits how many volumes a driver can attach there, by driver; those without a limit are
 *     not there
 * @param migrated the plugins of former times whose volumes drivers attach there now
 */
public record NodeDrivers(
    String node, List<String> installed, SortedMap<String, Long> limits, List<String> migrated) {

  /** Copies the collections. */
  public NodeDrivers {
    installed = List.copyOf(installed);
    limits = Collections.unmodifiableSortedMap(new TreeMap<>(limits));
    migrated = List.copyOf(migrated);
  }

  /** Of a node that says nothing. */
  static NodeDrivers none(String node) {
    return new NodeDrivers(node, List.of(), new TreeMap<>(), List.of());
  }
}
