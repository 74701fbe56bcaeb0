package dev.nauarch.reconcile;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelector;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Which keys a change of an object concerns. The change may be its deletion. */
public sealed interface Trigger {

  /**
   * Changes of one kind.
   *
   * @param resource the kind
   * @param keys the keys that one object concerns
   */
  record Of<T extends HasMetadata>(Resource<T> resource, Keys<T> keys) implements Trigger {}

  /**
   * Changes of all kinds that are collected.
   *
   * @param keys the keys that one object concerns
   */
  record OfAny(AnyKeys keys) implements Trigger {}

  /** Maps an object to the keys that it concerns. */
  @FunctionalInterface
  interface Keys<T extends HasMetadata> {
    List<ObjectKey> of(T object, Snapshot world);
  }

  /** Maps an object of any kind to the keys that it concerns. */
  @FunctionalInterface
  interface AnyKeys {
    /**
     * The keys.
     *
     * @param isGone whether the object is no longer there
     */
    List<ObjectKey> of(Resource<?> resource, HasMetadata object, boolean isGone, Snapshot world);
  }

  /** The object itself is the key. */
  static <T extends HasMetadata> Trigger self(Resource<T> resource) {
    return new Of<>(resource, (object, world) -> List.of(ObjectKey.of(object)));
  }

  /**
   * An object that nobody has concerns everybody who would take it in.
   *
   * @param selector what an owner takes in
   */
  static <T extends HasMetadata, O extends HasMetadata> Trigger orphan(
      Resource<T> resource,
      Resource<O> ownerResource,
      Function<O, @Nullable LabelSelector> selector) {
    return new Of<>(
        resource,
        (object, world) -> {
          if (!object.getMetadata().getOwnerReferences().isEmpty()) {
            return List.of();
          }
          var owners = world.list(ownerResource, object.getMetadata().getNamespace());
          return owners.isEmpty()
              ? List.of()
              : owners.stream()
                  .filter(owner -> Selectors.matches(selector.apply(owner), object))
                  .map(ObjectKey::of)
                  .toList();
        });
  }

  /** The object's controller is the key, where it is of this kind. */
  static <T extends HasMetadata> Trigger child(Resource<T> resource, Resource<?> ownerResource) {
    return new Of<>(resource, (object, world) -> Owners.controllerKey(object, ownerResource));
  }
}
