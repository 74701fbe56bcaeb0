package dev.nauarch.reconcile.cluster;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resource;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.Plan;
import dev.nauarch.reconcile.PlanDraft;
import dev.nauarch.reconcile.Reconciler;
import dev.nauarch.reconcile.Snapshot;
import dev.nauarch.reconcile.Trigger;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Keeps one object of a fixed name in every namespace that is not being deleted, as the service
 * account {@code default} and the config map with the cluster's authority are.
 *
 * @param <T> the kind's model
 */
public final class NamespaceContents<T extends HasMetadata> implements Reconciler {

  private final String name;
  private final Resource<T> resource;
  private final T wanted;
  private final UnaryOperator<T> repair;

  /**
   * @param name the controller's name
   * @param resource the kind of the object
   * @param wanted the object, without a namespace
   * @param repair what an existing one should be; itself where it is fine
   */
  public NamespaceContents(String name, Resource<T> resource, T wanted, UnaryOperator<T> repair) {
    this.name = name;
    this.resource = resource;
    this.wanted = wanted;
    this.repair = repair;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<Trigger> triggers() {
    return List.of(
        Trigger.self(Resources.NAMESPACES),
        new Trigger.Of<>(resource, (object, world) -> namespaceOf(object)));
  }

  private List<ObjectKey> namespaceOf(T object) {
    return object.getMetadata().getName().equals(wanted.getMetadata().getName())
        ? List.of(new ObjectKey("", object.getMetadata().getNamespace()))
        : List.of();
  }

  @Override
  public Plan reconcile(ObjectKey key, Snapshot world, Instant now) {
    var namespace = world.get(Resources.NAMESPACES, key);
    if (namespace.isEmpty() || namespace.get().getMetadata().getDeletionTimestamp() != null) {
      return Plan.NOTHING;
    }
    var draft = new PlanDraft();
    var target = new ObjectKey(key.name(), wanted.getMetadata().getName());
    var existing = world.get(resource, target);
    if (existing.isEmpty()) {
      draft.create(resource, Copies.inNamespace(wanted, resource.type(), key.name()));
    } else {
      var repaired = repair.apply(existing.get());
      if (!repaired.equals(existing.get())) {
        draft.update(resource, repaired);
      }
    }
    return draft.plan();
  }

  /** Leaves an existing config map as it is but for its content. */
  public static UnaryOperator<ConfigMap> withContentOf(ConfigMap wanted) {
    return existing -> existing.edit().withData(wanted.getData()).build();
  }
}
