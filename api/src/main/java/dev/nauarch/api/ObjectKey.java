package dev.nauarch.api;

import io.fabric8.kubernetes.api.model.HasMetadata;

/**
 * The name of one object within its kind.
 *
 * @param namespace its namespace; empty for a cluster-scoped object
 * @param name its name
 */
public record ObjectKey(String namespace, String name) implements Comparable<ObjectKey> {

  /** The key of an object. */
  public static ObjectKey of(HasMetadata object) {
    var namespace = object.getMetadata().getNamespace();
    return new ObjectKey(namespace == null ? "" : namespace, object.getMetadata().getName());
  }

  @Override
  public int compareTo(ObjectKey other) {
    var byNamespace = namespace.compareTo(other.namespace);
    return byNamespace != 0 ? byNamespace : name.compareTo(other.name);
  }

  @Override
  public String toString() {
    return namespace.isEmpty() ? name : namespace + "/" + name;
  }
}
