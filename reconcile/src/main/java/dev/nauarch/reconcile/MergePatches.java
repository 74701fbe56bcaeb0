package dev.nauarch.reconcile;

import dev.nauarch.api.ModelCodec;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** JSON merge patches that only fit the very state that was seen. */
public final class MergePatches {

  private MergePatches() {}

  /** Replaces the finalizers. */
  public static String withFinalizers(HasMetadata object, List<String> finalizers) {
    return ofMetadata(object, "finalizers", finalizers);
  }

  /** Takes one finalizer off. */
  public static String withoutFinalizer(HasMetadata object, String finalizer) {
    return withFinalizers(
        object,
        object.getMetadata().getFinalizers().stream()
            .filter(other -> !other.equals(finalizer))
            .toList());
  }

  /** Replaces the owners. */
  public static String withOwners(HasMetadata object, List<OwnerReference> owners) {
    return ofMetadata(object, "ownerReferences", owners);
  }

  /** Adds annotations, or replaces their values. */
  public static String withAnnotations(HasMetadata object, Map<String, String> annotations) {
    return ofMetadata(object, "annotations", annotations);
  }

  /** Adds labels, or replaces their values. */
  public static String withLabels(HasMetadata object, Map<String, String> labels) {
    return ofMetadata(object, "labels", labels);
  }

  private static String ofMetadata(HasMetadata object, String field, Object value) {
    var metadata = new TreeMap<String, Object>();
    metadata.put("uid", object.getMetadata().getUid());
    metadata.put("resourceVersion", object.getMetadata().getResourceVersion());
    metadata.put(field, value);
    var patch = new TreeMap<String, Object>();
    patch.put("metadata", metadata);
    return ModelCodec.canonical(patch);
  }
}
