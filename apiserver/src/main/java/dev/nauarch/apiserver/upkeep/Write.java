package dev.nauarch.apiserver.upkeep;

import java.util.function.UnaryOperator;
import tools.jackson.databind.node.ObjectNode;

/** A write that a chore wants. Namespaces are empty for cluster scope. */
public sealed interface Write {

  /** Creates an object; one that is there already is left alone. */
  record Create(String plural, ObjectNode object) implements Write {}

  /**
   * Changes an object; one that is gone is left alone.
   *
   * @param subresource empty for the object itself
   * @param change makes the new object of a copy of the current one, in place or not
   */
  record Change(
      String plural,
      String namespace,
      String name,
      String subresource,
      UnaryOperator<ObjectNode> change)
      implements Write {}

  /**
   * Deletes an object.
   *
   * @param uid which one of that name
   */
  record Delete(String plural, String namespace, String name, String uid) implements Write {}
}
