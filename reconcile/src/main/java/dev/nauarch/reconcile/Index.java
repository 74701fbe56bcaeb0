package dev.nauarch.reconcile;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resource;
import dev.nauarch.api.Resources;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A way to find objects of a kind by a value that they hold.
 *
 * @param <T> the kind's model
 */
public final class Index<T extends HasMetadata> {

  /** Pods by the node that they are bound to. */
  public static final Index<Pod> PODS_BY_NODE =
      new Index<>(
          Resources.PODS,
          "node",
          pod -> {
            var node = pod.getSpec().getNodeName();
            return node == null || node.isEmpty() ? List.of() : List.of(node);
          });

  /** Pods by each claim that they mount, as {@code namespace/claim}. */
  public static final Index<Pod> PODS_BY_CLAIM =
      new Index<>(Resources.PODS, "claim", pod -> claimsOf(pod).map(ObjectKey::toString).toList());

  /** Pods by the PodGroup that they name, as {@code namespace/group}. */
  public static final Index<Pod> PODS_BY_GROUP =
      new Index<>(
          Resources.PODS,
          "group",
          pod -> Pods.groupOf(pod).map(ObjectKey::toString).stream().toList());

  private final Resource<T> resource;
  private final String name;
  private final Function<T, List<String>> values;

  /**
   * @param name tells it from other indexes of the kind
   * @param values what an object is filed under
   */
  public Index(Resource<T> resource, String name, Function<T, List<String>> values) {
    this.resource = resource;
    this.name = name;
    this.values = values;
  }

  /** The claims that a pod mounts, those that are made for it among them. */
  public static Stream<ObjectKey> claimsOf(Pod pod) {
    var namespace = pod.getMetadata().getNamespace();
    return pod.getSpec().getVolumes().stream()
        .flatMap(
            volume ->
                volume.getPersistentVolumeClaim() != null
                    ? Stream.of(volume.getPersistentVolumeClaim().getClaimName())
                    : volume.getEphemeral() != null
                        ? Stream.of(pod.getMetadata().getName() + "-" + volume.getName())
                        : Stream.empty())
        .map(claim -> new ObjectKey(namespace == null ? "" : namespace, claim));
  }

  /** Objects by the uid of each of their owners. */
  public static <T extends HasMetadata> Index<T> byOwner(Resource<T> resource) {
    return new Index<>(
        resource,
        "owner",
        object ->
            object.getMetadata().getOwnerReferences().stream()
                .map(OwnerReference::getUid)
                .toList());
  }

  /** Objects that nobody is in charge of, by namespace. */
  public static <T extends HasMetadata> Index<T> orphans(Resource<T> resource) {
    return new Index<>(
        resource,
        "orphan",
        object ->
            Owners.controllerOf(object).isPresent()
                ? List.of()
                : List.of(String.valueOf(object.getMetadata().getNamespace())));
  }

  /** The kind. */
  public Resource<T> resource() {
    return resource;
  }

  /** Tells it from other indexes of the kind. */
  public String name() {
    return name;
  }

  /** What an object is filed under. */
  public List<String> values(T object) {
    return values.apply(object);
  }
}
