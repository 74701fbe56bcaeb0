package dev.nauarch.apiserver.registry.subresource;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.FieldError;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.object.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An object seen as a {@code Scale}: how many replicas it wants, has, and how to find them.
 *
 * @param kind the object's kind
 */
public record ScaleView(Kind kind) {

  private static final Pattern DOT = Pattern.compile("\\.");

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
    var replicas = at(object, "specReplicasPath", ".spec.replicas");
    scale.putObject("spec").put("replicas", replicas.asInt(0));
    var status = scale.putObject("status");
    status.put("replicas", at(object, "statusReplicasPath", ".status.replicas").asInt(0));
    var labels = at(object, "labelSelectorPath", ".spec.selector");
    var selector = labels.isString() ? labels.stringValue() : selector(labels);
    if (!selector.isEmpty()) {
      status.put("selector", selector);
    }
    return scale;
  }

  /** An object with the replicas that a scale asks for. */
  public ObjectNode scaled(ObjectNode object, ObjectNode scale) {
    var name = Json.text(scale, "metadata", "name");
    var own = Json.text(object, "metadata", "name");
    if (!name.isEmpty() && !name.equals(own)) {
      throw ApiException.badRequest(
          "the name of the object (" + name + ") does not match the name on the URL (" + own + ")");
    }
    var replicas = scale.path("spec").path("replicas");
    if (replicas.asInt(0) < 0) {
      throw ApiException.invalid(
          "autoscaling",
          "Scale",
          Json.text(object, "metadata", "name"),
          List.of(
              FieldError.invalid(
                  "spec.replicas", replicas.toString(), "must be greater than or equal to 0")));
    }
    var changed = object.deepCopy();
    var steps = steps("specReplicasPath", ".spec.replicas");
    var holder = changed;
    for (var step : steps.subList(0, steps.size() - 1)) {
      holder = Json.childOf(holder, step);
    }
    holder.put(steps.getLast(), replicas.asInt(0));
    for (var field : List.of("resourceVersion", "uid")) {
      var value = Json.text(scale, "metadata", field);
      if (!value.isEmpty()) {
        Json.childOf(changed, "metadata").put(field, value);
      }
    }
    return changed;
  }

  private JsonNode at(ObjectNode object, String path, String byDefault) {
    JsonNode node = object;
    for (var step : steps(path, byDefault)) {
      node = node.path(step);
    }
    return node;
  }

  /** The fields that lead to a value: those that a definition names, or those of every other. */
  private List<String> steps(String path, String byDefault) {
    var paths = kind.subresource("scale").map(Kind.Subresource::paths).orElse(Map.of());
    var place = paths.isEmpty() ? byDefault : paths.getOrDefault(path, "");
    return place.isEmpty() ? List.of("") : DOT.splitAsStream(place).skip(1).toList();
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
