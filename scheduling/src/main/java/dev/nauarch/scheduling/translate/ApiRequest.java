package dev.nauarch.scheduling.translate;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resource;
import io.fabric8.kubernetes.api.model.HasMetadata;

/** One request to an API server, free of how it is sent. */
public sealed interface ApiRequest {

  /**
   * Changes an object.
   *
   * @param subresource {@code status}, or empty for the object itself
   * @param strategic whether lists are merged by their keys; else the body replaces them
   * @param body the patch as JSON
   */
  record PatchObject(
      Resource<?> resource, ObjectKey key, String subresource, boolean strategic, String body)
      implements ApiRequest {}

  /** Posts to a subresource. */
  record Post(Resource<?> resource, ObjectKey key, String subresource, Object body)
      implements ApiRequest {}

  /** Deletes one very object, a pod with its own grace. */
  record Delete(Resource<?> resource, ObjectKey key, String uid) implements ApiRequest {}

  /** Makes an object. */
  record Create<T extends HasMetadata>(Resource<T> resource, T object) implements ApiRequest {}

  /** Replaces an object, at the version that it names. */
  record Update<T extends HasMetadata>(Resource<T> resource, T object) implements ApiRequest {}
}
