package dev.nauarch.apiserver.codec;

import com.google.protobuf.CodedOutputStream;
import dev.nauarch.api.catalog.Schema;
import java.io.IOException;
import java.util.Base64;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes an object as a protobuf message, by a schema: fields in the order of their numbers and
 * maps in that of their keys, as Go writes them. Values that the schema lacks are left out.
 */
final class MessageWriter {

  private static final int MAP_KEY = 1;
  private static final int MAP_VALUE = 2;

  private final Schema schema;
  private final CodedOutputStream output;

  private MessageWriter(Schema schema, CodedOutputStream output) {
    this.schema = schema;
    this.output = output;
  }

  static byte[] write(ObjectNode object, Schema schema) {
    return ProtobufCodec.written(output -> new MessageWriter(schema, output).writeObject(object));
  }

  private void writeObject(ObjectNode object) throws IOException {
    var nameByNumber = new TreeMap<Integer, String>();
    for (var property : object.properties()) {
      var number = schema.fieldNumber(property.getKey());
      if (number > 0 && !property.getValue().isNull()) {
        nameByNumber.put(number, property.getKey());
      }
    }
    schema.inlined().keySet().forEach(number -> nameByNumber.put(number, ""));
    for (var field : nameByNumber.entrySet()) {
      var number = field.getKey();
      var name = field.getValue();
      var inlined = schema.inlined().get(number);
      if (inlined == null) {
        writeProperty(number, schema.property(name).orElseThrow(), object.path(name));
      } else {
        output.writeByteArray(number, write(object, inlined));
      }
    }
  }

  private void writeProperty(int number, Schema form, JsonNode value) throws IOException {
    if (WellKnown.of(form) == WellKnown.NONE && form.type() == Schema.Type.ARRAY) {
      var items = form.items().orElseThrow();
      for (var item : value) {
        writeValue(number, items, item);
      }
    } else if (WellKnown.of(form) == WellKnown.NONE && form.additionalProperties().isPresent()) {
      for (var key : new TreeSet<>(value.propertyNames())) {
        var entry = mapEntry(form.additionalProperties().get(), key, value.path(key));
        output.writeByteArray(number, entry);
      }
    } else {
      writeValue(number, form, value);
    }
  }

  private byte[] mapEntry(Schema values, String key, JsonNode value) {
    return ProtobufCodec.written(
        out -> {
          out.writeString(MAP_KEY, key);
          new MessageWriter(schema, out).writeValue(MAP_VALUE, values, value);
        });
  }

  private void writeValue(int number, Schema form, JsonNode value) throws IOException {
    if (WellKnown.of(form) != WellKnown.NONE) {
      output.writeByteArray(number, new WellKnownWriter(schema).write(form, value));
      return;
    }
    switch (form.type()) {
      case BOOLEAN -> output.writeBool(number, value.asBoolean(false));
      case INTEGER -> output.writeInt64(number, value.asLong(0));
      case NUMBER -> output.writeDouble(number, value.asDouble(0));
      case STRING -> {
        if (form.format().equals("byte")) {
          output.writeByteArray(number, Base64.getDecoder().decode(value.asString("")));
        } else {
          output.writeString(number, value.asString(""));
        }
      }
      case OBJECT -> {
        if (value instanceof ObjectNode object) {
          output.writeByteArray(number, write(object, form));
        }
      }
      default -> throw new IllegalArgumentException("protobuf has no form for " + form.type());
    }
  }
}
