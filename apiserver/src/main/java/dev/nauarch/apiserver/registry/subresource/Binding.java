package dev.nauarch.apiserver.registry.subresource;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.FieldError;
import dev.nauarch.apiserver.object.Json;
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
    registry.rewrite(target, pod -> bound(target, pod, node, call.body()), options(call));
    var status = Json.object();
    status.put("kind", "Status").put("apiVersion", "v1");
    status.putObject("metadata");
    return status.put("status", "Success").put("code", 201);
  }

  private static ApiException invalid(Call call, FieldError error) {
    return ApiException.invalid("", "Binding", call.target().name(), List.of(error));
  }

  /** Refuses a body that is not about the pod of the path. */
  static void requireName(Call call, String kind) {
    if (!Json.text(call.body(), "metadata", "name").equals(call.target().name())) {
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
    checkPrecondition(target, pod, binding, "UID", "uid");
    checkPrecondition(target, pod, binding, "ResourceVersion", "resourceVersion");
    if (pod.path("metadata").has("deletionTimestamp")) {
      throw target.conflict(
          "pod " + target.name() + " is being deleted, cannot be assigned to a host");
    }
    var current = Json.text(pod, "spec", "nodeName");
    if (!current.isEmpty()) {
      throw target.conflict(
          "pod " + target.name() + " is already assigned to node \"" + current + "\"");
    }
    if (!Json.child(pod, "spec").path("schedulingGates").isEmpty()) {
      throw target.conflict("pod " + target.name() + " has non-empty .spec.schedulingGates");
    }
    var changed = pod.deepCopy();
    Json.childOf(changed, "spec").put("nodeName", node);
    var metadata = Json.child(binding, "metadata");
    for (var field : List.of("annotations", "labels")) {
      var added = Json.child(metadata, field);
      if (!added.isEmpty()) {
        Json.childOf(Json.childOf(changed, "metadata"), field).setAll(added);
      }
    }
    var status = Json.childOf(changed, "status");
    status.remove("nominatedNodeName");
    setScheduled(status, registry.parts().clock().instant());
    return changed;
  }

  private static void checkPrecondition(
      Target target, ObjectNode pod, ObjectNode binding, String name, String field) {
    var wanted = Json.text(binding, "metadata", field);
    var actual = Json.text(pod, "metadata", field);
    if (!wanted.isEmpty() && !wanted.equals(actual)) {
      throw target.conflict(
          "Precondition failed: %s in precondition: %s, %s in object meta: %s"
              .formatted(name, wanted, name, actual));
    }
  }

  private static void setScheduled(ObjectNode status, Instant now) {
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
