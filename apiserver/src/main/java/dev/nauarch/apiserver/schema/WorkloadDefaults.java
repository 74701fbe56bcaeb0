package dev.nauarch.apiserver.schema;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Defaults of the kinds that keep pods running, as far as they depend on other fields. */
final class WorkloadDefaults {

  private static final String ROLLING = "RollingUpdate";

  private WorkloadDefaults() {}

  /** Only a set that says nothing of its updates is given a rolling update that says something. */
  static void statefulSet(JsonNode setSpec) {
    if (!(setSpec instanceof ObjectNode spec)) {
      return;
    }
    var strategy = spec.withObjectProperty("updateStrategy");
    if (strategy.path("type").asString("").isEmpty()) {
      strategy.put("type", ROLLING).withObjectProperty("rollingUpdate");
    }
    for (var template : spec.path("volumeClaimTemplates")) {
      if (template instanceof ObjectNode claim) {
        claim.put("apiVersion", "v1").put("kind", "PersistentVolumeClaim");
      }
    }
  }

  static void daemonSet(JsonNode updateStrategy) {
    if (updateStrategy instanceof ObjectNode strategy
        && strategy.path("type").asString("").equals(ROLLING)) {
      var rolling = strategy.withObjectProperty("rollingUpdate");
      putMissing(rolling, "maxUnavailable", 1);
      putMissing(rolling, "maxSurge", 0);
    }
  }

  /** A controller is found by, and finds its pods by, their template's labels. */
  static void replicationController(ObjectNode object) {
    var labels = object.path("spec").path("template").path("metadata").path("labels");
    if (labels.isEmpty()) {
      return;
    }
    var spec = object.withObjectProperty("spec");
    if (spec.path("selector").isEmpty()) {
      spec.set("selector", labels.deepCopy());
    }
    var metadata = object.withObjectProperty("metadata");
    if (metadata.path("labels").isEmpty()) {
      metadata.set("labels", labels.deepCopy());
    }
  }

  private static void putMissing(ObjectNode object, String name, int value) {
    if (!object.has(name)) {
      object.set(name, JsonNodeFactory.instance.numberNode(value));
    }
  }
}
