package dev.nauarch.apiserver.admission;

import dev.nauarch.api.quota.NativeResources;
import dev.nauarch.apiserver.object.NameRules;
import dev.nauarch.apiserver.port.Admission;
import dev.nauarch.apiserver.port.AdmissionRequest;
import dev.nauarch.apiserver.port.AdmissionRequest.Operation;
import java.util.List;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/**
 * Pods that ask for an extended resource tolerate the taint of its name, so that nodes with rare
 * devices can be kept for those who use them.
 */
final class DeviceTolerations implements Admission {

  private static final String EFFECT = "NoSchedule";

  @Override
  public void mutate(AdmissionRequest request) {
    var isWrite =
        request.operation() == Operation.CREATE || request.operation() == Operation.UPDATE;
    if (!isWrite || !Requests.isOf(request, "", "Pod")) {
      return;
    }
    var spec = request.object().orElseThrow().withObject("spec");
    var resources = new TreeSet<String>();
    for (var list : List.of("containers", "initContainers")) {
      for (var container : spec.path(list)) {
        container.path("resources").path("requests").propertyNames().forEach(resources::add);
      }
    }
    resources.removeIf(name -> !isExtended(name));
    for (var resource : resources) {
      tolerate(spec.withArray("tolerations"), resource);
    }
  }

  /** Whether a name is somebody's own: qualified, not Kubernetes' and no quota's. */
  private static boolean isExtended(String name) {
    return !NativeResources.has(name)
        && !name.startsWith("requests.")
        && NameRules.labelKey("requests." + name).isEmpty();
  }

  /** One of the same key and effect gives way; one that says the same stays where it is. */
  private static void tolerate(ArrayNode tolerations, String resource) {
    for (var toleration : tolerations) {
      if (text(toleration, "key").equals(resource)
          && text(toleration, "effect").equals(EFFECT)
          && text(toleration, "operator").equals("Exists")
          && text(toleration, "value").isEmpty()) {
        return;
      }
    }
    tolerations.addObject().put("effect", EFFECT).put("key", resource).put("operator", "Exists");
  }

  private static String text(JsonNode node, String field) {
    return node.path(field).asString("");
  }

  @Override
  public void validate(AdmissionRequest request) {}
}
