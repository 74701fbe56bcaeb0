package dev.nauarch.reconcile;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.Optional;

/**
 * What is known of the cluster at one moment; it may lag behind. Lists are ordered by namespace and
 * name. Objects are shared with others: copy before changing one.
 */
public interface Snapshot {

  /** An object. */
  <T extends HasMetadata> Optional<T> get(Resource<T> resource, ObjectKey key);

  /**
   * Whether an object has a name, or had it until lately. Whoever waits for an object to go by its
   * name must not find another in its place, so what is made in its place has another name.
   */
  boolean isTaken(Resource<?> resource, ObjectKey key);

  /** All objects of a kind. */
  <T extends HasMetadata> List<T> list(Resource<T> resource);

  /** All objects of a kind in a namespace. */
  <T extends HasMetadata> List<T> list(Resource<T> resource, String namespace);

  /** The objects that an index files under a value. */
  <T extends HasMetadata> List<T> lookup(Index<T> index, String value);

  /** The kinds whose objects are collected and emptied out of namespaces, custom ones included. */
  List<Resource<?>> resources();

  /**
   * What the cluster answers now to a read of any path, for what is no object and is in no cache: a
   * scale, a metric, what is served. Live, this asks the cluster and blocks.
   *
   * @param path a path below the server's address, with its query, percent-encoded
   */
  Reading read(String path);

  /** The objects of a kind that name an owner of this uid. */
  default <T extends HasMetadata> List<T> ownedBy(Resource<T> resource, String ownerUid) {
    return lookup(Index.byOwner(resource), ownerUid);
  }
}
