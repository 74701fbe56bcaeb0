package dev.nauarch.client;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Optional;

/**
 * A Kubernetes API server, ours or another, as controllers use it. Methods may be called from any
 * thread and block. Every answer that is not success is an {@link dev.nauarch.api.ApiException},
 * save that {@link #get} and {@link #delete} treat a missing object as an answer. Objects that come
 * back may be shared with other readers: copy before changing one.
 */
public interface ClusterClient extends AutoCloseable {

  /** Creates an object; a namespaced one names its namespace. */
  <T extends HasMetadata> T create(Resource<T> resource, T object);

  /** Creates an object for whoever needs no answer but that it is done. */
  default <T extends HasMetadata> void createOnly(Resource<T> resource, T object) {
    create(resource, object);
  }

  /** Reads an object. */
  <T extends HasMetadata> Optional<T> get(Resource<T> resource, ObjectKey key);

  /** Replaces an object; its resourceVersion, where it has one, must be the current one. */
  <T extends HasMetadata> T update(Resource<T> resource, T object);

  /** Replaces an object's status. */
  <T extends HasMetadata> T updateStatus(Resource<T> resource, T object);

  /**
   * Replaces what a subresource shows of an object, for example {@code finalize} of a namespace.
   *
   * @param object carries its name, and its resourceVersion where it has one
   */
  <T extends HasMetadata> T updateSubresource(Resource<T> resource, String subresource, T object);

  /** Patches an object or one of its subresources. */
  <T extends HasMetadata> T patch(Resource<T> resource, ObjectKey key, Patch patch);

  /** Patches for whoever needs no answer but that it is done. */
  default <T extends HasMetadata> void patchOnly(Resource<T> resource, ObjectKey key, Patch patch) {
    patch(resource, key, patch);
  }

  /**
   * Posts to a subresource of an object, for example a Binding to {@code pods/binding} or an
   * Eviction to {@code pods/eviction}.
   *
   * @param body a Kubernetes object with apiVersion and kind
   * @return what the server answers, as JSON
   */
  <T extends HasMetadata> byte[] post(
      Resource<T> resource, ObjectKey key, String subresource, Object body);

  /**
   * Deletes an object.
   *
   * @return whether there was one
   */
  <T extends HasMetadata> boolean delete(
      Resource<T> resource, ObjectKey key, DeleteOptions options);

  /** Lists objects, all pages. */
  <T extends HasMetadata> ObjectList<T> list(Resource<T> resource, Selection selection);

  /**
   * The answer to a GET of any path, for what is not an object of a kind: {@code /version}, a
   * scale, what a server serves.
   *
   * @param pathAndQuery percent-encoded
   */
  byte[] raw(String pathAndQuery);

  /**
   * Delivers the changes of the selected objects after a resourceVersion, until the watch is closed
   * by either side. An {@link Informer} is the better choice in nearly all cases.
   */
  <T extends HasMetadata> Watch watch(
      Resource<T> resource, Selection selection, String resourceVersion, WatchListener<T> listener);

  @Override
  void close();
}
