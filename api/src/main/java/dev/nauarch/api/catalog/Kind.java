package dev.nauarch.api.catalog;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One kind in one version: an entry of the resource catalog. A built-in kind is an entry that the
 * build made; a custom resource is an entry that arrived at run time.
 *
 * @param group the API group; empty for core
 * @param version for example {@code v1}
 * @param kind for example {@code Pod}
 * @param names how people and URLs name it
 * @param namespaced whether its objects live in namespaces
 * @param verbs what may be done with its objects, for example {@code get}, {@code deletecollection}
 * @param subresources which subresources it serves, for example {@code status}, {@code scale}
 * @param selectableFields paths that a field selector may name, beside name and namespace, for
 *     example {@code spec.nodeName}
 * @param schema the form of an object
 * @param columns what a table shows
 * @param deprecation what whoever uses it is warned with; empty for nothing
 * @param storedAs the collection that holds its objects, where another kind shows the same objects:
 *     {@code v1/events} for the events of {@code events.k8s.io}; empty for its own
 * @param returnsDeletedObject whether a DELETE that removed an object at once answers the object as
 *     it was last; of other kinds it answers a Status
 * @param isDefined whether it arrived at run time: of what the build knows of a kind of this name
 *     nothing holds of it
 */
public record Kind(
    String group,
    String version,
    String kind,
    Names names,
    boolean namespaced,
    List<String> verbs,
    List<Subresource> subresources,
    List<String> selectableFields,
    Schema schema,
    List<Column> columns,
    String deprecation,
    String storedAs,
    boolean returnsDeletedObject,
    boolean isDefined) {

  /** What may be done with the objects of most kinds. */
  public static final List<String> ALL_VERBS =
      List.of("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch");

  /**
   * How people and URLs name a kind.
   *
   * @param plural in URLs
   * @param singular for people
   * @param list the kind of a list of them
   * @param shortNames for the impatient
   * @param categories groups of kinds, for example {@code all}
   */
  public record Names(
      String plural,
      String singular,
      String list,
      List<String> shortNames,
      List<String> categories) {}

  /**
   * A subresource.
   *
   * @param name for example {@code status}; {@code exec}
   * @param group the group of what it takes and gives, where that is another kind ({@code scale}:
   *     {@code autoscaling})
   * @param version the version of it
   * @param kind the kind of it
   * @param verbs for example {@code get}, {@code patch}, {@code update}
   * @param paths for {@code scale}: where its values stand in the object, by the names that a
   *     CustomResourceDefinition gives them ({@code specReplicasPath}, {@code statusReplicasPath},
   *     {@code labelSelectorPath})
   */
  public record Subresource(
      String name,
      String group,
      String version,
      String kind,
      List<String> verbs,
      Map<String, String> paths) {}

  /**
   * One column of a table.
   *
   * @param name the header
   * @param type {@code string}, {@code integer}, {@code number}, {@code boolean}, {@code date}
   * @param format for example {@code name}; empty for none
   * @param description what it shows
   * @param priority 0 for always, 1 for wide output
   * @param jsonPath the path of the value ({@code .spec.replicas}); empty where {@code computed}
   *     names a function
   * @param computed the name of the server's function that computes the cell; empty for none
   */
  public record Column(
      String name,
      String type,
      String format,
      String description,
      int priority,
      String jsonPath,
      String computed) {}

  /** The {@code apiVersion} of its objects. */
  public String apiVersion() {
    return group.isEmpty() ? version : group + "/" + version;
  }

  /** The subresource of this name, where it is served. */
  public Optional<Subresource> subresource(String name) {
    return subresources.stream().filter(sub -> sub.name().equals(name)).findFirst();
  }
}
