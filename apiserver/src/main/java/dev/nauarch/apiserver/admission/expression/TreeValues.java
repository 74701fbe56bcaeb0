package dev.nauarch.apiserver.admission.expression;

import dev.nauarch.expression.CelEnvironment;
import dev.nauarch.expression.MadeObject;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** JSON trees as values of expressions, and back. */
public final class TreeValues {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final List<String> TIMES = List.of("creationTimestamp", "deletionTimestamp");

  private static final Optional<Instant> NO_TIME = Optional.empty();

  private TreeValues() {}

  /** An object, or null where there is none. */
  public static Object of(Optional<ObjectNode> object) {
    return object.map(TreeValues::of).orElse(CelEnvironment.NULL);
  }

  /** Any value. */
  public static Object of(JsonNode json) {
    return switch (json.getNodeType()) {
      case OBJECT -> {
        var map = new HashMap<String, Object>();
        json.properties().forEach(entry -> map.put(entry.getKey(), of(entry.getValue())));
        yield map;
      }
      case ARRAY -> {
        var list = new ArrayList<Object>(json.size());
        json.forEach(item -> list.add(of(item)));
        yield list;
      }
      case STRING -> json.stringValue();
      case BOOLEAN -> json.booleanValue();
      case NUMBER ->
          json.isIntegralNumber() && json.canConvertToLong()
              ? (Object) json.longValue()
              : (Object) json.doubleValue();
      default -> CelEnvironment.NULL;
    };
  }

  /** A Namespace, of which expressions know fewer fields than there are. */
  public static Object ofNamespace(Optional<ObjectNode> namespace) {
    if (namespace.isEmpty()) {
      return CelEnvironment.NULL;
    }
    var value = new HashMap<String, Object>();
    for (var part : List.of("metadata", "spec", "status")) {
      var fields = new HashMap<String, Object>();
      for (var field : namespace.get().path(part).properties()) {
        var time = TIMES.contains(field.getKey()) ? time(field.getValue().asString("")) : NO_TIME;
        fields.put(field.getKey(), time.isPresent() ? time.get() : of(field.getValue()));
      }
      value.put(part, fields);
    }
    return value;
  }

  /**
   * The JSON of what an expression has made.
   *
   * @throws IllegalArgumentException for a value that JSON has not
   */
  public static JsonNode json(Object value) {
    return switch (value) {
      case String text -> NODES.stringNode(text);
      case Boolean flag -> NODES.booleanNode(flag);
      case Long number -> NODES.numberNode(number);
      case Integer number -> NODES.numberNode(number);
      case Double number -> NODES.numberNode(number);
      case Instant time -> NODES.stringNode(time.toString());
      case Duration duration -> NODES.stringNode(duration.toSeconds() + "s");
      case MadeObject object -> fields(object.fields());
      case Map<?, ?> map -> fields(map);
      case List<?> list -> {
        var array = NODES.arrayNode();
        list.forEach(item -> array.add(json(item)));
        yield array;
      }
      default -> {
        if (value.equals(CelEnvironment.NULL)) {
          yield NODES.nullNode();
        }
        var bytes = CelEnvironment.bytes(value);
        if (bytes.isPresent()) {
          yield NODES.stringNode(Base64.getEncoder().encodeToString(bytes.get()));
        }
        throw new IllegalArgumentException(
            "a value of " + value.getClass().getSimpleName() + " has no form in JSON");
      }
    };
  }

  private static ObjectNode fields(Map<?, ?> map) {
    var object = NODES.objectNode();
    for (var entry : map.entrySet()) {
      if (!(entry.getKey() instanceof String name)) {
        throw new IllegalArgumentException("map key " + entry.getKey() + " is not string");
      }
      object.set(name, json(entry.getValue()));
    }
    return object;
  }

  /** A time as text; empty where it is none. */
  private static Optional<Instant> time(String text) {
    try {
      return Optional.of(OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeException malformed) {
      return Optional.empty();
    }
  }
}
