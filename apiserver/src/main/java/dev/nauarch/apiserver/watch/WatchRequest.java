package dev.nauarch.apiserver.watch;

import dev.nauarch.apiserver.object.FieldSelector;
import dev.nauarch.apiserver.object.LabelSelector;
import dev.nauarch.apiserver.object.StoredObject;

/**
 * Which objects of a resource a list or a watch is about.
 *
 * @param namespace of one namespace; empty for all
 * @param name the one object of that name; empty for all
 * @param labels by labels
 * @param fields by fields
 */
public record WatchRequest(
    String namespace, String name, LabelSelector labels, FieldSelector fields) {

  /** Everything. */
  public static final WatchRequest ALL =
      new WatchRequest("", "", LabelSelector.ALL, FieldSelector.ALL);

  /** The part of the keys that all selected objects share. */
  public String prefix() {
    return namespace.isEmpty() ? "" : namespace + "/";
  }

  /** Whether an object lies in the namespace and has the name. */
  public boolean isInScope(StoredObject object) {
    return (namespace.isEmpty() || object.key().startsWith(prefix()))
        && (name.isEmpty() || object.name().equals(name));
  }

  /** Whether the selectors pick everything in scope. */
  public boolean selectsAll() {
    return labels.isEmpty() && fields.isEmpty();
  }

  /** Whether the selectors pick an object that is in scope. */
  public boolean selects(StoredObject object) {
    return (fields.isEmpty() || fields.matches(object))
        && (labels.isEmpty() || labels.matches(object.labels()));
  }
}
