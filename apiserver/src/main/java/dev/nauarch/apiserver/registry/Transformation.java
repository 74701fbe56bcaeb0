package dev.nauarch.apiserver.registry;

import tools.jackson.databind.node.ObjectNode;

/** Says what an object shall be, given what it is; may be asked again when it changed meanwhile. */
@FunctionalInterface
public interface Transformation {

  /**
   * The object as it shall be.
   *
   * @param current the object as it is, with its resourceVersion; must not be changed
   * @return a tree that becomes the registry's own
   */
  ObjectNode apply(ObjectNode current);
}
