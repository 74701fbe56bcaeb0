package dev.nauarch.reconcile.storage;

import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.Snapshot;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The class of claims that say nothing of a class. */
final class DefaultStorageClass {

  private static final List<String> ANNOTATIONS =
      List.of(
          "storageclass.kubernetes.io/is-default-class",
          "storageclass.beta.kubernetes.io/is-default-class");

  private static final Comparator<StorageClass> NEWEST =
      Comparator.comparing(
              (StorageClass one) -> Volumes.orEmpty(one.getMetadata().getCreationTimestamp()))
          .reversed()
          .thenComparing(one -> one.getMetadata().getName());

  private DefaultStorageClass() {}

  /** The newest of those that are marked. */
  static Optional<String> of(Snapshot world) {
    return world.list(Resources.STORAGE_CLASSES).stream()
        .filter(
            one ->
                ANNOTATIONS.stream().anyMatch(name -> "true".equals(Volumes.annotation(one, name))))
        .min(NEWEST)
        .map(one -> one.getMetadata().getName());
  }
}
