package dev.nauarch.api;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PartialObjectMetadata;
import io.fabric8.kubernetes.api.model.Pod;

/**
 * A kind as a client addresses it, and what it wants to see of it.
 *
 * @param group the API group; empty for core
 * @param version for example {@code v1}
 * @param plural the resource's name in URLs, for example {@code pods}
 * @param kind the kind's name in objects, for example {@code Pod}
 * @param namespaced whether its objects live in namespaces
 * @param type the Java model of one object
 * @param name the only object of interest, in any namespace; empty for all
 * @param isOutline whether what only the node of a pod needs is left out of its model; such a model
 *     is to be looked at, and must not be written back as a whole
 * @param <T> the Java model of one object
 */
public record Resource<T extends HasMetadata>(
    String group,
    String version,
    String plural,
    String kind,
    boolean namespaced,
    Class<T> type,
    String name,
    boolean isOutline) {

  /** All objects of a kind. */
  public Resource(
      String group, String version, String plural, String kind, boolean namespaced, Class<T> type) {
    this(group, version, plural, kind, namespaced, type, "", false);
  }

  /** The same kind, of whose objects only the metadata is wanted. */
  public Resource<PartialObjectMetadata> metadata() {
    return new Resource<>(
        group, version, plural, kind, namespaced, PartialObjectMetadata.class, name, false);
  }

  /** The same kind, of which only objects of one name are wanted. */
  public Resource<T> named(String onlyName) {
    return new Resource<>(group, version, plural, kind, namespaced, type, onlyName, isOutline);
  }

  /**
   * The same kind as those see it who look after many pods: without the environment, commands,
   * mounts and probes, which are most of what a pod takes in memory. Other kinds are as they were.
   */
  public Resource<T> outline() {
    return type.equals(Pod.class)
        ? new Resource<>(group, version, plural, kind, namespaced, type, name, true)
        : this;
  }

  /** The {@code apiVersion} of its objects. */
  public String apiVersion() {
    return group.isEmpty() ? version : group + "/" + version;
  }

  /** The URL path of its collection: of one namespace, or of the whole cluster for an empty one. */
  public String path(String namespace) {
    var root = group.isEmpty() ? "/api/" + version : "/apis/" + group + "/" + version;
    return namespaced && !namespace.isEmpty()
        ? root + "/namespaces/" + namespace + "/" + plural
        : root + "/" + plural;
  }
}
