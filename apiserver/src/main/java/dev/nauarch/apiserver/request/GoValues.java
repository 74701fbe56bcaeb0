package dev.nauarch.apiserver.request;

import dev.nauarch.api.catalog.Schema;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * How Kubernetes speaks of a strategic merge patch: it never becomes JSON again, and so it shows Go
 * values and converts them.
 */
final class GoValues {

  private GoValues() {}

  /** A value as Go prints it, for example {@code map[a:[1 2] b:true]}. */
  static String text(JsonNode value) {
    return switch (value) {
      case ObjectNode object ->
          object.properties().stream()
              .map(entry -> entry.getKey() + ":" + text(entry.getValue()))
              .sorted()
              .collect(Collectors.joining(" ", "map[", "]"));
      case ArrayNode list ->
          list.values().stream().map(GoValues::text).collect(Collectors.joining(" ", "[", "]"));
      default -> value.isNull() ? "<nil>" : value.asString();
    };
  }

  /**
   * The first value that can't become a field's.
   *
   * @return what is said of it; empty where every value can, as far as its type tells
   */
  static Optional<String> misfit(JsonNode value, Schema form) {
    if (value.isNull()) {
      return Optional.empty();
    }
    return switch (form.type()) {
      case OBJECT -> value instanceof ObjectNode object ? inside(object, form) : notOf(value, form);
      case ARRAY -> value instanceof ArrayNode list ? inside(list, form) : notOf(value, form);
      case INTEGER -> value.isIntegralNumber() ? Optional.empty() : notOf(value, form);
      case NUMBER -> value.isNumber() ? Optional.empty() : notOf(value, form);
      case BOOLEAN -> value.isBoolean() ? Optional.empty() : notOf(value, form);
      case STRING ->
          // Quantities and times have words of their own.
          value.isString() || !form.definition().isEmpty() ? Optional.empty() : notOf(value, form);
      case INT_OR_STRING, ANY -> Optional.empty();
    };
  }

  private static Optional<String> inside(ObjectNode object, Schema form) {
    for (var entry : object.properties()) {
      var field = form.property(entry.getKey()).or(form::additionalProperties);
      var found = field.flatMap(of -> misfit(entry.getValue(), of));
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private static Optional<String> inside(ArrayNode list, Schema form) {
    return form.items()
        .flatMap(
            items ->
                list.values().stream().flatMap(item -> misfit(item, items).stream()).findFirst());
  }

  private static Optional<String> notOf(JsonNode value, Schema form) {
    var found = kind(value);
    var wanted =
        switch (form.type()) {
          case INTEGER -> form.format().isEmpty() ? "int64" : form.format();
          case NUMBER -> "float64";
          case BOOLEAN -> "bool";
          default -> "string";
        };
    var isNumberLike = value.isNumber() && form.type() == Schema.Type.INTEGER;
    var isLetter = value.isIntegralNumber() && form.type() == Schema.Type.STRING;
    return Optional.of(
        switch (form.type()) {
          case OBJECT ->
              form.additionalProperties().isPresent()
                  ? "cannot restore map from " + found
                  : "cannot restore struct from: " + found;
          case ARRAY -> "cannot restore slice from " + found;
          default ->
              isNumberLike || isLetter
                  ? "cannot convert " + found + " to " + wanted
                  : "unrecognized type: " + wanted;
        });
  }

  private static String kind(JsonNode value) {
    return switch (value.getNodeType()) {
      case OBJECT -> "map";
      case ARRAY -> "slice";
      case BOOLEAN -> "bool";
      case NUMBER -> value.isIntegralNumber() ? "int64" : "float64";
      default -> "string";
    };
  }
}
