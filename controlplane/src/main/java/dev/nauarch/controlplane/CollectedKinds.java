package dev.nauarch.controlplane;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.ModelCodec;
import dev.nauarch.api.Resource;
import dev.nauarch.api.Resources;
import dev.nauarch.api.catalog.Catalog;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.api.jobset.JobSet;
import dev.nauarch.api.vertical.VerticalPodAutoscaler;
import dev.nauarch.api.vertical.VerticalPodAutoscalerCheckpoint;
import dev.nauarch.client.ClusterClient;
import io.fabric8.kubernetes.api.model.PartialObjectMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The kinds of a catalog whose objects can be listed, watched and deleted, each in one version. */
final class CollectedKinds {

  // Events end by themselves, and there are too many to keep in memory.
  private static final String EVENTS = "events";
  private static final List<String> NEEDED = List.of("list", "watch", "delete");

  private CollectedKinds() {}

  static List<Resource<?>> of(Catalog catalog) {
    var typed = typedByName();
    var result = new TreeMap<String, Resource<?>>();
    for (var kind : catalog.kinds()) {
      var plural = kind.names().plural();
      if (kind.verbs().containsAll(NEEDED) && kind.storedAs().isEmpty() && !plural.equals(EVENTS)) {
        var name = name(kind.group(), plural);
        result.putIfAbsent(name, typed.getOrDefault(name, untyped(kind)));
      }
    }
    return List.copyOf(result.values());
  }

  /** Those of some kinds that an API server lists among what it serves. */
  static List<Resource<?>> served(ClusterClient client, List<Resource<?>> kinds) {
    var plurals = new TreeMap<String, Set<String>>();
    return kinds.stream()
        .filter(
            kind ->
                plurals
                    .computeIfAbsent(kind.apiVersion(), version -> plurals(client, version))
                    .contains(kind.plural()))
        .toList();
  }

  private static Set<String> plurals(ClusterClient client, String apiVersion) {
    var found = new TreeSet<String>();
    try {
      var path = (apiVersion.contains("/") ? "/apis/" : "/api/") + apiVersion;
      for (var each : ModelCodec.tree(client.raw(path)).path("resources")) {
        found.add(each.path("name").stringValue());
      }
    } catch (ApiException e) {
      if (e.reason() != ApiException.Reason.NOT_FOUND) {
        throw e;
      }
    }
    return found;
  }

  private static Resource<?> untyped(Kind kind) {
    return new Resource<>(
        kind.group(),
        kind.version(),
        kind.names().plural(),
        kind.kind(),
        kind.namespaced(),
        PartialObjectMetadata.class);
  }

  private static Map<String, Resource<?>> typedByName() {
    var result = new TreeMap<String, Resource<?>>();
    var all = new ArrayList<>(Resources.all());
    all.add(JobSet.RESOURCE);
    all.add(VerticalPodAutoscaler.RESOURCE);
    all.add(VerticalPodAutoscalerCheckpoint.RESOURCE);
    all.forEach(resource -> result.put(name(resource.group(), resource.plural()), resource));
    return result;
  }

  private static String name(String group, String plural) {
    return group.isEmpty() ? plural : plural + "." + group;
  }
}
