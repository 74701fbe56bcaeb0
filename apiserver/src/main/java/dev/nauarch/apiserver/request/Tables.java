package dev.nauarch.apiserver.request;

import dev.nauarch.api.catalog.Kind;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** Shows objects as rows of a table. */
public interface Tables {

  /**
   * A table.
   *
   * @param version the version of the Table kind, for example {@code v1}
   * @param include what of the object each row carries: {@code None}, {@code Metadata}, {@code
   *     Object}
   * @return with apiVersion, kind, columnDefinitions and rows, without list metadata
   */
  ObjectNode table(Kind kind, List<ObjectNode> objects, String version, String include);
}
