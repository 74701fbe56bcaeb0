package dev.nauarch.apiserver.strategy.network;

import static dev.nauarch.apiserver.strategy.network.ServiceDefaults.isSame;

import dev.nauarch.apiserver.strategy.field.Field;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a change of a service leaves as it was, and what it takes away because the new type has no
 * use for it: a client that sends a service back without what it was given means to keep it, and
 * one that sends back what no longer fits means to lose it.
 */
final class ServiceChanges {

  private ServiceChanges() {}

  /** Puts into the new service what it keeps of the old one, and removes what it loses. */
  static void keep(ObjectNode service, ObjectNode old) {
    var spec = service.withObject("spec");
    var before = old.path("spec");
    var type = spec.path("type").asString("ClusterIP");
    var oldType = before.path("type").asString("");
    if (!type.equals("ExternalName") && !oldType.equals("ExternalName")) {
      keepAddresses(spec, before);
    }
    boolean hadPorts = ServiceStrategy.takesNodePorts(oldType);
    if (hadPorts && ServiceStrategy.takesNodePorts(type)) {
      keepNodePorts(spec, before);
    }
    boolean wasChecked = ServiceRules.isHealthChecked(Field.of(before));
    boolean isChecked = ServiceRules.isHealthChecked(Field.of(spec));
    if (wasChecked && isChecked && spec.path("healthCheckNodePort").asInt(0) == 0) {
      spec.set("healthCheckNodePort", before.path("healthCheckNodePort"));
    }
    drop(spec, before, type, oldType);
    if (!type.equals("LoadBalancer")) {
      service.withObject("status").putObject("loadBalancer");
    }
  }

  private static void keepAddresses(ObjectNode spec, JsonNode before) {
    if (spec.path("clusterIP").asString("").isEmpty() && before.has("clusterIP")) {
      spec.set("clusterIP", before.path("clusterIP"));
    }
    if (spec.path("clusterIPs").isEmpty() && !before.path("clusterIPs").isEmpty()) {
      spec.set("clusterIPs", before.path("clusterIPs").deepCopy());
    }
  }

  /** Ports keep their node ports by their names, whatever else of them has changed. */
  private static void keepNodePorts(ObjectNode spec, JsonNode before) {
    var used = nodePorts(before);
    used.retainAll(nodePorts(spec));
    var byName = new HashMap<String, Integer>();
    for (var port : before.path("ports")) {
      byName.put(port.path("name").asString(""), port.path("nodePort").asInt(0));
    }
    for (var port : spec.path("ports")) {
      int known = byName.getOrDefault(port.path("name").asString(""), 0);
      if (port instanceof ObjectNode object
          && port.path("nodePort").asInt(0) == 0
          && known != 0
          && !used.contains(known)) {
        object.put("nodePort", known);
      }
    }
  }

  private static Set<Integer> nodePorts(JsonNode spec) {
    var numbers = new HashSet<Integer>();
    for (var port : spec.path("ports")) {
      int number = port.path("nodePort").asInt(0);
      if (number != 0) {
        numbers.add(number);
      }
    }
    return numbers;
  }

  private static void drop(ObjectNode spec, JsonNode before, String type, String oldType) {
    if (type.equals("ExternalName") && !oldType.equals("ExternalName")) {
      if (isSame(spec, before, "clusterIP") && isSame(spec, before, "clusterIPs")) {
        spec.remove(List.of("clusterIP", "clusterIPs"));
      }
      dropSame(spec, before, "ipFamilies");
      dropSame(spec, before, "ipFamilyPolicy");
    }
    if (ServiceStrategy.takesNodePorts(oldType)
        && !ServiceStrategy.takesNodePorts(type)
        && nodePorts(before).containsAll(nodePorts(spec))) {
      spec.path("ports").forEach(port -> ((ObjectNode) port).remove("nodePort"));
    }
    if (ServiceRules.isHealthChecked(Field.of(before))
        && !ServiceRules.isHealthChecked(Field.of(spec))) {
      dropSame(spec, before, "healthCheckNodePort");
    }
    if (oldType.equals("LoadBalancer") && !type.equals("LoadBalancer")) {
      dropSame(spec, before, "allocateLoadBalancerNodePorts");
      dropSame(spec, before, "loadBalancerClass");
    }
    if (ServiceRules.isOutward(Field.of(before)) && !ServiceRules.isOutward(Field.of(spec))) {
      dropSame(spec, before, "externalTrafficPolicy");
    }
  }

  private static void dropSame(ObjectNode spec, JsonNode before, String name) {
    if (isSame(spec, before, name)) {
      spec.remove(name);
    }
  }
}
