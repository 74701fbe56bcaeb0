package dev.nauarch.apiserver.object;

import dev.nauarch.api.JsonBytes;
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

  /**
   * How deep an object may be nested that comes from outside. What the server adds to it, its
   * managedFields foremost, may nest a little deeper.
   */
  public static final int DEPTH_MAX = 200;

  /** The mapper of the server's trees: exact decimals, no surprises about trailing text. */
  public static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(2 * DEPTH_MAX)
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
    var at = 0;
    for (var name : path) {
      at = JsonBytes.member(bytes, at, name);
      if (at < 0) {
        return Optional.empty();
      }
    }
    try (var parser = MAPPER.createParser(bytes, at, JsonBytes.end(bytes, at) - at)) {
      var token = parser.nextToken();
      return token.isScalarValue() && token != JsonToken.VALUE_NULL
          ? Optional.of(parser.getString())
          : Optional.empty();
    }
  }

  /** Writes a tree. */
  public static byte[] write(JsonNode node) {
    return TreeWriter.write(node);
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

  /** A text as JSON writes it, for messages. */
  public static String quoted(String text) {
    return MAPPER.writeValueAsString(text);
  }

  /** An object without fields. */
  public static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** Whether a value is nested deeper than so many levels. */
  public static boolean isDeeper(JsonNode node, int levels) {
    if (!node.isContainer()) {
      return false;
    }
    if (levels <= 0) {
      return true;
    }
    for (var child : node) {
      if (isDeeper(child, levels - 1)) {
        return true;
      }
    }
    return false;
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
