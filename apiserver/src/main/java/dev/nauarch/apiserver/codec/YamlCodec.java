package dev.nauarch.apiserver.codec;

import dev.nauarch.apiserver.object.Json;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
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
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.representer.StandardRepresenter;
import org.snakeyaml.engine.v2.schema.CoreSchema;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Reads and writes YAML: one document, no tags beyond those of JSON, aliases within a bound. */
public final class YamlCodec {

  private static final int ALIASES_MAX = 50;
  // A document of 3 MB can't hold more values than this without aliases of aliases.
  private static final int VALUES_MAX = 1_500_000;
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private YamlCodec() {}

  /** Reads an object; a document with nothing in it is one without fields. */
  public static Decoded decode(byte[] bytes) throws DecodingException {
    try {
      var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return read(isFlow(text) ? withoutTabs(text) : text);
    } catch (CharacterCodingException notText) {
      throw new DecodingException(
          "error converting YAML to JSON: yaml: invalid UTF-8 octet", notText);
    } catch (YamlEngineException malformed) {
      throw new DecodingException(
          "error converting YAML to JSON: yaml: " + problem(malformed), malformed);
    }
  }

  private static Decoded read(String text) throws DecodingException {
    var settings =
        LoadSettings.builder()
            .setSchema(new CoreSchema())
            .setMaxAliasesForCollections(ALIASES_MAX)
            .setCodePointLimit(Integer.MAX_VALUE)
            .build();
    refuseDeepNesting(new Parse(settings).parseString(text));
    var document = new Compose(settings).composeString(text);
    var reading = new Reading();
    return switch (document.orElse(null)) {
      case null -> new Decoded(NODES.objectNode(), List.of());
      case MappingNode mapping ->
          new Decoded(reading.object(mapping, FieldPath.ROOT, 0), reading.problems());
      case ScalarNode scalar when scalar.getTag().equals(Tag.NULL) ->
          new Decoded(NODES.objectNode(), List.of());
      default -> throw malformed("the document is no object");
    };
  }

  /** Whether a text with tabs is written in braces, as JSON is: there indentation says nothing. */
  private static boolean isFlow(String text) {
    return text.indexOf('\t') >= 0 && text.stripLeading().startsWith("{");
  }

  /** The same with spaces for the tabs between words, which the library does not take. */
  private static String withoutTabs(String text) {
    var changed = new StringBuilder(text);
    var quote = ' ';
    for (var i = 0; i < text.length(); i++) {
      var letter = text.charAt(i);
      if (quote == ' ') {
        if (letter == '\t') {
          changed.setCharAt(i, ' ');
        } else if (letter == '"' || letter == '\'') {
          quote = letter;
        }
      } else if (letter == '\\' && quote == '"') {
        i++;
      } else if (letter == quote) {
        quote = ' ';
      }
    }
    return changed.toString();
  }

  private static DecodingException malformed(String why) {
    return new DecodingException("error converting YAML to JSON: yaml: " + why);
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
      if (depth > Json.DEPTH_MAX) {
        throw malformed("exceeded max depth of " + Json.DEPTH_MAX);
      }
    }
  }

  /** Writes a value. */
  public static byte[] encode(JsonNode value) {
    var settings = DumpSettings.builder().setDefaultFlowStyle(FlowStyle.BLOCK).build();
    return new Dump(settings, new Quoting(settings))
        .dumpToString(plain(value))
        .getBytes(StandardCharsets.UTF_8);
  }

  /** Quotes texts that readers of YAML 1.1 would take for something else. */
  private static final class Quoting extends StandardRepresenter {
    Quoting(DumpSettings settings) {
      super(settings);
    }

    @Override
    protected Node representScalar(Tag tag, String text, ScalarStyle style) {
      var isUnlikeText = tag.equals(Tag.STR) && YamlScalars.needsQuotes(text);
      return super.representScalar(tag, text, isUnlikeText ? ScalarStyle.DOUBLE_QUOTED : style);
    }
  }

  private static String problem(YamlEngineException malformed) {
    if (malformed instanceof MarkedYamlEngineException marked) {
      var line = marked.getProblemMark().map(mark -> "line " + (mark.getLine() + 1) + ": ");
      return line.orElse("") + marked.getProblem();
    }
    var text = String.valueOf(malformed.getMessage());
    return text.lines().findFirst().orElse("malformed");
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

    /** What Kubernetes says of all keys that stand twice, as one problem. */
    List<String> problems() {
      return duplicates.isEmpty()
          ? List.of()
          : List.of("yaml: unmarshal errors:\n  " + String.join("\n  ", duplicates));
    }

    private JsonNode value(Node node, FieldPath path, int depth) throws DecodingException {
      values++;
      if (values > VALUES_MAX || depth > Json.DEPTH_MAX) {
        throw malformed("document contains excessive aliasing");
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
        case ScalarNode scalar -> YamlScalars.read(scalar);
        default -> throw new IllegalStateException("a composed document holds " + node.getTag());
      };
    }

    ObjectNode object(MappingNode mapping, FieldPath path, int depth) throws DecodingException {
      var object = NODES.objectNode();
      for (var entry : mapping.getValue()) {
        if (!(entry.getKeyNode() instanceof ScalarNode key)) {
          throw malformed("a key of " + path + " is no scalar");
        }
        var read = YamlScalars.read(key);
        var name = read.asString(key.getValue());
        var value = value(entry.getValueNode(), path.property(name), depth + 1);
        if (object.replace(name, value) != null) {
          duplicates.add(
              "line "
                  + (entry.getValueNode().getStartMark().map(Mark::getLine).orElse(0) + 1)
                  + ": key "
                  + (read.isString() ? Json.quoted(name) : name)
                  + " already set in map");
        }
      }
      return object;
    }
  }
}
