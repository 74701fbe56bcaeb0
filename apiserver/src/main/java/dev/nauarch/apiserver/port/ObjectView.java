package dev.nauarch.apiserver.port;

import dev.nauarch.apiserver.object.ObjectPart;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the server's own parts may read of the stored objects, from memory. It follows the store
 * within moments. Objects are decoded when first asked for, are shared, and must not be changed.
 */
public interface ObjectView {

  /** Where an object says since when it is being deleted. */
  List<String> DELETED_AT = List.of("metadata", "deletionTimestamp");

  /**
   * One object.
   *
   * @param namespace empty for cluster scope
   */
  Optional<ObjectNode> find(String group, String plural, String namespace, String name);

  /**
   * One object, which another server or a moment ago this one may have written: where memory has
   * none, it first follows the store up to now, if that takes no longer than a second.
   *
   * @param namespace empty for cluster scope
   */
  Optional<ObjectNode> findNow(String group, String plural, String namespace, String name);

  /**
   * The text of the scalar at a path of fields of an object, read without the rest of it; empty
   * where there is none.
   *
   * @param namespace empty for cluster scope
   */
  Optional<String> scalar(
      String group, String plural, String namespace, String name, List<String> path);

  /**
   * Whether there is an object and it is being deleted; told from its metadata alone, however large
   * it is.
   *
   * @param namespace empty for cluster scope
   */
  default boolean isEnding(String group, String plural, String namespace, String name) {
    return scalar(group, plural, namespace, name, DELETED_AT).isPresent();
  }

  /**
   * The objects of one namespace, by name.
   *
   * @param namespace empty for all namespaces and for cluster scope
   */
  List<ObjectNode> list(String group, String plural, String namespace);

  /**
   * Some fields of the objects of one namespace, by name, read without the rest of them.
   *
   * @param namespace empty for all namespaces and for cluster scope
   */
  List<ObjectNode> parts(String group, String plural, String namespace, ObjectPart part);

  /** The names of the objects of a cluster-scoped resource, told without reading any. */
  List<String> names(String group, String plural);

  /** The pods that are bound to a node, in no order; found without looking at all others. */
  List<ObjectNode> podsOn(String node);

  /**
   * The revision of the last change of any object of a resource: an index built from {@link #list}
   * is good for as long as this stays the same. Read it before the list.
   */
  long revision(String group, String plural);

  /**
   * Has somebody told of every change of any object of a resource, for as long as this view lives.
   *
   * @param told is called once {@link #revision} shows the change, on the thread that brings
   *     changes: it must not take long
   */
  void onChange(String group, String plural, Runnable told);
}
