package dev.nauarch.apiserver.registry.subresource;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.FieldError;
import dev.nauarch.api.PodStop;
import dev.nauarch.api.catalog.Catalog;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.object.FieldSelector;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.object.LabelSelector;
import dev.nauarch.apiserver.object.StoredObject;
import dev.nauarch.apiserver.port.Admission;
import dev.nauarch.apiserver.port.ResourceAction;
import dev.nauarch.apiserver.registry.DeleteRequest;
import dev.nauarch.apiserver.registry.ListQuery;
import dev.nauarch.apiserver.registry.Metadata;
import dev.nauarch.apiserver.registry.Registry;
import dev.nauarch.apiserver.registry.Target;
import dev.nauarch.apiserver.registry.WriteOptions;
import dev.nauarch.apiserver.watch.WatchRequest;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code pods/eviction}: deletes a pod where the budgets allow it. A budget's allowance is taken in
 * one write of the budget before the pod is deleted, so that two evictions can't share one; the pod
 * says in its status that it was evicted. A pod that wants to save its work is asked to stop and
 * deleted later, see {@link PodStop}. What is admitted is the Eviction, not what it makes.
 */
public final class Eviction implements ResourceAction {

  /** Phases of pods that serve nobody, which a budget does not count. */
  private static final List<String> NOT_COUNTED = List.of("Succeeded", "Failed", "Pending");

  private static final List<String> ENDED = List.of("Succeeded", "Failed");

