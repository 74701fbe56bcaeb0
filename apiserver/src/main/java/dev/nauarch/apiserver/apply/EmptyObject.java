package dev.nauarch.apiserver.apply;

import dev.nauarch.api.catalog.Kind;
import dev.nauarch.api.catalog.Schema;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What an object of a kind is before anything is set. Objects of Kubernetes' own kinds always have
 * their large parts, and nobody owns those as such ({@code spec}, {@code spec.template.metadata});
 * a custom resource has nothing.
 */
final class EmptyObject {

  private static final List<String> PARTS =
      List.of(
          "metadata", "spec", "status", "template", "strategy", "updateStrategy", "jobTemplate");

  /** Pod templates lie no deeper. */
  private static final int DEPTH_MAX = 6;

  private EmptyObject() {}

  static ObjectNode of(Kind kind) {
    return kind.schema().definition().startsWith("io.k8s.api.")
        ? parts(kind.schema(), 0)
        : JsonNodeFactory.instance.objectNode();
  }

  private static ObjectNode parts(Schema schema, int depth) {
    var result = JsonNodeFactory.instance.objectNode();
    if (depth > DEPTH_MAX) {
      return result;
    }
    for (var name : PARTS) {
      schema
          .property(name)
          .filter(part -> part.type() == Schema.Type.OBJECT && !part.propertyNames().isEmpty())
          .ifPresent(part -> result.set(name, parts(part, depth + 1)));
    }
    for (var name : schema.required()) {
      schema
          .property(name)
          .filter(list -> list.type() == Schema.Type.ARRAY)
          .<JsonNode>map(_ -> JsonNodeFactory.instance.nullNode())
          .ifPresent(none -> result.set(name, none));
    }
    return result;
  }
}
