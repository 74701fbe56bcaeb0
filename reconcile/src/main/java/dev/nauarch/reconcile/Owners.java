package dev.nauarch.reconcile;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import java.util.List;
import java.util.Optional;

/** Who owns an object, and who of its owners is in charge of it. */
public final class Owners {

  private Owners() {}

  /** A reference that puts the owner in charge, and holds its foreground deletion. */
  public static OwnerReference controller(HasMetadata owner) {
    return new OwnerReferenceBuilder()
        .withApiVersion(owner.getApiVersion())
        .withKind(owner.getKind())
        .withName(owner.getMetadata().getName())
        .withUid(owner.getMetadata().getUid())
        .withController(true)
        .withBlockOwnerDeletion(true)
        .build();
  }

  /** The owner in charge. */
  public static Optional<OwnerReference> controllerOf(HasMetadata object) {
    return object.getMetadata().getOwnerReferences().stream()
        .filter(owner -> Boolean.TRUE.equals(owner.getController()))
        .findFirst();
  }

  /** Whether this very owner is in charge. */
  public static boolean isControlledBy(HasMetadata object, HasMetadata owner) {
    return controllerOf(object)
        .filter(reference -> reference.getUid().equals(owner.getMetadata().getUid()))
        .isPresent();
  }

  /** The key of the owner in charge, where it is of this kind. */
  static List<ObjectKey> controllerKey(HasMetadata object, Resource<?> ownerResource) {
    return controllerOf(object)
        .filter(owner -> owner.getKind().equals(ownerResource.kind()))
        .filter(owner -> group(owner.getApiVersion()).equals(ownerResource.group()))
        .map(owner -> List.of(keyIn(object, owner.getName(), ownerResource)))
        .orElse(List.of());
  }

  /** The key of an owner that this object names. */
  public static ObjectKey keyIn(HasMetadata object, String name, Resource<?> ownerResource) {
    var namespace = object.getMetadata().getNamespace();
    return new ObjectKey(ownerResource.namespaced() && namespace != null ? namespace : "", name);
  }

  /** The group of an apiVersion; empty for core. */
  public static String group(String apiVersion) {
    int slash = apiVersion.indexOf('/');
    return slash < 0 ? "" : apiVersion.substring(0, slash);
  }
}
