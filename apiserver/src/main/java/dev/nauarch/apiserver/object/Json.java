package dev.nauarch.apiserver.object;

import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** JSON trees: reading, writing, and the few look-ups that everything does. */
public final class Json {

  /** The mapper of the server's trees: exact decimals, no surprises about trailing text. */
  public static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(200)
                          .maxStringLength(4_000_000)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private Json() {}

  /** Reads bytes that the server itself has written. */
  public static ObjectNode read(byte[] bytes) {
    return (ObjectNode) MAPPER.readTree(bytes);
  }

  /**
   * The scalar at a path of fields, read without making a tree of the rest.
   *
   * @param bytes an object that the server itself has written
   * @return its text; empty where there is none, null or no scalar
   */
  static Optional<String> scalarAt(byte[] bytes, List<String> path) {
    try (var parser = MAPPER.createParser(bytes)) {
      var depth = 0;
      parser.nextToken();
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        var isOnPath = parser.currentName().equals(path.get(depth));
        var token = parser.nextToken();
        if (!isOnPath) {
          parser.skipChildren();
        } else if (depth == path.size() - 1) {
          return token.isScalarValue() && token != JsonToken.VALUE_NULL
              ? Optional.of(parser.getString())
              : Optional.empty();
        } else if (token == JsonToken.START_OBJECT) {
          depth++;
        } else {
          return Optional.empty();
        }
      }
      return Optional.empty();
    }
  }

  /** Writes a tree. */
  public static byte[] write(JsonNode node) {
    return MAPPER.writeValueAsBytes(node);
  }

  /** Reads text; empty when it is no JSON object. */
  public static Optional<ObjectNode> parse(byte[] bytes) {
    try {
      return MAPPER.readTree(bytes) instanceof ObjectNode object
          ? Optional.of(object)
          : Optional.empty();
    } catch (JacksonException e) {
      return Optional.empty();
    }
  }

  /** An object without fields. */
  public static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** The text at a field; empty where there is none or it is no text. */
  public static String text(JsonNode node, String field) {
    var value = node.get(field);
    return value != null && value.isString() ? value.stringValue() : "";
  }

  /** The text at a path of fields; empty where there is none. */
  public static String text(JsonNode node, String first, String second) {
    var child = node.get(first);
    return child == null ? "" : text(child, second);
  }

  /** The object at a field; a new one that hangs nowhere where there is none. */
  public static ObjectNode child(JsonNode node, String field) {
    return node.get(field) instanceof ObjectNode object ? object : object();
  }

  /** The object at a field, which is made where there is none. */
  public static ObjectNode childOf(ObjectNode node, String field) {
    return node.get(field) instanceof ObjectNode object ? object : node.putObject(field);
  }
}
