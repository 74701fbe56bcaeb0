package dev.nauarch.apiserver.registry.subresource;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.FieldError;
import dev.nauarch.api.catalog.Catalog;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.object.LabelSelector;
import dev.nauarch.apiserver.object.StoredObject;
import dev.nauarch.apiserver.port.ResourceAction;
import dev.nauarch.apiserver.registry.DeleteRequest;
import dev.nauarch.apiserver.registry.Metadata;
import dev.nauarch.apiserver.registry.Registry;
import dev.nauarch.apiserver.registry.Target;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code pods/eviction}: deletes a pod where the budgets allow it. A budget's allowance is taken in
 * one write of the budget before the pod is deleted, so that two evictions can't share one.
 */
public final class Eviction implements ResourceAction {

  private static final List<String> FINISHED = List.of("Succeeded", "Failed");

  private final Registry registry;
  private final Supplier<Catalog> catalog;

  /** Evictions in a registry. */
  public Eviction(Registry registry, Supplier<Catalog> catalog) {
    this.registry = registry;
    this.catalog = catalog;
  }

  @Override
  public ObjectNode post(Call call) {
    Binding.requireName(call, "Eviction");
    var pod = call.parent().orElseThrow();
    if (!FINISHED.contains(Json.text(pod, "status", "phase"))
        && !pod.path("metadata").has("deletionTimestamp")) {
      takeAllowance(call, pod);
    }
    var body = Json.child(call.body(), "deleteOptions");
    var preconditions = Json.child(body, "preconditions");
    var grace = body.path("gracePeriodSeconds");
    var request =
        new DeleteRequest(
            grace.isNumber() ? OptionalLong.of(grace.asLong()) : OptionalLong.empty(),
            Json.text(body, "propagationPolicy"),
            Json.text(preconditions, "uid"),
            Json.text(preconditions, "resourceVersion"));
    var target = Target.of(call.kind(), call.target().namespace(), call.target().name());
    registry.delete(target, request, Binding.options(call));
    var status = Json.object();
    status.put("kind", "Status").put("apiVersion", "v1");
    status.putObject("metadata");
    return status.put("status", "Success").put("code", 201);
  }

  private void takeAllowance(Call call, ObjectNode pod) {
    var labels = StoredObject.labelsOf(pod);
    var budgets =
        registry.parts().cache().list("policy", "poddisruptionbudgets", call.target().namespace());
    var matching =
        budgets.stream()
            .filter(budget -> budget.path("spec").has("selector"))
            .filter(
                budget -> LabelSelector.of(budget.path("spec").path("selector")).matches(labels))
            .toList();
    if (matching.isEmpty()) {
      return;
    }
    if (matching.size() > 1) {
      throw new ApiException(
          ApiException.Reason.INTERNAL_ERROR,
          "This pod has more than one PodDisruptionBudget, which the eviction subresource does not"
              + " support.",
          ApiException.Details.NONE);
    }
    var name = Json.text(matching.getFirst(), "metadata", "name");
    var target = new Target(budgetKind(), call.target().namespace(), name, "status");
    var now = registry.parts().clock().instant();
    registry.patch(
        target, budget -> disrupted(budget, call.target().name(), now), Binding.options(call));
  }

  private Kind budgetKind() {
    return catalog
        .get()
        .find("policy", "v1", "poddisruptionbudgets")
        .orElseThrow(() -> new IllegalStateException("the catalog has no disruption budgets"));
  }

  private static ObjectNode disrupted(ObjectNode budget, String pod, Instant now) {
    var changed = budget.deepCopy();
    var status = Json.childOf(changed, "status");
    var allowed = status.path("disruptionsAllowed").asInt(0);
    if (allowed <= 0) {
      throw new ApiException(
          ApiException.Reason.TOO_MANY_REQUESTS,
          "Cannot evict pod as it would violate the pod's disruption budget.",
          new ApiException.Details(
              "",
              "",
              "",
              List.of(
                  new FieldError(
                      FieldError.Type.FORBIDDEN,
                      "",
                      "The disruption budget "
                          + Json.text(budget, "metadata", "name")
                          + " needs "
                          + status.path("desiredHealthy").asInt(0)
                          + " healthy pods and has "
                          + status.path("currentHealthy").asInt(0)
                          + " currently")),
              0));
    }
    status.put("disruptionsAllowed", allowed - 1);
    Json.childOf(status, "disruptedPods").put(pod, Metadata.timestamp(now));
    return changed;
  }
}
