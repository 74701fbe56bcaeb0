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
   * @param form how the body is to be read
   * @param body the patch as JSON
   */
  record PatchObject(
      Resource<?> resource, ObjectKey key, String subresource, Form form, String body)
      implements ApiRequest {}

  /** The forms of patches. */
  enum Form {
    /** A list replaces a list. */
    MERGE,
    /** Lists are merged by their keys. */
    STRATEGIC,
    /** A list of operations. */
    OPERATIONS
  }

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
