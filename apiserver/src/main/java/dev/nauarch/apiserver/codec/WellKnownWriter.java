package dev.nauarch.apiserver.codec;

import com.google.protobuf.CodedOutputStream;
import dev.nauarch.api.catalog.Schema;
import dev.nauarch.apiserver.object.Json;
import java.io.IOException;
import java.time.Instant;
import java.time.OffsetDateTime;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes the messages that JSON writes in a form of their own. */
final class WellKnownWriter {

  /** The schema of the object that holds the value: of schemas, a schema. */
  private final Schema holder;

  WellKnownWriter(Schema holder) {
    this.holder = holder;
  }

  /** The message of a value; an empty one for null, which is a time that is not set. */
  byte[] write(Schema form, JsonNode value) {
    if (value.isNull()) {
      return new byte[0];
    }
    return ProtobufCodec.written(
        output -> {
          switch (WellKnown.of(form)) {
            case QUANTITY -> output.writeString(1, value.asString(""));
            case INT_OR_STRING -> {
              output.writeInt64(1, value.isString() ? 1 : 0);
              output.writeInt64(2, value.isString() ? 0 : value.asLong(0));
              output.writeString(3, value.isString() ? value.stringValue() : "");
            }
            case TIME, MICRO_TIME -> {
              var time = instant(value.asString(""));
              output.writeInt64(1, time.getEpochSecond());
              output.writeInt32(2, time.getNano());
            }
            case DURATION -> output.writeInt64(1, GoDuration.parse(value.asString("")));
            case RAW -> output.writeByteArray(1, Json.write(value));
            case LIST -> {
              for (var item : value) {
                output.writeString(1, item.asString(""));
              }
            }
            case SCHEMA_OR_BOOL, SCHEMA_OR_LIST, SCHEMA_OR_STRINGS ->
                writeSchemaOr(WellKnown.of(form), value, output);
            case NONE ->
                throw new IllegalArgumentException(form.definition() + " is written as a message");
          }
        });
  }

  /** One of two things, each in a field of its own. */
  private void writeSchemaOr(WellKnown form, JsonNode value, CodedOutputStream output)
      throws IOException {
    if (form == WellKnown.SCHEMA_OR_BOOL) {
      output.writeBool(1, value.isObject() || value.asBoolean(false));
    }
    if (value instanceof ObjectNode schema) {
      var number = form == WellKnown.SCHEMA_OR_BOOL ? 2 : 1;
      output.writeByteArray(number, MessageWriter.write(schema, holder));
    }
    if (value instanceof ArrayNode items) {
      for (var item : items) {
        if (item instanceof ObjectNode schema) {
          output.writeByteArray(2, MessageWriter.write(schema, holder));
        } else {
          output.writeString(2, item.asString(""));
        }
      }
    }
  }

  private static Instant instant(String text) {
    return OffsetDateTime.parse(text).toInstant();
  }
}
