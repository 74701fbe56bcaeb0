package dev.nauarch.apiserver.port;

/**
 * What a request wants to do, as authorization sees it.
 *
 * @param verb for example {@code get}, {@code list}, {@code deletecollection}; the HTTP method in
 *     lower case for a path that is no resource
 * @param group the API group; empty for core and for paths
 * @param version the API version; empty for paths
 * @param resource the plural, for example {@code pods}; empty for paths
 * @param subresource for example {@code log}; empty for none
 * @param namespace the namespace; empty for cluster scope and for all namespaces
 * @param name the object's name; empty where the request names none
 * @param path the URL's path, for example {@code /healthz}
 */
public record Attributes(
    String verb,
    String group,
    String version,
    String resource,
    String subresource,
    String namespace,
    String name,
    String path) {

  /** Whether it is about a resource; a path otherwise. */
  public boolean isResource() {
    return !resource.isEmpty();
  }

  /** A request for a path that is no resource. */
  public static Attributes ofPath(String method, String path) {
    return new Attributes(method, "", "", "", "", "", "", path);
  }
}