  private static final String REFUSAL =
      "Cannot evict pod as it would violate the pod's disruption budget.";
  private static final int UNCONFIRMED_MAX = 2000;
  private static final int RETRY_SECONDS = 10;

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
    var pod = call.parent().orElseThrow().get();
    var body = Json.child(call.body(), "deleteOptions");
    var options = options(call, body);
    var preconditions = Json.child(body, "preconditions");
    var isMeant = holds(preconditions, pod, "uid") && holds(preconditions, pod, "resourceVersion");
    var grace = body.path("gracePeriodSeconds");
    var isGivenTime = isMeant && wantsTime(pod) && grace.asLong(1) > 0;
    if (isMeant && !isAsked(pod)) {
      prepare(
          call, pod, options, isGivenTime ? PodStop.CONDITIONS : PodStop.CONDITIONS.subList(0, 1));
    }
    if (isGivenTime) {
      return done();
    }
    var request =
        new DeleteRequest(
            grace.isNumber() ? OptionalLong.of(grace.asLong()) : OptionalLong.empty(),
            Json.text(body, "propagationPolicy"),
            Json.text(preconditions, "uid"),
            // Telling the pod has changed the version that was asked for.
            isMeant ? "" : Json.text(preconditions, "resourceVersion"));
    var target = Target.of(call.kind(), call.target().namespace(), call.target().name());
    registry.delete(target, request, options, Admission.NONE);
    return done();
  }

  private static ObjectNode done() {
    var done = Json.object();
    done.put("kind", "Status").put("apiVersion", "v1");
    done.putObject("metadata");
    return done.put("status", "Success").put("code", 201);
  }

  /** Whether the pod runs and wants to save its work before it is deleted. */
  private static boolean wantsTime(ObjectNode pod) {
    var annotations = pod.path("metadata").path("annotations");
    var grace = Collections.singletonMap(PodStop.GRACE, Json.text(annotations, PodStop.GRACE));
    return Json.text(pod, "status", "phase").equals("Running")
        && !pod.path("metadata").has("deletionTimestamp")
        && !PodStop.grace(grace).isZero();
  }

  private static boolean isAsked(ObjectNode pod) {
    return hasCondition(pod, PodStop.STOPPING);
  }

  private static boolean holds(ObjectNode preconditions, ObjectNode pod, String name) {
    var wanted = Json.text(preconditions, name);
    return wanted.isEmpty() || wanted.equals(Json.text(pod, "metadata", name));
  }

  /** Takes the allowance of the pod's budget, and says in the pod's status why it ends. */
  private void prepare(Call call, ObjectNode pod, WriteOptions options, List<String> conditions) {
    var phase = Json.text(pod, "status", "phase");
    if (pod.path("metadata").has("deletionTimestamp")) {
      return;
    }
    if (!NOT_COUNTED.contains(phase)) {
      takeAllowance(call, pod, options);
    }
    if (!ENDED.contains(phase)) {
      tellThePod(call, options, conditions);
    }
  }

  private void tellThePod(Call call, WriteOptions options, List<String> conditions) {
    var now = registry.parts().clock().instant();
    var target = new Target(call.kind(), call.target().namespace(), call.target().name(), "status");
    registry.patch(target, current -> disrupted(current, conditions, now), options, Admission.NONE);
  }

  /** The options of the request; the body may ask for a dry run too. */
  private static WriteOptions options(Call call, ObjectNode body) {
    var options = Binding.options(call);
    return options.isDryRun() || body.path("dryRun").isEmpty() ? options : options.dryRun();
  }

  private void takeAllowance(Call call, ObjectNode pod, WriteOptions options) {
    var labels = StoredObject.labelsOf(pod);
    var matching =
        budgets(call.target().namespace()).stream()
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
    if (!hasCondition(pod, "Ready") && mayGoUnhealthy(matching.getFirst())) {
      return;
    }
    var name = Json.text(matching.getFirst(), "metadata", "name");
    var target = new Target(budgetKind(), call.target().namespace(), name, "status");
    var now = registry.parts().clock().instant();
    registry.patch(
        target, budget -> charged(budget, call.target().name(), now), options, Admission.NONE);
  }

  /**
   * The budgets of a namespace, those of a moment ago among them: a cache may not have them yet.
   */
  private List<ObjectNode> budgets(String namespace) {
    var all = new WatchRequest(namespace, "", LabelSelector.ALL, FieldSelector.ALL);
    return registry.list(budgetKind(), ListQuery.latest(all)).objects().stream()
        .map(StoredObject::tree)
        .toList();
  }

  private static boolean hasCondition(ObjectNode pod, String type) {
    return pod.path("status")
        .path("conditions")
        .valueStream()
        .anyMatch(c -> Json.text(c, "type").equals(type) && Json.text(c, "status").equals("True"));
  }

  /** Whether a pod that is not ready may go without being counted. */
  private static boolean mayGoUnhealthy(ObjectNode budget) {
    if (Json.text(budget, "spec", "unhealthyPodEvictionPolicy").equals("AlwaysAllow")) {
      return true;
    }
    var status = budget.path("status");
    int needed = status.path("desiredHealthy").asInt(0);
    return needed > 0 && status.path("currentHealthy").asInt(0) >= needed;
  }

  /** A pod that says why it ends. */
  private static ObjectNode disrupted(ObjectNode pod, List<String> types, Instant now) {
    var changed = pod.deepCopy();
    var conditions = Json.childOf(changed, "status").withArray("conditions");
    conditions.removeIf(condition -> types.contains(Json.text(condition, "type")));
    for (var type : types) {
      conditions
          .addObject()
          .put("type", type)
          .put("status", "True")
          .put("reason", "EvictionByEvictionAPI")
          .put("message", "Eviction API: evicting")
          .put("lastTransitionTime", Metadata.timestamp(now));
    }
    return changed;
  }

  private Kind budgetKind() {
    return catalog
        .get()
        .find("policy", "v1", "poddisruptionbudgets")
        .orElseThrow(() -> new IllegalStateException("the catalog has no disruption budgets"));
  }

  /** A budget from which the disruption of a pod is taken. */
  private static ObjectNode charged(ObjectNode budget, String pod, Instant now) {
    var changed = budget.deepCopy();
    var status = Json.childOf(changed, "status");
    var name = Json.text(budget, "metadata", "name");
    if (status.path("observedGeneration").asLong(0)
        < budget.path("metadata").path("generation").asLong(0)) {
      throw refusal(
          "The disruption budget " + name + " is still being processed by the server.",
          RETRY_SECONDS);
    }
    if (status.path("disruptedPods").size() > UNCONFIRMED_MAX) {
      throw ApiException.forbidden(
          "policy",
          "poddisruptionbudgets",
          name,
          "DisruptedPods map too big - too many evictions not confirmed by PDB controller");
    }
    var allowed = status.path("disruptionsAllowed").asInt(0);
    if (allowed <= 0) {
      throw refusal(
          failedSync(status)
              .map(
                  why ->
                      "The disruption budget "
                          + name
                          + " does not allow evicting pods currently because it failed sync: "
                          + why)
              .orElse(
                  "The disruption budget "
                      + name
                      + " needs "
                      + status.path("desiredHealthy").asInt(0)
                      + " healthy pods and has "
                      + status.path("currentHealthy").asInt(0)
                      + " currently"),
          0);
    }
    status.put("disruptionsAllowed", allowed - 1);
    Json.childOf(status, "disruptedPods").put(pod, Metadata.timestamp(now));
    return changed;
  }

  /** Why a budget could not be reckoned, where that is so. */
  private static Optional<String> failedSync(ObjectNode status) {
    return status
        .path("conditions")
        .valueStream()
        .filter(condition -> Json.text(condition, "reason").equals("SyncFailed"))
        .map(condition -> Json.text(condition, "message"))
        .findFirst();
  }

  private static ApiException refusal(String cause, int retryAfterSeconds) {
    var causes = List.of(new FieldError(FieldError.Type.DISRUPTION_BUDGET, "", cause));
    return new ApiException(
        ApiException.Reason.TOO_MANY_REQUESTS,
        REFUSAL,
        new ApiException.Details("", "", "", causes, retryAfterSeconds));
  }
}
