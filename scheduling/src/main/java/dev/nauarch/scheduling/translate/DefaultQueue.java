package dev.nauarch.scheduling.translate;

import dev.nauarch.api.kueue.ClusterQueue;
import dev.nauarch.api.kueue.ClusterQueuePreemption;
import dev.nauarch.api.kueue.ClusterQueueSpec;
import dev.nauarch.api.kueue.FlavorQuotas;
import dev.nauarch.api.kueue.Kueue;
import dev.nauarch.api.kueue.ResourceGroup;
import dev.nauarch.api.kueue.ResourceQuota;
import dev.nauarch.scheduling.explain.Json;
import dev.nauarch.scheduling.model.Amounts;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** The cluster queue that exists without YAML: open to all, with all that the cluster has. */
final class DefaultQueue {

  /** Granted even while the cluster has none, so that a job waits for nodes, not for a quota. */
  private static final List<String> ALWAYS = List.of("cpu", "memory", "ephemeral-storage", "pods");

  private DefaultQueue() {}

  static ClusterQueue of(String name, Amounts quota) {
    var resources = new ArrayList<ResourceQuota>();
    for (var resource : covered(quota)) {
      resources.add(
          new ResourceQuota(
              resource, new Quantity(Quantities.text(resource, quota.of(resource))), null, null));
    }
    var group =
        new ResourceGroup(covered(quota), List.of(new FlavorQuotas(Kueue.DEFAULT, resources)));
    return new ClusterQueue(
        new ObjectMetaBuilder()
            .withName(name)
            .addToAnnotations(QueueTranslation.FOLLOWS_CAPACITY, "true")
            .build(),
        new ClusterQueueSpec(
            List.of(group),
            "",
            "BestEffortFIFO",
            new LabelSelector(),
            new ClusterQueuePreemption("LowerPriority", ""),
            "None"));
  }

  static String quotaPatch(Amounts quota) {
    var resources = new ArrayList<Map<String, Object>>();
    for (var resource : covered(quota)) {
      var one = new LinkedHashMap<String, Object>();
      one.put("name", resource);
      one.put("nominalQuota", Quantities.text(resource, quota.of(resource)));
      resources.add(one);
    }
    var flavor = new LinkedHashMap<String, Object>();
    flavor.put("name", Kueue.DEFAULT);
    flavor.put("resources", resources);
    var group = new LinkedHashMap<String, Object>();
    group.put("coveredResources", covered(quota));
    group.put("flavors", List.of(flavor));
    return Json.write(Patches.in("spec", Patches.in("resourceGroups", List.of(group))));
  }

  private static List<String> covered(Amounts quota) {
    var names = new ArrayList<>(ALWAYS);
    new TreeSet<>(quota.names()).stream().filter(name -> !names.contains(name)).forEach(names::add);
    return names;
  }
}
