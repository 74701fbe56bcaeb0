package dev.nauarch.apiserver.port;

import dev.nauarch.apiserver.object.FieldSelector;
import java.util.List;

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
 * @param fields what a list or watch is bounded to by a field selector; empty for none
 */
public record Attributes(
    String verb,
    String group,
    String version,
    String resource,
    String subresource,
    String namespace,
    String name,
    String path,
    List<FieldSelector.Requirement> fields) {

  /** Copies the list. */
  public Attributes {
    fields = List.copyOf(fields);
  }

  /** The same bounded by a field selector. */
  public Attributes selecting(List<FieldSelector.Requirement> requirements) {
    return new Attributes(
        verb, group, version, resource, subresource, namespace, name, path, requirements);
  }

  /** Whether it is bounded to objects of which a field has a value. */
  public boolean selects(String field, String value) {
    return fields.contains(new FieldSelector.Requirement(field, value, true));
  }

  /** Whether it is about a resource; a path otherwise. */
  public boolean isResource() {
    return !resource.isEmpty();
  }

  /** A request for a path that is no resource. */
  public static Attributes ofPath(String method, String path) {
    return new Attributes(method, "", "", "", "", "", "", path, List.of());
  }
}
