package dev.nauarch.controlplane;

import dev.nauarch.api.Resource;
import dev.nauarch.api.Resources;
import dev.nauarch.client.ClusterClient;
import dev.nauarch.client.Informer;
import dev.nauarch.client.InformerListener;
import dev.nauarch.client.Selection;
import dev.nauarch.controlplane.reconcile.ReconcilerHost;
import io.fabric8.kubernetes.api.model.PartialObjectMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Has the objects of custom kinds collected from when their definition is served until it goes. */
final class CustomKinds implements AutoCloseable {

  private final List<Informer<?>> running = new ArrayList<>();

  private CustomKinds() {}

  static CustomKinds none() {
    return new CustomKinds();
  }

  static CustomKinds start(ClusterClient client, ReconcilerHost host) {
    var kinds = new CustomKinds();
    kinds.running.add(
        Informer.start(
            client, Resources.CUSTOM_RESOURCE_DEFINITIONS, Selection.ALL, new Listener(host)));
    return kinds;
  }

  @Override
  public void close() {
    for (var each : running) {
      each.close();
    }
  }

  /** Called by the informer's thread only. */
  private static final class Listener implements InformerListener<CustomResourceDefinition> {
    private final ReconcilerHost host;
    private final Map<String, Resource<?>> kindsByName = new TreeMap<>();

    Listener(ReconcilerHost host) {
      this.host = host;
    }

    @Override
    public void onUpsert(CustomResourceDefinition definition) {
      var name = definition.getMetadata().getName();
      if (isEstablished(definition) && !kindsByName.containsKey(name)) {
        var kind = kindOf(definition);
        // What is built in is collected as it is, whoever defines it.
        if (host.snapshot().resources().stream().noneMatch(known -> isSame(known, kind))) {
          kindsByName.put(name, kind);
          host.collect(kind);
          host.run(ControlPlane.collectorOf(kind), 1);
        }
      }
    }

    @Override
    public void onDelete(CustomResourceDefinition definition) {
      var kind = kindsByName.remove(definition.getMetadata().getName());
      if (kind != null) {
        host.stop(ControlPlane.collectorOf(kind).name());
        host.forget(kind);
      }
    }

    private static boolean isSame(Resource<?> one, Resource<?> other) {
      return one.plural().equals(other.plural()) && one.group().equals(other.group());
    }

    private static boolean isEstablished(CustomResourceDefinition definition) {
      return definition.getStatus() != null
          && definition.getStatus().getConditions().stream()
              .anyMatch(
                  each -> "Established".equals(each.getType()) && "True".equals(each.getStatus()));
    }

    private static Resource<?> kindOf(CustomResourceDefinition definition) {
      var spec = definition.getSpec();
      var stored =
          spec.getVersions().stream()
              .filter(version -> Boolean.TRUE.equals(version.getStorage()))
              .findFirst()
              .orElseThrow();
      return new Resource<>(
          spec.getGroup(),
          stored.getName(),
          spec.getNames().getPlural(),
          spec.getNames().getKind(),
          "Namespaced".equals(spec.getScope()),
          PartialObjectMetadata.class);
    }
  }
}
