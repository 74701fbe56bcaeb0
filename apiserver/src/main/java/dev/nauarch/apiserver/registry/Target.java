package dev.nauarch.apiserver.registry;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.object.StorageKey;
import dev.nauarch.apiserver.port.AdmissionRequest;

/**
 * Which object a verb is about.
 *
 * @param kind its kind, in the version that the client speaks
 * @param namespace empty for cluster scope
 * @param name empty where it is not yet known
 * @param subresource empty for the object itself
 */
public record Target(Kind kind, String namespace, String name, String subresource) {

  /** An object itself. */
  public static Target of(Kind kind, String namespace, String name) {
    return new Target(kind, namespace, name, "");
  }

  /** The same with another name. */
  Target named(String otherName) {
    return new Target(kind, namespace, otherName, subresource);
  }

  /** Its key in the store. */
  public String key() {
    return StorageKey.of(Versions.group(kind), kind.names().plural(), namespace, name);
  }

  /** Its key's part after the resource. */
  String localKey() {
    return StorageKey.local(namespace, name);
  }

  /** The answer that it does not exist. */
  public ApiException notFound() {
    return ApiException.notFound(kind.group(), kind.names().plural(), name);
  }

  /** The answer that it is not as the caller thinks. */
  public ApiException conflict(String why) {
    return ApiException.conflict(kind.group(), kind.names().plural(), name, why);
  }

  AdmissionRequest.Target admission() {
    return new AdmissionRequest.Target(namespace, name);
  }
}
