package dev.nauarch.apiserver.strategy.network;

import dev.nauarch.api.FieldError;
import dev.nauarch.apiserver.patch.JsonValues;
import dev.nauarch.apiserver.port.Reservation;
import dev.nauarch.apiserver.port.Strategy;
import dev.nauarch.apiserver.port.User;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What is peculiar to services: above all that they are given a cluster address and node ports. */
public final class ServiceStrategy implements Strategy {

  private final ServiceAllocator allocator;

  /** Services that take their addresses and ports from here. */
  public ServiceStrategy(ServiceAllocator allocator) {
    this.allocator = allocator;
  }

  @Override
  public void prepareForCreate(ObjectNode object, User user) {
    fill(object.withObject("spec"));
    object.putObject("status").putObject("loadBalancer");
  }

  @Override
  public void prepareForUpdate(ObjectNode object, ObjectNode old, String subresource, User user) {
    var spec = object.withObject("spec");
    if (subresource.isEmpty()) {
      keepAddresses(spec, old.path("spec"));
    }
    fill(spec);
  }

  @Override
  public List<FieldError> validate(ObjectNode object) {
    return ServiceRules.check(object);
  }

  @Override
  public List<FieldError> validateUpdate(ObjectNode object, ObjectNode old, String subresource) {
    return subresource.isEmpty() ? ServiceRules.checkUpdate(object, old) : List.of();
  }

  @Override
  public Reservation reserve(ObjectNode object, ObjectNode old) {
    return allocator.reserve(object, old);
  }

  @Override
  public void released(ObjectNode object) {
    allocator.release(object);
  }

  private static void fill(ObjectNode spec) {
    put(spec, "type", "ClusterIP");
    put(spec, "sessionAffinity", "None");
    var type = spec.path("type").asString("");
    if (spec.path("sessionAffinity").asString("").equals("ClientIP")
        && !spec.path("sessionAffinityConfig").path("clientIP").has("timeoutSeconds")) {
      spec.withObject("sessionAffinityConfig").withObject("clientIP").put("timeoutSeconds", 10_800);
    }
    for (var port : spec.path("ports")) {
      if (port instanceof ObjectNode object) {
        put(object, "protocol", "TCP");
        if (!object.hasNonNull("targetPort")
            || object.path("targetPort").asString("").equals("0")) {
          object.set("targetPort", object.path("port"));
        }
      }
    }
    if (type.equals("ExternalName")) {
      return;
    }
    put(spec, "internalTrafficPolicy", "Cluster");
    if (type.equals("NodePort") || type.equals("LoadBalancer")) {
      put(spec, "externalTrafficPolicy", "Cluster");
    }
    if (type.equals("LoadBalancer") && !spec.has("allocateLoadBalancerNodePorts")) {
      spec.put("allocateLoadBalancerNodePorts", true);
    }
    var address = spec.path("clusterIP").asString("");
    var addresses = spec.path("clusterIPs");
    if (address.isEmpty() && !addresses.isEmpty()) {
      spec.put("clusterIP", addresses.path(0).asString(""));
    } else if (!address.isEmpty() && addresses.isEmpty()) {
      spec.putArray("clusterIPs").add(address);
    }
    put(spec, "ipFamilyPolicy", "SingleStack");
    if (spec.path("ipFamilies").isEmpty()) {
      spec.putArray("ipFamilies").add(address.indexOf(':') < 0 ? "IPv4" : "IPv6");
    }
  }

  /** A client that sends a service back without what it was given means to keep it. */
  private static void keepAddresses(ObjectNode spec, JsonNode old) {
    var type = spec.path("type").asString("ClusterIP");
    var oldType = old.path("type").asString("");
    if (type.equals("ExternalName")) {
      if (!oldType.equals("ExternalName")) {
        for (var name : List.of("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy")) {
          if (JsonValues.same(spec.path(name), old.path(name))) {
            spec.remove(name);
          }
        }
      }
      return;
    }
    if (spec.path("clusterIP").asString("").isEmpty()
        && spec.path("clusterIPs").isEmpty()
        && !oldType.equals("ExternalName")) {
      for (var name : List.of("clusterIP", "clusterIPs")) {
        if (old.has(name)) {
          spec.set(name, old.path(name).deepCopy());
        }
      }
    }
    if (takesNodePorts(type) && takesNodePorts(oldType)) {
      keepNodePorts(spec, old);
    } else if (!takesNodePorts(type)) {
      dropNodePorts(spec, old);
    }
  }

  private static void keepNodePorts(ObjectNode spec, JsonNode old) {
    for (var port : spec.path("ports")) {
      for (var oldPort : old.path("ports")) {
        boolean isSame =
            port.path("port").equals(oldPort.path("port"))
                && port.path("protocol")
                    .asString("TCP")
                    .equals(oldPort.path("protocol").asString(""));
        if (isSame && port.path("nodePort").asInt(0) == 0 && oldPort.has("nodePort")) {
          ((ObjectNode) port).set("nodePort", oldPort.path("nodePort"));
        }
      }
    }
  }

  /** What only a service that faces outwards can have, and the client sent back unchanged. */
  private static void dropNodePorts(ObjectNode spec, JsonNode old) {
    for (var name : List.of("externalTrafficPolicy", "allocateLoadBalancerNodePorts")) {
      if (JsonValues.same(spec.path(name), old.path(name))) {
        spec.remove(name);
      }
    }
    for (var port : spec.path("ports")) {
      for (var oldPort : old.path("ports")) {
        if (port.has("nodePort") && port.path("nodePort").equals(oldPort.path("nodePort"))) {
          ((ObjectNode) port).remove("nodePort");
        }
      }
    }
  }

  /** Whether services of a type have a port on every node. */
  static boolean takesNodePorts(String type) {
    return type.equals("NodePort") || type.equals("LoadBalancer");
  }

  private static void put(ObjectNode object, String name, String value) {
    if (object.path(name).asString("").isEmpty()) {
      object.put(name, value);
    }
  }
}
