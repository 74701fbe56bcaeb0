package dev.nauarch.apiserver.codec;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.nauarch.api.catalog.Schema;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Reads the messages that JSON writes in a form of their own. */
final class WellKnownReader {

  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss'Z'").withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter MICROSECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** The schema of the object that holds the value: of schemas, a schema. */
  private final Schema holder;

  WellKnownReader(Schema holder) {
    this.holder = holder;
  }

  /** The value of a message; null for one that says that there is no value. */
  @Nullable JsonNode read(Schema form, byte[] message) throws IOException {
    var input = CodedInputStream.newInstance(message);
    return switch (WellKnown.of(form)) {
      case QUANTITY -> NODES.stringNode(text(input));
      case INT_OR_STRING -> intOrString(input);
      case TIME -> time(input, SECONDS);
      case MICRO_TIME -> time(input, MICROSECONDS);
      case DURATION -> NODES.stringNode(GoDuration.print(number(input)));
      case RAW -> raw(input);
      case LIST -> list(input);
      case SCHEMA_OR_BOOL, SCHEMA_OR_LIST, SCHEMA_OR_STRINGS -> schemaOr(WellKnown.of(form), input);
      case NONE -> throw new IllegalArgumentException(form.definition() + " is read as a message");
    };
  }

  private static String text(CodedInputStream input) throws IOException {
    var text = "";
    for (var tag = input.readTag(); tag != 0; tag = input.readTag()) {
      if (WireFormat.getTagFieldNumber(tag) == 1) {
        text = input.readStringRequireUtf8();
      } else {
        input.skipField(tag);
      }
    }
    return text;
  }

  private static long number(CodedInputStream input) throws IOException {
    var number = 0L;
    for (var tag = input.readTag(); tag != 0; tag = input.readTag()) {
      if (WireFormat.getTagFieldNumber(tag) == 1) {
        number = input.readInt64();
      } else {
        input.skipField(tag);
      }
    }
    return number;
  }

  private static JsonNode intOrString(CodedInputStream input) throws IOException {
    var isString = false;
    var number = 0L;
    var text = "";
    for (var tag = input.readTag(); tag != 0; tag = input.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1 -> isString = input.readInt64() == 1;
        case 2 -> number = input.readInt64();
        case 3 -> text = input.readStringRequireUtf8();
        default -> input.skipField(tag);
      }
    }
    return isString ? NODES.stringNode(text) : NODES.numberNode(number);
  }

  /** An empty message is Go's zero time, which JSON does not show. */
  private static @Nullable JsonNode time(CodedInputStream input, DateTimeFormatter form)
      throws IOException {
    if (input.isAtEnd()) {
      return null;
    }
    var seconds = 0L;
    var nanos = 0L;
    for (var tag = input.readTag(); tag != 0; tag = input.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1 -> seconds = input.readInt64();
        case 2 -> nanos = input.readInt64();
        default -> input.skipField(tag);
      }
    }
    try {
      return NODES.stringNode(form.format(Instant.ofEpochSecond(seconds, nanos)));
    } catch (java.time.DateTimeException outOfRange) {
      throw new IOException("there is no time " + seconds + " s", outOfRange);
    }
  }

  private static @Nullable JsonNode raw(CodedInputStream input) throws IOException {
    var bytes = new byte[0];
    for (var tag = input.readTag(); tag != 0; tag = input.readTag()) {
      if (WireFormat.getTagFieldNumber(tag) == 1) {
        bytes = input.readByteArray();
      } else {
        input.skipField(tag);
      }
    }
    if (bytes.length == 0) {
      return null;
    }
    try {
      return JsonCodec.decodeValue(bytes).value();
    } catch (DecodingException notJson) {
      throw new IOException("an embedded object is no JSON", notJson);
    }
  }

  private static JsonNode list(CodedInputStream input) throws IOException {
    var list = NODES.arrayNode();
    for (var tag = input.readTag(); tag != 0; tag = input.readTag()) {
      if (WireFormat.getTagFieldNumber(tag) == 1) {
        list.add(input.readStringRequireUtf8());
      } else {
        input.skipField(tag);
      }
    }
    return list;
  }

  /** One of two things, each in a field of its own. */
  private @Nullable JsonNode schemaOr(WellKnown form, CodedInputStream input) throws IOException {
    var list = NODES.arrayNode();
    ObjectNode one = null;
    var allows = false;
    for (var tag = input.readTag(); tag != 0; tag = input.readTag()) {
      var number = WireFormat.getTagFieldNumber(tag);
      if (form == WellKnown.SCHEMA_OR_BOOL && number == 1) {
        allows = input.readBool();
      } else if (form == WellKnown.SCHEMA_OR_STRINGS && number == 2) {
        list.add(input.readStringRequireUtf8());
      } else if (form == WellKnown.SCHEMA_OR_LIST && number == 2) {
        list.add(schema(input.readByteArray()));
      } else if (number == 1 || number == 2) {
        one = schema(input.readByteArray());
      } else {
        input.skipField(tag);
      }
    }
    if (one != null) {
      return one;
    }
    return form == WellKnown.SCHEMA_OR_BOOL ? NODES.booleanNode(allows) : list;
  }

  private ObjectNode schema(byte[] message) throws IOException {
    var object = NODES.objectNode();
    new MessageReader(holder).readInto(object, message);
    return object;
  }
}
