package dev.nauarch.apiserver.admission;

import dev.nauarch.apiserver.patch.JsonValues;
import dev.nauarch.apiserver.port.Admission;
import dev.nauarch.apiserver.port.AdmissionRequest;
import dev.nauarch.apiserver.port.ObjectView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Pods get what their runtime class costs and where its nodes are. A class that is not there is
 * refused: to run a pod with less isolation than it asks for would be worse than not to run it.
 */
final class PodRuntimeClass implements Admission {

  private static final String MISMATCH =
      "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead";

  private final ObjectView view;

  PodRuntimeClass(ObjectView view) {
    this.view = view;
  }

  @Override
  public void mutate(AdmissionRequest request) {
    if (!Requests.creates(request, "", "Pod")) {
      return;
    }
    var pod = request.object().orElseThrow();
    runtimeClass(request, pod)
        .ifPresent(
            found -> {
              var spec = pod.withObject("spec");
              overhead(request, spec, found.path("overhead"));
              scheduling(request, spec, found.path("scheduling"));
            });
  }

  @Override
  public void validate(AdmissionRequest request) {
    if (!Requests.creates(request, "", "Pod")) {
      return;
    }
    var pod = request.object().orElseThrow();
    var overhead = pod.path("spec").path("overhead");
    var wanted =
        runtimeClass(request, pod)
            .<JsonNode>map(found -> found.path("overhead"))
            .filter(JsonNode::isObject);
    if (wanted.isPresent()) {
      if (!isSame(wanted.get().path("podFixed"), overhead)) {
        throw Requests.forbidden(request, MISMATCH);
      }
    } else if (!overhead.isEmpty()) {
      throw Requests.forbidden(
          request,
          "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead");
    }
  }

  private Optional<ObjectNode> runtimeClass(AdmissionRequest request, ObjectNode pod) {
    var name = pod.path("spec").path("runtimeClassName").asString("");
    if (name.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        view.findNow("node.k8s.io", "runtimeclasses", "", name)
            .orElseThrow(
                () ->
                    Requests.forbidden(
                        request, "pod rejected: RuntimeClass \"" + name + "\" not found")));
  }

  private static void overhead(AdmissionRequest request, ObjectNode spec, JsonNode overhead) {
    if (!overhead.isObject()) {
      return;
    }
    var fixed = overhead.path("podFixed");
    if (!spec.path("overhead").isEmpty() && !isSame(fixed, spec.path("overhead"))) {
      throw Requests.forbidden(request, MISMATCH);
    }
    if (!fixed.isEmpty()) {
      spec.set("overhead", fixed.deepCopy());
    }
  }

  private static boolean isSame(JsonNode one, JsonNode other) {
    return (one.isEmpty() && other.isEmpty()) || JsonValues.same(one, other);
  }

  private static void scheduling(AdmissionRequest request, ObjectNode spec, JsonNode scheduling) {
    for (var wanted : scheduling.path("nodeSelector").properties()) {
      var selector = spec.withObject("nodeSelector");
      var value = wanted.getValue().asString("");
      var own = selector.path(wanted.getKey()).asString(value);
      if (!own.equals(value)) {
        throw Requests.forbidden(
            request,
            "conflict: runtimeClass.scheduling.nodeSelector[%s] = %s; pod.spec.nodeSelector[%s] = %s"
                .formatted(wanted.getKey(), value, wanted.getKey(), own));
      }
      selector.put(wanted.getKey(), value);
    }
    if (!scheduling.path("tolerations").isEmpty()) {
      var all = new ArrayList<JsonNode>();
      spec.path("tolerations").forEach(all::add);
      scheduling.path("tolerations").forEach(each -> all.add(each.deepCopy()));
      var merged = spec.putArray("tolerations");
      needed(all).forEach(merged::add);
    }
  }

  /** The tolerations without those that another one covers. */
  private static List<JsonNode> needed(List<JsonNode> all) {
    var needed = new ArrayList<JsonNode>();
    for (int i = 0; i < all.size(); i++) {
      var each = all.get(i);
      boolean isCovered =
          needed.stream().anyMatch(other -> covers(other, each))
              || all.subList(i + 1, all.size()).stream()
                  .anyMatch(other -> !JsonValues.same(each, other) && covers(other, each));
      if (!isCovered) {
        needed.add(each);
      }
    }
    return needed;
  }

  private static boolean covers(JsonNode wide, JsonNode narrow) {
    if (JsonValues.same(wide, narrow)) {
      return true;
    }
    boolean isForAny = text(wide, "operator").equals("Exists");
    if (!text(wide, "key").equals(text(narrow, "key"))
        && !(text(wide, "key").isEmpty() && isForAny)) {
      return false;
    }
    var effect = text(wide, "effect");
    if (!effect.isEmpty() && !effect.equals(text(narrow, "effect"))) {
      return false;
    }
    if (effect.equals("NoExecute") && wide.has("tolerationSeconds")) {
      long seconds = wide.path("tolerationSeconds").asLong(0);
      if (narrow.path("tolerationSeconds").asLong(Long.MAX_VALUE) > seconds) {
        return false;
      }
    }
    return isForAny
        || (text(narrow, "operator").equals("Equal")
            && text(narrow, "value").equals(text(wide, "value")));
  }

  private static String text(JsonNode toleration, String field) {
    return toleration.path(field).asString("");
  }
}
