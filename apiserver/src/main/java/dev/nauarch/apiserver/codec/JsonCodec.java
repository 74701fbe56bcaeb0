package dev.nauarch.apiserver.codec;

import dev.nauarch.apiserver.object.Json;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.UnexpectedEndOfInputException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads and writes JSON. Numbers become what Kubernetes makes of them: a whole number that fits 64
 * bits is an integer, however it is written; every other is a double.
 */
public final class JsonCodec {

  private static final double LONG_LIMIT = 0x1p63;
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(Json.DEPTH_MAX)
                          .maxStringLength(Integer.MAX_VALUE)
                          .build())
                  .build())
          .build();

  private JsonCodec() {}

  /** Reads an object; null is one without fields. */
  public static Decoded decode(byte[] bytes) throws DecodingException {
    try (var parser = MAPPER.createParser(bytes)) {
      var first = parser.nextToken();
      if (first != JsonToken.START_OBJECT && first != JsonToken.VALUE_NULL) {
        throw new DecodingException(
            "couldn't get version/kind; json parse error: " + notAnObject(parser));
      }
      var reading = new Reading(parser, hasSurrogates(bytes));
      var object =
          first == JsonToken.VALUE_NULL ? NODES.objectNode() : reading.object(FieldPath.ROOT);
      if (parser.nextToken() != null) {
        throw new DecodingException(
            "couldn't get version/kind; json parse error: unexpected data after top-level value");
      }
      return new Decoded(object, reading.duplicates);
    } catch (JacksonException malformed) {
      throw new DecodingException(
          "couldn't get version/kind; json parse error: " + message(malformed), malformed);
    }
  }

  /**
   * Any value.
   *
   * @param duplicateFields as for an object
   */
  public record Value(JsonNode value, List<String> duplicateFields) {}

  /** Reads any value, for example a JSON patch. */
  public static Value decodeValue(byte[] bytes) throws DecodingException {
    try (var parser = MAPPER.createParser(bytes)) {
      if (parser.nextToken() == null) {
        throw new DecodingException("unexpected end of JSON input");
      }
      var reading = new Reading(parser, hasSurrogates(bytes));
      var value = reading.value(FieldPath.ROOT);
      if (parser.nextToken() != null) {
        throw new DecodingException("unexpected data after top-level value");
      }
      return new Value(value, reading.duplicates);
    } catch (JacksonException malformed) {
      throw new DecodingException(message(malformed), malformed);
    }
  }

  /**
   * Problems in the order in which their fields stand in a document that could be read; each once.
   *
   * @param problems of which each ends with a quoted field, and duplicate fields are in the order
   *     of the document
   */
  public static List<String> inOrder(byte[] bytes, Collection<String> problems) {
    var order = new ProblemOrder(problems);
    try (var parser = MAPPER.createParser(bytes)) {
      order.read(parser);
    }
    return order.found();
  }

  /** Whether a text may hold one half of a pair: only an escape can write that. */
  private static boolean hasSurrogates(byte[] bytes) {
    for (var i = 0; i + 2 < bytes.length; i++) {
      if (bytes[i] == '\\' && bytes[i + 1] == 'u' && (bytes[i + 2] | 0x20) == 'd') {
        return true;
      }
    }
    return false;
  }

  /** A text in which what can't be written as UTF-8 is replaced by the sign for that. */
  static String wellFormed(String text) {
    var result = new StringBuilder(text);
    for (var i = 0; i < result.length(); i++) {
      var isPair =
          i + 1 < result.length()
              && Character.isSurrogatePair(result.charAt(i), result.charAt(i + 1));
      if (isPair) {
        i++;
      } else if (Character.isSurrogate(result.charAt(i))) {
        result.setCharAt(i, '\ufffd');
      }
    }
    return result.toString();
  }

  /** A number as Kubernetes keeps it. */
  static JsonNode number(double value) {
    return value == Math.rint(value) && Math.abs(value) < LONG_LIMIT
        ? NODES.numberNode((long) value)
        : NODES.numberNode(value);
  }

  private static String notAnObject(JsonParser parser) {
    var token = parser.currentToken();
    if (token == null) {
      return "unexpected end of JSON input";
    }
    var found =
        switch (token) {
          case START_ARRAY -> "array";
          case VALUE_STRING -> "string";
          case VALUE_TRUE, VALUE_FALSE -> "bool";
          default -> "number";
        };
    return "json: cannot unmarshal "
        + found
        + " into Go value of type struct { APIVersion string; Kind string }";
  }

  private static String message(JacksonException malformed) {
    return switch (malformed) {
      case UnexpectedEndOfInputException end -> "unexpected end of JSON input";
      case StreamConstraintsException beyond ->
          "a number, a name or the nesting exceeds what is taken: values are nested up to "
              + Json.DEPTH_MAX
              + " deep";
      default -> {
        var where = malformed.getLocation();
        yield "invalid JSON at line " + where.getLineNr() + ", column " + where.getColumnNr();
      }
    };
  }

  /** Builds a tree of one parser's tokens. */
  private static final class Reading {
    private final JsonParser parser;
    private final boolean hasSurrogates;
    private final List<String> duplicates = new ArrayList<>();

    Reading(JsonParser parser, boolean hasSurrogates) {
      this.parser = parser;
      this.hasSurrogates = hasSurrogates;
    }

    private String text(String read) {
      return hasSurrogates ? wellFormed(read) : read;
    }

    /** Reads the value whose first token is the parser's current one. */
    JsonNode value(FieldPath path) {
      return switch (parser.currentToken()) {
        case START_OBJECT -> object(path);
        case START_ARRAY -> array(path);
        case VALUE_STRING -> NODES.stringNode(text(parser.getString()));
        case VALUE_TRUE -> NODES.booleanNode(true);
        case VALUE_FALSE -> NODES.booleanNode(false);
        case VALUE_NULL -> NODES.nullNode();
        case VALUE_NUMBER_INT -> integer();
        case VALUE_NUMBER_FLOAT -> number(parser.getDoubleValue());
        case null, default ->
            throw new IllegalStateException("no value starts with " + parser.currentToken());
      };
    }

    ObjectNode object(FieldPath path) {
      var object = NODES.objectNode();
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        var name = text(parser.currentName());
        var field = path.property(name);
        parser.nextToken();
        if (object.replace(name, value(field)) != null) {
          duplicates.add("duplicate field \"" + field + "\"");
        }
      }
      return object;
    }

    private ArrayNode array(FieldPath path) {
      var array = NODES.arrayNode();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        array.add(value(path.item(array.size())));
      }
      return array;
    }

    private JsonNode integer() {
      return switch (parser.getNumberType()) {
        case INT, LONG -> NODES.numberNode(parser.getLongValue());
        default -> number(parser.getDoubleValue());
      };
    }
  }
}
