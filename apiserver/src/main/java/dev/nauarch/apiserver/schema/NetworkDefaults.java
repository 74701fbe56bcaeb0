package dev.nauarch.apiserver.schema;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Defaults of the kinds of networking.k8s.io, as far as they depend on other fields. */
final class NetworkDefaults {

  private NetworkDefaults() {}

  /** A policy is always about what comes in, and about what goes out if it says anything of it. */
  static void policy(JsonNode policySpec) {
    if (policySpec instanceof ObjectNode spec && spec.path("policyTypes").isEmpty()) {
      var types = spec.putArray("policyTypes").add("Ingress");
      if (!spec.path("egress").isEmpty()) {
        types.add("Egress");
      }
    }
  }

  static void ingressClass(JsonNode parameters) {
    if (parameters instanceof ObjectNode object && !object.has("scope")) {
      object.put("scope", "Cluster");
    }
  }
}
