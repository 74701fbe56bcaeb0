package dev.nauarch.apiserver.strategy.network;

import dev.nauarch.apiserver.patch.JsonValues;
import dev.nauarch.apiserver.strategy.field.Field;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Fills in what a service leaves open.
 *
 * @param family the family of the cluster's addresses
 */
record ServiceDefaults(String family) {

  private static final long AFFINITY_SECONDS = 10_800;
  private static final String SINGLE = "SingleStack";

  /**
   * Fills in a service.
   *
   * @param old what it was; empty for a new one
   */
  void fill(ObjectNode service, ObjectNode old) {
    var spec = service.withObject("spec");
    put(spec, "type", "ClusterIP");
    affinity(spec);
    for (var port : spec.path("ports")) {
      if (port instanceof ObjectNode object) {
        put(object, "protocol", "TCP");
        var target = object.path("targetPort").asString("");
        if (target.isEmpty() || target.equals("0")) {
          object.set("targetPort", object.path("port"));
        }
      }
    }
    var type = spec.path("type").asString("");
    if (ServiceRules.isOutward(Field.of(spec))) {
      put(spec, "externalTrafficPolicy", "Cluster");
    }
    if (type.equals("LoadBalancer")) {
      if (!spec.hasNonNull("allocateLoadBalancerNodePorts")) {
        spec.put("allocateLoadBalancerNodePorts", true);
      }
      for (var point : service.path("status").path("loadBalancer").path("ingress")) {
        if (point instanceof ObjectNode object && !point.path("ip").asString("").isEmpty()) {
          put(object, "ipMode", "VIP");
        }
      }
    }
    if (!type.equals("ExternalName")) {
      put(spec, "internalTrafficPolicy", "Cluster");
      addresses(spec, old.path("spec"));
      if (!isSettled(spec, old.path("spec"))) {
        families(spec, old.path("spec"));
      }
    }
  }

  private static void affinity(ObjectNode spec) {
    put(spec, "sessionAffinity", "None");
    var affinity = spec.path("sessionAffinity").asString("");
    if (affinity.equals("None")) {
      spec.remove("sessionAffinityConfig");
    } else if (affinity.equals("ClientIP")
        && !spec.path("sessionAffinityConfig").path("clientIP").hasNonNull("timeoutSeconds")) {
      spec.putObject("sessionAffinityConfig")
          .putObject("clientIP")
          .put("timeoutSeconds", AFFINITY_SECONDS);
    }
  }

  /** Older clients know the first address alone, and say what they want by it. */
  private static void addresses(ObjectNode spec, JsonNode old) {
    var address = spec.path("clusterIP").asString("");
    if (old.isMissingNode()) {
      if (!address.isEmpty() && spec.path("clusterIPs").isEmpty()) {
        spec.putArray("clusterIPs").add(address);
      }
      return;
    }
    boolean isSame = address.equals(old.path("clusterIP").asString(""));
    boolean isSameList = isSame(spec, old, "clusterIPs");
    if (isSame && spec.path("clusterIPs").isEmpty() && !old.path("clusterIPs").isEmpty()) {
      spec.set("clusterIPs", old.path("clusterIPs").deepCopy());
    } else if (!isSame && isSameList && address.isEmpty()) {
      spec.remove("clusterIPs");
    } else if (!isSame && isSameList) {
      spec.putArray("clusterIPs").add(address);
    }
  }

  /** Whether a service that takes what it gets has what it has, and is to keep it. */
  private static boolean isSettled(ObjectNode spec, JsonNode old) {
    return old.path("ipFamilyPolicy").asString("").equals("PreferDualStack")
        && List.of("ipFamilyPolicy", "clusterIP", "clusterIPs", "ipFamilies").stream()
            .allMatch(name -> isSame(spec, old, name));
  }

  private void families(ObjectNode spec, JsonNode old) {
    boolean isOpen = ServiceAddressRules.isHeadlessWithoutSelector(Field.of(spec));
    var before = old.path("ipFamilyPolicy").asString("");
    put(spec, "ipFamilyPolicy", !before.isEmpty() ? before : isOpen ? "RequireDualStack" : SINGLE);
    boolean isSingle = spec.path("ipFamilyPolicy").asString("").equals(SINGLE);
    if (isSingle && !old.isMissingNode()) {
      shorten(spec, old, "clusterIPs");
      shorten(spec, old, "ipFamilies");
    }
    var families =
        spec.path("ipFamilies") instanceof ArrayNode given ? given : spec.putArray("ipFamilies");
    int index = 0;
    for (var address : spec.path("clusterIPs")) {
      var text = address.asString("");
      if (!text.equals("None") && index >= families.size()) {
        families.add(ServiceAddressRules.family(text));
      }
      index++;
    }
    if (families.isEmpty()) {
      families.add(family);
    }
    if (isOpen && families.size() == 1 && !isSingle) {
      families.add(families.path(0).asString("").equals("IPv4") ? "IPv6" : "IPv4");
    }
  }

  /** Who asks for one family and sends back what was given means to have the first alone. */
  private static void shorten(ObjectNode spec, JsonNode old, String name) {
    if (spec.path(name) instanceof ArrayNode values
        && values.size() > 1
        && isSame(spec, old, name)) {
      values.remove(1);
    }
  }

  static boolean isSame(JsonNode spec, JsonNode old, String name) {
    return JsonValues.same(spec.path(name), old.path(name));
  }

  private static void put(ObjectNode object, String name, String value) {
    if (object.path(name).asString("").isEmpty()) {
      object.put(name, value);
    }
  }
}
