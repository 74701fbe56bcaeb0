package dev.nauarch.apiserver;

import dev.nauarch.api.catalog.Kind;
import dev.nauarch.api.catalog.Schema;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes objects of any kind with every field set, by a seed: each value is in the form in which
 * Kubernetes itself writes it, and no two texts or numbers of an object are the same, so that a
 * value that ends up in a wrong place shows. They are well formed, and not valid.
 */
public final class GeneratedObjects {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final List<String> QUANTITIES =
      List.of("1", "100m", "1500m", "3k", "64Ki", "512Mi", "80Gi", "2Ti", "7500u", "12");

  /** How often a definition may stand inside itself: schemas hold schemas. */
  private static final int RECURSION_MAX = 2;

  private static final int ITEMS_MAX = 3;

  private final Random random;
  private final List<String> definitions = new ArrayList<>();
  private int count;

  /** Objects of a seed. */
  public GeneratedObjects(long seed) {
    random = new Random(seed);
    // Objects of different seeds have nothing in common.
    count = Math.floorMod((int) seed, 1000) * 10_000;
  }

  /** An object of a kind. */
  public ObjectNode object(Kind kind) {
    var object = (ObjectNode) value(kind.schema());
    return object.put("apiVersion", kind.apiVersion()).put("kind", kind.kind());
  }

  /** The same text for objects that are the same but for the order of their fields. */
  public static String canonical(JsonNode node) {
    if (node instanceof ObjectNode object) {
      var sorted = new TreeMap<String, String>();
      object.properties().forEach(e -> sorted.put(e.getKey(), canonical(e.getValue())));
      var text = new StringBuilder("{\n");
      sorted.forEach(
          (key, value) -> text.append('"').append(key).append("\":").append(value).append(",\n"));
      return text.append('}').toString();
    }
    if (node.isArray()) {
      var text = new StringBuilder("[");
      node.forEach(item -> text.append(canonical(item)).append(','));
      return text.append(']').toString();
    }
    return node.toString();
  }

  /** A value of a form. */
  public JsonNode value(Schema schema) {
    if (!schema.enumeration().isEmpty()) {
      return schema.enumeration().get(random.nextInt(schema.enumeration().size()));
    }
    return switch (schema.shortName()) {
      case "Quantity" -> NODES.stringNode(QUANTITIES.get(random.nextInt(QUANTITIES.size())));
      case "Time" -> NODES.stringNode("2026-01-%02dT00:00:%02dZ".formatted(day(), day()));
      case "MicroTime" -> NODES.stringNode("2026-01-%02dT00:00:07.%06dZ".formatted(day(), next()));
      case "Duration" -> NODES.stringNode("1h" + day() + "m0s");
      case "RawExtension", "FieldsV1", "JSON" -> free();
      case "JSONSchemaPropsOrBool" -> NODES.booleanNode(random.nextBoolean());
      case "JSONSchemaPropsOrArray" -> NODES.objectNode().put("description", text());
      case "JSONSchemaPropsOrStringArray" -> NODES.arrayNode().add(text()).add(text());
      case "ExtraValue" -> NODES.arrayNode().add(text());
      default -> plain(schema);
    };
  }

  private JsonNode plain(Schema schema) {
    return switch (schema.type()) {
      case OBJECT -> object(schema);
      case ARRAY -> {
        var array = NODES.arrayNode();
        for (var left = 1 + random.nextInt(ITEMS_MAX); left > 0; left--) {
          schema.items().ifPresent(items -> array.add(value(items)));
        }
        yield array;
      }
      case STRING ->
          schema.format().equals("byte")
              ? NODES.stringNode(
                  Base64.getEncoder()
                      .encodeToString(("\u0000" + text()).getBytes(StandardCharsets.UTF_8)))
              : NODES.stringNode(text());
      case INTEGER -> NODES.numberNode((long) next());
      case NUMBER -> NODES.numberNode(next() + 0.25);
      case BOOLEAN -> NODES.booleanNode(true);
      case INT_OR_STRING ->
          random.nextBoolean() ? NODES.numberNode((long) next()) : NODES.stringNode(next() + "%");
      case ANY -> free();
    };
  }

  private ObjectNode object(Schema schema) {
    var object = NODES.objectNode();
    definitions.add(schema.definition());
    for (var name : schema.propertyNames()) {
      var form = schema.property(name).orElseThrow();
      if (!isTooDeep(form) && !isTypeOfInnerObject(schema, name)) {
        object.set(name, value(form));
      }
    }
    schema
        .additionalProperties()
        .filter(values -> !isTooDeep(values))
        .ifPresent(
            values -> {
              for (var left = 1 + random.nextInt(2); left > 0; left--) {
                object.set(text(), value(values));
              }
            });
    definitions.removeLast();
    return schema.preservesUnknownFields() && object.isEmpty() ? free() : object;
  }

  /** An object inside another says what it is in JSON, and can't in protobuf. */
  private boolean isTypeOfInnerObject(Schema holder, String name) {
    return definitions.size() > 1
        && holder.hasGoType()
        && holder.fieldNumber(name) == 0
        && (name.equals("apiVersion") || name.equals("kind"));
  }

  private boolean isTooDeep(Schema form) {
    var inner = form.items().or(form::additionalProperties).orElse(form);
    return !inner.definition().isEmpty()
        && definitions.stream().filter(inner.definition()::equals).count() >= RECURSION_MAX;
  }

  private ObjectNode free() {
    return NODES.objectNode().put(text(), text()).set(text(), NODES.arrayNode().add(text()));
  }

  private String text() {
    return "t" + next();
  }

  private int day() {
    return 1 + random.nextInt(28);
  }

  private int next() {
    count++;
    return count;
  }
}
