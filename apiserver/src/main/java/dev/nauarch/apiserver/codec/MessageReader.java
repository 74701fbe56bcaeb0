package dev.nauarch.apiserver.codec;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import dev.nauarch.api.catalog.Schema;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Reads one protobuf message into an object, by a schema. */
final class MessageReader {

  private static final int DEPTH_MAX = 200;
  private static final int MAP_KEY = 1;
  private static final int MAP_VALUE = 2;
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final Schema schema;
  private final int depth;
  private final Map<Integer, String> propertyByNumber = new HashMap<>();

  MessageReader(Schema schema) {
    this(schema, 0);
  }

  private MessageReader(Schema schema, int depth) {
    this.schema = schema;
    this.depth = depth;
    for (var name : schema.propertyNames()) {
      if (schema.fieldNumber(name) > 0) {
        propertyByNumber.put(schema.fieldNumber(name), name);
      }
    }
  }

  /** Reads a message's fields; a field that the schema does not know is dropped, as Go does. */
  void readInto(ObjectNode object, byte[] message) throws IOException {
    if (depth > DEPTH_MAX) {
      throw new InvalidProtocolBufferException("the message is nested too deeply");
    }
    var input = CodedInputStream.newInstance(message);
    for (var tag = input.readTag(); tag != 0; tag = input.readTag()) {
      var number = WireFormat.getTagFieldNumber(tag);
      var name = propertyByNumber.get(number);
      var inlined = schema.inlined().get(number);
      if (name != null) {
        readProperty(object, name, tag, input);
      } else if (inlined != null && isDelimited(tag)) {
        new MessageReader(inlined, depth + 1).readInto(object, input.readByteArray());
      } else {
        input.skipField(tag);
      }
    }
  }

  private void readProperty(ObjectNode object, String name, int tag, CodedInputStream input)
      throws IOException {
    var form = schema.property(name).orElseThrow();
    if (WellKnown.of(form) == WellKnown.NONE && form.type() == Schema.Type.ARRAY) {
      var items = form.items().orElseThrow();
      var array = object.withArrayProperty(name);
      if (isDelimited(tag) && isVarint(items)) {
        var packed = CodedInputStream.newInstance(input.readByteArray());
        while (!packed.isAtEnd()) {
          array.add(varint(items, packed));
        }
      } else {
        var item = value(items, tag, input);
        array.add(item == null ? NODES.nullNode() : item);
      }
    } else if (WellKnown.of(form) == WellKnown.NONE && form.additionalProperties().isPresent()) {
      readMapEntry(object.withObjectProperty(name), form.additionalProperties().get(), input);
    } else {
      var value = value(form, tag, input);
      // A message says by being there that its zero is a value.
      var keepsZero = schema.keepsZero(name) || WellKnown.of(form) == WellKnown.INT_OR_STRING;
      if (value != null && (keepsZero || !isZero(value))) {
        object.set(name, value);
      }
    }
  }

  private void readMapEntry(ObjectNode map, Schema values, CodedInputStream input)
      throws IOException {
    var entry = CodedInputStream.newInstance(input.readByteArray());
    var key = "";
    var value = empty(values);
    for (var tag = entry.readTag(); tag != 0; tag = entry.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case MAP_KEY -> key = entry.readStringRequireUtf8();
        case MAP_VALUE -> {
          var read = value(values, tag, entry);
          value = read == null ? NODES.nullNode() : read;
        }
        default -> entry.skipField(tag);
      }
    }
    map.set(key, value);
  }

  private static JsonNode empty(Schema form) {
    return form.type() == Schema.Type.OBJECT ? NODES.objectNode() : NODES.stringNode("");
  }

  /** The value of one field; null for one that says that there is no value. */
  private @Nullable JsonNode value(Schema form, int tag, CodedInputStream input)
      throws IOException {
    if (WellKnown.of(form) != WellKnown.NONE) {
      var message = input.readByteArray();
      return new WellKnownReader(schema).read(form, message);
    }
    if (isVarint(form)) {
      return varint(form, input);
    }
    return switch (form.type()) {
      case NUMBER -> JsonCodec.number(input.readDouble());
      case STRING ->
          form.format().equals("byte")
              ? NODES.stringNode(
                  java.util.Base64.getEncoder().encodeToString(input.readByteArray()))
              : NODES.stringNode(input.readStringRequireUtf8());
      case OBJECT -> {
        var object = NODES.objectNode();
        new MessageReader(form, depth + 1).readInto(object, input.readByteArray());
        yield object;
      }
      default -> {
        input.skipField(tag);
        yield null;
      }
    };
  }

  private static boolean isVarint(Schema form) {
    return form.type() == Schema.Type.INTEGER || form.type() == Schema.Type.BOOLEAN;
  }

  private static JsonNode varint(Schema form, CodedInputStream input) throws IOException {
    return form.type() == Schema.Type.BOOLEAN
        ? NODES.booleanNode(input.readBool())
        : NODES.numberNode(input.readInt64());
  }

  private static boolean isDelimited(int tag) {
    return WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
  }

  private static boolean isZero(JsonNode value) {
    return switch (value.getNodeType()) {
      case STRING -> value.stringValue().isEmpty();
      case NUMBER -> value.doubleValue() == 0;
      case BOOLEAN -> !value.booleanValue();
      default -> false;
    };
  }
}
