package dev.nauarch.apiserver.request;

import dev.nauarch.api.catalog.Kind;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Shows objects as rows of a table. */
public interface Tables {

  /** The columns of a kind. */
  ArrayNode columns(Kind kind);

  /**
   * The row of an object.
   *
   * @param include what of the object it carries: {@code None}, {@code Metadata}, {@code Object}
   */
  ObjectNode row(Kind kind, ObjectNode object, String include);
}
