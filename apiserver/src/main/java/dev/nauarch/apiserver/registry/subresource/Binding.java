package dev.nauarch.apiserver.registry.subresource;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.FieldError;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.port.Admission;
import dev.nauarch.apiserver.port.ResourceAction;
import dev.nauarch.apiserver.registry.Metadata;
import dev.nauarch.apiserver.registry.Registry;
import dev.nauarch.apiserver.registry.Target;
import dev.nauarch.apiserver.registry.WriteOptions;
import java.time.Instant;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code pods/binding}: gives a pod its node. What is admitted is the Binding, not the change of
 * the pod.
 */
public final class Binding implements ResourceAction {

  private final Registry registry;

  /** Bindings in a registry. */
  public Binding(Registry registry) {
    this.registry = registry;
  }

  @Override
  public ObjectNode post(Call call) {
    requireName(call, "Binding");
    var node = Json.text(call.body(), "target", "name");
    if (node.isEmpty()) {
      throw invalid(call, FieldError.required("target.name", ""));
    }
    var kind = Json.text(call.body(), "target", "kind");
    if (!kind.isEmpty() && !kind.equals("Node")) {
      var error =
          FieldError.notSupported("target.kind", "\"" + kind + "\"", List.of("Node", "<empty>"));
      throw invalid(call, error);
    }
    var target =
        new Target(call.kind(), call.target().namespace(), call.target().name(), "binding");
    registry.patch(
        target, pod -> bound(target, pod, node, call.body()), options(call), Admission.NONE);
    var status = Json.object();
    status.put("kind", "Status").put("apiVersion", "v1");
    status.putObject("metadata");
    return status.put("status", "Success").put("code", 201);
  }

  private static ApiException invalid(Call call, FieldError error) {
    return ApiException.invalid("", "Binding", call.target().name(), List.of(error));
  }

  /** Refuses a body that is about another pod than the path; one about none is about that. */
  static void requireName(Call call, String kind) {
    var name = Json.text(call.body(), "metadata", "name");
    if (!name.isEmpty() && !name.equals(call.target().name())) {
      throw ApiException.badRequest("name in URL does not match name in " + kind + " object");
    }
  }

  static WriteOptions options(Call call) {
    return new WriteOptions(
        call.user(),
        call.mode().isDryRun(),
        WriteOptions.FieldValidation.IGNORE,
        call.user().name(),
        WriteOptions.Apply.NO,
        call.mode().warnings(),
        Json.object());
  }

  private ObjectNode bound(Target target, ObjectNode pod, String node, ObjectNode binding) {
    var uid = Json.text(binding, "metadata", "uid");
    if (!uid.isEmpty() && !uid.equals(Json.text(pod, "metadata", "uid"))) {
      throw target.conflict(
          "Precondition failed: UID in precondition: "
              + uid
              + ", UID in object meta: "
              + Json.text(pod, "metadata", "uid"));
    }
    if (pod.path("metadata").has("deletionTimestamp")) {
      throw target.conflict(
          "pod " + target.name() + " is being deleted, cannot be assigned to a host");
    }
    var current = Json.text(pod, "spec", "nodeName");
    if (!current.isEmpty()) {
      throw target.conflict(
          "pod " + target.name() + " is already assigned to node \"" + current + "\"");
    }
    var changed = pod.deepCopy();
    Json.childOf(changed, "spec").put("nodeName", node);
    var annotations = Json.child(Json.child(binding, "metadata"), "annotations");
    if (!annotations.isEmpty()) {
      Json.childOf(Json.childOf(changed, "metadata"), "annotations").setAll(annotations);
    }
    setScheduled(changed, registry.parts().clock().instant());
    return changed;
  }

  private static void setScheduled(ObjectNode pod, Instant now) {
    var status = Json.childOf(pod, "status");
    var conditions = status.withArray("conditions");
    for (var i = 0; i < conditions.size(); i++) {
      if (Json.text(conditions.get(i), "type").equals("PodScheduled")) {
        conditions.remove(i);
        break;
      }
    }
    conditions
        .addObject()
        .put("type", "PodScheduled")
        .put("status", "True")
        .put("lastTransitionTime", Metadata.timestamp(now));
  }
}
