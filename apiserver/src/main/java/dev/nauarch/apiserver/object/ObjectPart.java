package dev.nauarch.apiserver.object;

import dev.nauarch.api.JsonBytes;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * Some fields of objects, and of the items of lists in them, read without making trees of the rest:
 * of very many objects of which little is needed that saves most of the time, and nearly all of the
 * memory.
 */
public final class ObjectPart {

  /** The fields within each field; a field without any is read whole. */
  private final TreeMap<String, ObjectPart> fields = new TreeMap<>();

  private ObjectPart() {}

  /** The fields at these places, for example {@code metadata.name}. */
  public static ObjectPart of(String... places) {
    var part = new ObjectPart();
    for (var place : places) {
      var at = part;
      for (var field : List.of(place.split("\\.", -1))) {
        at = at.fields.computeIfAbsent(field, name -> new ObjectPart());
      }
    }
    return part;
  }

  /** The fields of an object that the server itself has written, as far as they are there. */
  ObjectNode read(byte[] bytes) {
    return object(bytes, 0);
  }

  private ObjectNode object(byte[] bytes, int at) {
    var read = Json.object();
    for (var member : JsonBytes.members(bytes, at)) {
      var name = member.name(bytes);
      var inner = fields.isEmpty() ? this : fields.get(name);
      if (inner != null) {
        read.set(name, inner.value(bytes, member.value(), member.end()));
      }
    }
    return read;
  }

  /** A value, or these fields of it, or of each item if it is a list. */
  private JsonNode value(byte[] bytes, int at, int end) {
    var isPlain = !fields.isEmpty() || !hasEscapes(bytes, at, end);
    return switch (bytes[at]) {
      case '{' -> isPlain ? object(bytes, at) : whole(bytes, at, end);
      case '[' -> isPlain ? list(bytes, at) : whole(bytes, at, end);
      case '"' -> isPlain ? text(bytes, at, end) : whole(bytes, at, end);
      default -> whole(bytes, at, end);
    };
  }

  private ArrayNode list(byte[] bytes, int at) {
    var read = Json.MAPPER.createArrayNode();
    for (int item : JsonBytes.items(bytes, at)) {
      read.add(value(bytes, item, JsonBytes.end(bytes, item)));
    }
    return read;
  }

  private static JsonNode text(byte[] bytes, int at, int end) {
    return StringNode.valueOf(new String(bytes, at + 1, end - at - 2, StandardCharsets.UTF_8));
  }

  private static boolean hasEscapes(byte[] bytes, int at, int end) {
    for (int i = at; i < end; i++) {
      if (bytes[i] == '\\') {
        return true;
      }
    }
    return false;
  }

  /** A parser costs more than most of what is read here. */
  private static JsonNode whole(byte[] bytes, int at, int end) {
    return Json.MAPPER.readTree(bytes, at, end - at);
  }
}
