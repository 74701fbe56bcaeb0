package dev.nauarch.apiserver.codec;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.CoreSchema;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Reads and writes YAML: one document, no tags beyond those of JSON, aliases within a bound. */
public final class YamlCodec {

  private static final int ALIASES_MAX = 50;
  private static final int DEPTH_MAX = 500;
  // A document of 3 MB can't hold more values than this without aliases of aliases.
  private static final int VALUES_MAX = 1_500_000;
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private YamlCodec() {}

  /** Reads an object. */
  public static Decoded decode(byte[] bytes) throws DecodingException {
    var settings =
        LoadSettings.builder()
            .setSchema(new CoreSchema())
            .setMaxAliasesForCollections(ALIASES_MAX)
            .setCodePointLimit(Integer.MAX_VALUE)
            .build();
    try {
      var text = new String(bytes, StandardCharsets.UTF_8);
      refuseDeepNesting(new Parse(settings).parseString(text));
      var document = new Compose(settings).composeString(text);
      var reading = new Reading();
      if (document.isPresent() && document.get() instanceof MappingNode mapping) {
        return new Decoded(reading.object(mapping, FieldPath.ROOT, 0), reading.duplicates);
      }
      throw new DecodingException("error converting YAML to JSON: yaml: the document is no object");
    } catch (YamlEngineException malformed) {
      throw new DecodingException(
          "error converting YAML to JSON: yaml: " + firstLine(malformed), malformed);
    }
  }

  /** Composing recurses, so the depth is counted before, on the flat sequence of events. */
  private static void refuseDeepNesting(Iterable<Event> events) throws DecodingException {
    var depth = 0;
    for (var event : events) {
      depth +=
          switch (event.getEventId()) {
            case MappingStart, SequenceStart -> 1;
            case MappingEnd, SequenceEnd -> -1;
            default -> 0;
          };
      if (depth > DEPTH_MAX) {
        throw new DecodingException(
            "error converting YAML to JSON: yaml: exceeded max depth of " + DEPTH_MAX);
      }
    }
  }

  /** Writes a value. */
  public static byte[] encode(JsonNode value) {
    var settings = DumpSettings.builder().setDefaultFlowStyle(FlowStyle.BLOCK).build();
    return new Dump(settings).dumpToString(plain(value)).getBytes(StandardCharsets.UTF_8);
  }

  private static String firstLine(YamlEngineException malformed) {
    var text = malformed.getMessage();
    return text == null ? "malformed" : text.lines().findFirst().orElse("");
  }

  private static Object plain(JsonNode value) {
    return switch (value) {
      case ObjectNode object -> {
        Map<String, Object> map = new LinkedHashMap<>();
        object.properties().forEach(entry -> map.put(entry.getKey(), plain(entry.getValue())));
        yield map;
      }
      case ArrayNode array -> {
        List<Object> list = new ArrayList<>();
        array.forEach(item -> list.add(plain(item)));
        yield list;
      }
      default -> scalar(value);
    };
  }

  @SuppressWarnings("NullAway") // null is how the library writes YAML's null.
  private static Object scalar(JsonNode value) {
    return switch (value.getNodeType()) {
      case BOOLEAN -> value.booleanValue();
      case NUMBER -> value.numberValue();
      case NULL, MISSING -> null;
      default -> value.asString();
    };
  }

  /** Turns one document's nodes into a tree. */
  private static final class Reading {
    private final List<String> duplicates = new ArrayList<>();
    private int values;

    private JsonNode value(Node node, FieldPath path, int depth) throws DecodingException {
      values++;
      if (values > VALUES_MAX || depth > DEPTH_MAX) {
        throw new DecodingException(
            "error converting YAML to JSON: yaml: document contains excessive aliasing");
      }
      return switch (node) {
        case MappingNode mapping -> object(mapping, path, depth);
        case SequenceNode sequence -> {
          var array = NODES.arrayNode();
          for (var item : sequence.getValue()) {
            array.add(value(item, path.item(array.size()), depth + 1));
          }
          yield array;
        }
        case ScalarNode scalar -> scalar(scalar);
        default -> throw new IllegalStateException("a composed document holds " + node.getTag());
      };
    }

    ObjectNode object(MappingNode mapping, FieldPath path, int depth) throws DecodingException {
      var object = NODES.objectNode();
      for (var entry : mapping.getValue()) {
        if (!(entry.getKeyNode() instanceof ScalarNode key)) {
          throw new DecodingException(
              "error converting YAML to JSON: yaml: a key of " + path + " is no scalar");
        }
        var field = path.property(key.getValue());
        var value = value(entry.getValueNode(), field, depth + 1);
        if (object.replace(key.getValue(), value) != null) {
          duplicates.add("duplicate field \"" + field + "\"");
        }
      }
      return object;
    }

    private static JsonNode scalar(ScalarNode scalar) throws DecodingException {
      var text = scalar.getValue();
      var tag = scalar.getTag();
      try {
        if (tag.equals(Tag.NULL)) {
          return NODES.nullNode();
        } else if (tag.equals(Tag.BOOL)) {
          return NODES.booleanNode(Boolean.parseBoolean(text));
        } else if (tag.equals(Tag.INT)) {
          return integer(text);
        } else if (tag.equals(Tag.FLOAT)) {
          return JsonCodec.number(Double.parseDouble(text));
        }
      } catch (NumberFormatException malformed) {
        throw new DecodingException(
            "error converting YAML to JSON: yaml: \"" + text + "\" is no number", malformed);
      }
      return NODES.stringNode(text);
    }

    private static JsonNode integer(String text) {
      if (text.startsWith("0x")) {
        return NODES.numberNode(Long.parseLong(text.substring(2), 16));
      }
      if (text.startsWith("0o")) {
        return NODES.numberNode(Long.parseLong(text.substring(2), 8));
      }
      try {
        return NODES.numberNode(Long.parseLong(text));
      } catch (NumberFormatException beyondLong) {
        return JsonCodec.number(Double.parseDouble(text));
      }
    }
  }
}
