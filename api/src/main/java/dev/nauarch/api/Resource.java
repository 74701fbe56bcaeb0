package dev.nauarch.api;

import io.fabric8.kubernetes.api.model.HasMetadata;

/**
 * A kind as a client addresses it.
 *
 * @param group the API group; empty for core
 * @param version for example {@code v1}
 * @param plural the resource's name in URLs, for example {@code pods}
 * @param kind the kind's name in objects, for example {@code Pod}
 * @param namespaced whether its objects live in namespaces
 * @param type the Java model of one object
 * @param <T> the Java model of one object
 */
public record Resource<T extends HasMetadata>(
    String group, String version, String plural, String kind, boolean namespaced, Class<T> type) {

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
