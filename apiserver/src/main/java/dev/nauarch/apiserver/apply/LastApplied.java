package dev.nauarch.apiserver.apply;

import dev.nauarch.api.catalog.Kind;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The annotation in which kubectl keeps what it applied from the client's side. It is why an object
 * can move from client-side to server-side apply, and back, without conflicts.
 */
final class LastApplied {

  /** The manager that upgrades; others opt out by their name. */
  static final String MANAGER = "kubectl";

  private static final String ANNOTATION = "kubectl.kubernetes.io/last-applied-configuration";

  /** All annotations of an object together, in bytes. */
  private static final int ANNOTATIONS_BYTES_MAX = 256 * 1024;

  private static final JsonMapper SORTED =
      JsonMapper.builder().enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED).build();

  private LastApplied() {}

  /** The fields that kubectl applied last and that still have their values; empty for none. */
  static FieldSet fields(ObjectNode live, Kind kind) {
    var text = annotation(live).asString("");
    try {
      var applied = SORTED.readTree(text);
      var isOfVersion = applied.path("apiVersion").asString("").equals(kind.apiVersion());
      if (!applied.isObject() || !isOfVersion) {
        return FieldSet.EMPTY;
      }
      var shape = Shape.of(kind.schema());
      var comparison = Comparison.of(shape, applied, live);
      return FieldSetOf.value(shape, applied)
          .difference(comparison.modified())
          .difference(comparison.added())
          .difference(comparison.removed());
    } catch (JacksonException malformed) {
      return FieldSet.EMPTY;
    }
  }

  /** The object with the annotation brought up to date, where it has one. */
  static ObjectNode refreshed(ObjectNode object, ObjectNode applied) {
    if (annotation(object).asString("").isEmpty()) {
      return object;
    }
    var configuration = applied.deepCopy();
    if (configuration.path("metadata").path("annotations") instanceof ObjectNode annotations) {
      annotations.remove(ANNOTATION);
    }
    var result = object.deepCopy();
    var annotations = (ObjectNode) result.path("metadata").path("annotations");
    annotations.put(ANNOTATION, SORTED.writeValueAsString(configuration) + "\n");
    if (bytes(annotations) > ANNOTATIONS_BYTES_MAX) {
      annotations.remove(ANNOTATION);
    }
    return result;
  }

  private static long bytes(ObjectNode annotations) {
    return annotations.properties().stream()
        .mapToLong(entry -> entry.getKey().length() + entry.getValue().asString("").length())
        .sum();
  }

  private static JsonNode annotation(ObjectNode object) {
    var annotations = object.path("metadata").path("annotations");
    return annotations.isObject()
        ? annotations.path(ANNOTATION)
        : JsonNodeFactory.instance.missingNode();
  }
}
