package dev.nauarch.apiserver.registry.subresource;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.FieldError;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.object.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An object seen as a {@code Scale}: how many replicas it wants, has, and how to find them.
 *
 * @param kind the object's kind
 */
public record ScaleView(Kind kind) {

  /** The view of a kind that has it. */
  public static Optional<ScaleView> of(Kind kind) {
    return kind.subresource("scale").map(any -> new ScaleView(kind));
  }

  /** An object's scale. */
  public ObjectNode scale(ObjectNode object) {
    var scale = Json.object();
    scale.put("kind", "Scale");
    scale.put("apiVersion", "autoscaling/v1");
    var metadata = scale.putObject("metadata");
    for (var field : List.of("name", "namespace", "uid", "resourceVersion", "creationTimestamp")) {
      var value = Json.text(object, "metadata", field);
      if (!value.isEmpty()) {
        metadata.put(field, value);
      }
    }
    scale.putObject("spec").put("replicas", object.path("spec").path("replicas").asInt(0));
    var status = scale.putObject("status");
    status.put("replicas", object.path("status").path("replicas").asInt(0));
    var selector = selector(object.path("spec").path("selector"));
    if (!selector.isEmpty()) {
      status.put("selector", selector);
    }
    return scale;
  }

  /** An object with the replicas that a scale asks for. */
  public ObjectNode scaled(ObjectNode object, ObjectNode scale) {
    var replicas = scale.path("spec").path("replicas");
    if (replicas.isNumber() && replicas.asInt(0) < 0) {
      throw ApiException.invalid(
          "autoscaling",
          "Scale",
          Json.text(object, "metadata", "name"),
          List.of(
              FieldError.invalid(
                  "spec.replicas", replicas.toString(), "must be greater than or equal to 0")));
    }
    var changed = object.deepCopy();
    Json.childOf(changed, "spec").put("replicas", replicas.asInt(0));
    var version = Json.text(scale, "metadata", "resourceVersion");
    if (!version.isEmpty()) {
      Json.childOf(changed, "metadata").put("resourceVersion", version);
    }
    return changed;
  }

  /** A selector as text. */
  private static String selector(JsonNode selector) {
    var parts = new ArrayList<String>();
    for (var label : Json.child(selector, "matchLabels").properties()) {
      parts.add(label.getKey() + "=" + label.getValue().asString());
    }
    for (var expression : selector.path("matchExpressions")) {
      parts.add(expression(expression));
    }
    if (!selector.has("matchLabels") && !selector.has("matchExpressions")) {
      for (var label : selector.properties()) {
        parts.add(label.getKey() + "=" + label.getValue().asString(""));
      }
    }
    return String.join(",", parts);
  }

  private static String expression(JsonNode expression) {
    var key = Json.text(expression, "key");
    var values = new ArrayList<String>();
    expression.path("values").forEach(value -> values.add(value.asString()));
    var list = "(" + String.join(",", values) + ")";
    return switch (Json.text(expression, "operator")) {
      case "In" -> key + " in " + list;
      case "NotIn" -> key + " notin " + list;
      case "DoesNotExist" -> "!" + key;
      default -> key;
    };
  }
}
