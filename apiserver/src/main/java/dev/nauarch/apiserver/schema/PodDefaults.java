package dev.nauarch.apiserver.schema;

import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Defaults of a pod that depend on its other fields. */
final class PodDefaults {

  private static final List<String> CONTAINER_LISTS =
      List.of("initContainers", "containers", "ephemeralContainers");

  private PodDefaults() {}

  /** What pods and templates of pods are given. */
  static void fillInTemplate(ObjectNode spec) {
    for (var list : CONTAINER_LISTS) {
      for (var container : spec.path(list)) {
        if (container instanceof ObjectNode object) {
          ComputedDefaults.putMissing(
              object, "imagePullPolicy", pullPolicy(object.path("image").asString("")));
          if (spec.path("hostNetwork").asBoolean(false)) {
            object.path("ports").forEach(PodDefaults::useHostPort);
          }
        }
      }
    }
    for (var volume : spec.path("volumes")) {
      if (volume instanceof ObjectNode object && object.size() == 1 && object.has("name")) {
        object.putObject("emptyDir");
      }
    }
    sameAccount(spec);
  }

  /** What only pods are given. */
  static void fillInPod(ObjectNode spec) {
    for (var list : CONTAINER_LISTS) {
      for (var container : spec.path(list)) {
        if (container.path("resources") instanceof ObjectNode resources) {
          requestLimits(resources);
        }
      }
    }
    if (!spec.has("enableServiceLinks")) {
      spec.put("enableServiceLinks", true);
    }
  }

  /** An image whose tag may come to mean another one is pulled each time. */
  private static String pullPolicy(String image) {
    var at = image.indexOf('@');
    var named = at < 0 ? image : image.substring(0, at);
    var colon = named.lastIndexOf(':');
    var tag = colon > named.lastIndexOf('/') ? named.substring(colon + 1) : "";
    var isMoving = tag.equals("latest") || (tag.isEmpty() && at < 0);
    return isMoving ? "Always" : "IfNotPresent";
  }

  private static void useHostPort(JsonNode port) {
    if (port instanceof ObjectNode object && object.path("hostPort").asInt(0) == 0) {
      object.set("hostPort", object.path("containerPort"));
    }
  }

  /** The older name of the field says what the newer one says. */
  private static void sameAccount(ObjectNode spec) {
    var name = spec.path("serviceAccountName").asString("");
    var older = spec.path("serviceAccount").asString("");
    if (!name.isEmpty()) {
      spec.put("serviceAccount", name);
    } else if (!older.isEmpty()) {
      spec.put("serviceAccountName", older);
    }
  }

  private static void requestLimits(ObjectNode resources) {
    for (var limit : List.copyOf(resources.path("limits").properties())) {
      var requests = resources.withObjectProperty("requests");
      if (!requests.has(limit.getKey())) {
        requests.set(limit.getKey(), limit.getValue());
      }
    }
  }
}
