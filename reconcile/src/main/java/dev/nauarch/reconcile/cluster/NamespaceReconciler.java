package dev.nauarch.reconcile.cluster;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resource;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.Command;
import dev.nauarch.reconcile.Plan;
import dev.nauarch.reconcile.PlanDraft;
import dev.nauarch.reconcile.Reconciler;
import dev.nauarch.reconcile.Snapshot;
import dev.nauarch.reconcile.Times;
import dev.nauarch.reconcile.Trigger;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceCondition;
import io.fabric8.kubernetes.api.model.NamespaceConditionBuilder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Empties namespaces that are being deleted: pods first, so that nothing they need goes before
 * them, then everything else; when the cluster itself bears out that nothing is left, the namespace
 * goes.
 */
public final class NamespaceReconciler implements Reconciler {

  private static final String FINALIZER = "kubernetes";

  @Override
  public String name() {
    return "namespace-controller";
  }

  @Override
  public List<Trigger> triggers() {
    return List.of(
        Trigger.self(Resources.NAMESPACES),
        new Trigger.OfAny(NamespaceReconciler::terminatingNamespaceOf));
  }

  private static List<ObjectKey> terminatingNamespaceOf(
      Resource<?> resource, HasMetadata object, boolean isGone, Snapshot world) {
    var namespace = object.getMetadata().getNamespace();
    if (namespace == null || namespace.isEmpty()) {
      return List.of();
    }
    var key = new ObjectKey("", namespace);
    return world
        .get(Resources.NAMESPACES, key)
        .filter(found -> found.getMetadata().getDeletionTimestamp() != null)
        .map(found -> List.of(key))
        .orElse(List.of());
  }

  @Override
  public Plan reconcile(ObjectKey key, Snapshot world, Instant now) {
    var found = world.get(Resources.NAMESPACES, key);
    if (found.isEmpty()
        || found.get().getMetadata().getDeletionTimestamp() == null
        || !found.get().getSpec().getFinalizers().contains(FINALIZER)) {
      return Plan.NOTHING;
    }
    var namespace = found.get();
    var kinds = world.resources().stream().filter(Resource::namespaced).toList();
    var left = new ArrayList<Left>();
    for (var kind : kinds) {
      var objects = world.list(kind, key.name());
      if (!objects.isEmpty()) {
        left.add(new Left(kind, List.copyOf(objects)));
      }
    }
    var draft = new PlanDraft();
    deleteInOrder(draft, left);
    report(draft, namespace, left, now);
    if (left.isEmpty()) {
      draft.add(new Command.Confirm(new Command.Fact.Empty(key.name(), kinds)));
      draft.add(new Command.FinalizeNamespace(namespace));
    }
    return draft.plan();
  }

  /** Objects of one kind that are still there. */
  private record Left(Resource<?> resource, List<HasMetadata> objects) {

    boolean isOfPods() {
      return resource.plural().equals("pods") && resource.group().isEmpty();
    }

    long withFinalizers() {
      return objects.stream().filter(o -> !o.getMetadata().getFinalizers().isEmpty()).count();
    }
  }

  private static void deleteInOrder(PlanDraft draft, List<Left> left) {
    var pods = left.stream().filter(Left::isOfPods).toList();
    for (var each : pods.isEmpty() ? left : pods) {
      for (var object : each.objects()) {
        if (object.getMetadata().getDeletionTimestamp() == null) {
          delete(draft, each.resource(), object);
        }
      }
    }
  }

  private static <T extends HasMetadata> void delete(
      PlanDraft draft, Resource<T> resource, HasMetadata object) {
    draft.delete(resource, resource.type().cast(object));
  }

  private static void report(PlanDraft draft, Namespace namespace, List<Left> left, Instant now) {
    var old = namespace.getStatus();
    var oldConditions = old == null ? List.<NamespaceCondition>of() : old.getConditions();
    var merged = conditions(left).stream().map(each -> keepTime(each, oldConditions, now)).toList();
    if (old == null || !"Terminating".equals(old.getPhase()) || !merged.equals(oldConditions)) {
      draft.updateStatus(
          Resources.NAMESPACES,
          namespace
              .edit()
              .withNewStatus()
              .withPhase("Terminating")
              .withConditions(merged)
              .endStatus()
              .build());
    }
  }

  private static List<NamespaceCondition> conditions(List<Left> left) {
    var conditions = new ArrayList<NamespaceCondition>();
    var remaining =
        left.stream()
            .map(
                each ->
                    name(each.resource()) + " has " + each.objects().size() + " resource instances")
            .collect(Collectors.joining(", "));
    var finalizing =
        left.stream()
            .filter(each -> each.withFinalizers() > 0)
            .map(each -> finalizersOf(each))
            .collect(Collectors.joining(", "));
    conditions.add(
        condition(
            "NamespaceDeletionContentFailure",
            false,
            "ContentDeleted",
            "All content successfully deleted, may be waiting on finalization"));
    conditions.add(
        remaining.isEmpty()
            ? condition(
                "NamespaceContentRemaining",
                false,
                "ContentRemoved",
                "All content successfully removed")
            : condition(
                "NamespaceContentRemaining",
                true,
                "SomeResourcesRemain",
                "Some resources are remaining: " + remaining));
    conditions.add(
        finalizing.isEmpty()
            ? condition(
                "NamespaceFinalizersRemaining",
                false,
                "ContentHasNoFinalizers",
                "All content-preserving finalizers finished")
            : condition(
                "NamespaceFinalizersRemaining",
                true,
                "SomeFinalizersRemain",
                "Some content in the namespace has finalizers remaining: " + finalizing));
    return conditions;
  }

  private static String finalizersOf(Left left) {
    var counts = new TreeMap<String, Integer>();
    for (var object : left.objects()) {
      object.getMetadata().getFinalizers().forEach(each -> counts.merge(each, 1, Integer::sum));
    }
    return counts.entrySet().stream()
        .map(each -> each.getKey() + " in " + each.getValue() + " resource instances")
        .collect(Collectors.joining(", "));
  }

  private static String name(Resource<?> resource) {
    return resource.plural() + "." + resource.group();
  }

  private static NamespaceCondition condition(
      String type, boolean status, String reason, String message) {
    return new NamespaceConditionBuilder()
        .withType(type)
        .withStatus(status ? "True" : "False")
        .withReason(reason)
        .withMessage(message)
        .build();
  }

  private static NamespaceCondition keepTime(
      NamespaceCondition fresh, List<NamespaceCondition> old, Instant now) {
    var time =
        old.stream()
            .filter(each -> Objects.equals(each.getType(), fresh.getType()))
            .filter(each -> Objects.equals(each.getStatus(), fresh.getStatus()))
            .map(NamespaceCondition::getLastTransitionTime)
            .filter(Objects::nonNull)
            .findFirst()
            .orElse(Times.format(now));
    return fresh.edit().withLastTransitionTime(time).build();
  }
}
