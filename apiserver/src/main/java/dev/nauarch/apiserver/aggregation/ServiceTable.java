package dev.nauarch.apiserver.aggregation;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The APIServices of one moment, and what their servers told. Immutable.
 *
 * @param services by group and version
 * @param found what the servers told, by group and version
 * @param groupPriorities the highest priority of each group
 * @param remotes those that other servers serve: every request asks whether there are any
 */
record ServiceTable(
    Map<String, ApiService> services,
    Map<String, Found> found,
    Map<String, Integer> groupPriorities,
    List<ApiService> remotes) {

  private static final int FIRST = 20_001;
  private static final int OF_DEFINED = 1_000;
  private static final int VERSION_OF_DEFINED = 100;

  /** Nothing yet. */
  static final ServiceTable NONE = of(List.of(), Map.of());

  static ServiceTable of(Collection<ApiService> all, Map<String, Found> found) {
    var byKey = new LinkedHashMap<String, ApiService>();
    var priorities = new LinkedHashMap<String, Integer>();
    for (var each : all) {
      byKey.put(each.key(), each);
      priorities.merge(each.group(), each.groupPriority(), Math::max);
    }
    priorities.put(ApiService.GROUP, FIRST);
    var remotes = byKey.values().stream().filter(each -> each.backing().isPresent()).toList();
    return new ServiceTable(Map.copyOf(byKey), Map.copyOf(found), Map.copyOf(priorities), remotes);
  }

  /** The one that another server serves; empty for all others. */
  Optional<ApiService> remote(String group, String version) {
    return Optional.ofNullable(services.get(ApiService.key(group, version)))
        .filter(each -> each.backing().isPresent());
  }

  Found found(ApiService service) {
    return found.getOrDefault(service.key(), Found.NOTHING);
  }

  /** Groups of higher priority first, then by name. */
  List<String> sortedGroups(Collection<String> names) {
    var sorted = new ArrayList<>(names);
    sorted.sort(
        Comparator.comparingInt((String name) -> -groupPriorities.getOrDefault(name, OF_DEFINED))
            .thenComparing(Comparator.naturalOrder()));
    return sorted;
  }

  /** Versions of higher priority first, then as clients prefer them. */
  List<String> sortedVersions(
      String group, Collection<String> names, Comparator<String> otherwise) {
    var sorted = new ArrayList<>(names);
    sorted.sort(
        Comparator.comparingInt((String name) -> -versionPriority(group, name))
            .thenComparing(otherwise));
    return sorted;
  }

  private int versionPriority(String group, String version) {
    var service = services.get(ApiService.key(group, version));
    return service == null ? VERSION_OF_DEFINED : service.versionPriority();
  }
}
