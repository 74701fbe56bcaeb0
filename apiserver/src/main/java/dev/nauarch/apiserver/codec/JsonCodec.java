package dev.nauarch.apiserver.codec;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.StreamReadException;
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

  private static final int DEPTH_MAX = 1000;
  private static final double LONG_LIMIT = 0x1p63;
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(DEPTH_MAX)
                          .maxStringLength(Integer.MAX_VALUE)
                          .build())
                  .build())
          .build();

  private JsonCodec() {}

  /** Reads an object. */
  public static Decoded decode(byte[] bytes) throws DecodingException {
    try (var parser = MAPPER.createParser(bytes)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new DecodingException(
            "couldn't get version/kind; json parse error: " + notAnObject(parser));
      }
      var reading = new Reading(parser);
      var object = reading.object(FieldPath.ROOT);
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

  /** Reads any value, for example a JSON patch. */
  public static JsonNode decodeValue(byte[] bytes) throws DecodingException {
    try (var parser = MAPPER.createParser(bytes)) {
      if (parser.nextToken() == null) {
        throw new DecodingException("unexpected end of JSON input");
      }
      var value = new Reading(parser).value(FieldPath.ROOT);
      if (parser.nextToken() != null) {
        throw new DecodingException("unexpected data after top-level value");
      }
      return value;
    } catch (JacksonException malformed) {
      throw new DecodingException(message(malformed), malformed);
    }
  }

  /** Writes a value. */
  public static byte[] encode(JsonNode value) {
    return MAPPER.writeValueAsBytes(value);
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
          case VALUE_NULL -> "null";
          default -> "number";
        };
    return "json: cannot unmarshal "
        + found
        + " into Go value of type struct { APIVersion string; Kind string }";
  }

  private static String message(JacksonException malformed) {
    var where = malformed.getLocation();
    var text = malformed.getOriginalMessage();
    return malformed instanceof StreamReadException && where != null
        ? text + " (line " + where.getLineNr() + ", column " + where.getColumnNr() + ")"
        : text;
  }

  /** Builds a tree of one parser's tokens. */
  private static final class Reading {
    private final JsonParser parser;
    private final List<String> duplicates = new ArrayList<>();

    Reading(JsonParser parser) {
      this.parser = parser;
    }

    /** Reads the value whose first token is the parser's current one. */
    JsonNode value(FieldPath path) {
      return switch (parser.currentToken()) {
        case START_OBJECT -> object(path);
        case START_ARRAY -> array(path);
        case VALUE_STRING -> NODES.stringNode(parser.getString());
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
        var name = parser.currentName();
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
