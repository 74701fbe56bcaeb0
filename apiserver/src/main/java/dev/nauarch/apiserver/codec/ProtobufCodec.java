package dev.nauarch.apiserver.codec;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import dev.nauarch.api.catalog.Schema;
import dev.nauarch.apiserver.object.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads and writes the protobuf of Kubernetes: four bytes of magic, then a {@code runtime.Unknown}
 * that names the kind and holds the object. No generated code is used: the numbers of the fields
 * are those of the schema.
 */
public final class ProtobufCodec {

  private static final byte[] MAGIC = {'k', '8', 's', 0};

  // Fields of runtime.Unknown and runtime.TypeMeta.
  private static final int TYPE_META = 1;
  private static final int RAW = 2;
  private static final int API_VERSION = 1;
  private static final int KIND = 2;

  /** The field of a list's items. */
  private static final int ITEMS = 2;

  // Fields of meta.v1.WatchEvent and runtime.RawExtension.
  private static final int EVENT_TYPE = 1;
  private static final int EVENT_OBJECT = 2;
  private static final int EXTENSION_RAW = 1;

  private ProtobufCodec() {}

  /** Reads an object of a form; its apiVersion and kind come from the envelope. */
  public static Decoded decode(byte[] bytes, Schema schema) throws DecodingException {
    if (bytes.length < MAGIC.length || !Arrays.equals(bytes, 0, 4, MAGIC, 0, 4)) {
      throw new DecodingException("provided data does not appear to be a protobuf message");
    }
    var object = JsonNodeFactory.instance.objectNode();
    var raw = new byte[0];
    try {
      var input = CodedInputStream.newInstance(bytes, MAGIC.length, bytes.length - MAGIC.length);
      for (var tag = input.readTag(); tag != 0; tag = input.readTag()) {
        if (tag == delimited(TYPE_META)) {
          decodeTypeMeta(input.readByteArray(), object);
        } else if (tag == delimited(RAW)) {
          raw = input.readByteArray();
        } else {
          input.skipField(tag);
        }
      }
      new MessageReader(schema).readInto(object, raw);
      if (object.isEmpty()) {
        throw new DecodingException("empty body");
      }
      if (Json.isDeeper(object, Json.DEPTH_MAX)) {
        throw new DecodingException("the object is nested deeper than " + Json.DEPTH_MAX);
      }
    } catch (InvalidProtocolBufferException malformed) {
      throw new DecodingException("proto: the message is malformed", malformed);
    } catch (IOException malformed) {
      throw new DecodingException("proto: " + malformed.getMessage(), malformed);
    }
    return new Decoded(object, List.of());
  }

  /** Writes an object; its apiVersion and kind go into the envelope. */
  public static byte[] encode(ObjectNode object, Schema schema) {
    return written(
        output -> {
          output.writeRawBytes(MAGIC);
          output.writeByteArray(TYPE_META, typeMeta(object));
          output.writeByteArray(RAW, message(object, schema));
          writeEnd(output);
        });
  }

  /** Writes an object without an envelope. */
  public static byte[] message(ObjectNode object, Schema schema) {
    return MessageWriter.write(object, schema);
  }

  /** Writes a list of objects of a form. */
  public static byte[] encodeList(ObjectNode list, Schema items) {
    var raw =
        written(
            output -> {
              for (var item : list.path("items")) {
                output.writeRawBytes(listItem(message((ObjectNode) item, items)));
              }
            });
    return written(
        output -> {
          output.writeRawBytes(listHead(list, raw.length));
          output.writeRawBytes(raw);
          output.writeRawBytes(listTail());
        });
  }

  /**
   * The beginning of an enveloped list, up to its first item.
   *
   * @param list apiVersion, kind and metadata
   * @param itemsBytes how many bytes its items take, each as {@link #listItem} writes it
   */
  public static byte[] listHead(ObjectNode list, long itemsBytes) {
    var metadata = list.path("metadata");
    var listMetadata =
        written(
            output -> {
              // Go writes the first field always, empty.
              output.writeString(1, "");
              output.writeString(2, metadata.path("resourceVersion").asString(""));
              output.writeString(3, metadata.path("continue").asString(""));
              if (metadata.has("remainingItemCount")) {
                output.writeInt64(4, metadata.path("remainingItemCount").asLong(0));
              }
            });
    var begin = written(output -> output.writeByteArray(1, listMetadata));
    return written(
        output -> {
          output.writeRawBytes(MAGIC);
          output.writeByteArray(TYPE_META, typeMeta(list));
          output.writeTag(RAW, WireFormat.WIRETYPE_LENGTH_DELIMITED);
          output.writeUInt64NoTag(begin.length + itemsBytes);
          output.writeRawBytes(begin);
        });
  }

  /** An item of a list: its field and its length, then the message itself. */
  public static byte[] listItem(byte[] message) {
    return written(output -> output.writeByteArray(ITEMS, message));
  }

  /** The end of an enveloped list. */
  public static byte[] listTail() {
    return written(ProtobufCodec::writeEnd);
  }

  /** One frame of a watch: its length, and an event that holds an encoded object. */
  public static byte[] watchFrame(String type, byte[] encodedObject) {
    var extension = written(output -> output.writeByteArray(EXTENSION_RAW, encodedObject));
    var event =
        written(
            output -> {
              output.writeString(EVENT_TYPE, type);
              output.writeByteArray(EVENT_OBJECT, extension);
            });
    return ByteBuffer.allocate(Integer.BYTES + event.length)
        .putInt(event.length)
        .put(event)
        .array();
  }

  private static void decodeTypeMeta(byte[] bytes, ObjectNode object) throws IOException {
    var input = CodedInputStream.newInstance(bytes);
    for (var tag = input.readTag(); tag != 0; tag = input.readTag()) {
      if (tag == delimited(API_VERSION)) {
        object.put("apiVersion", input.readStringRequireUtf8());
      } else if (tag == delimited(KIND)) {
        object.put("kind", input.readStringRequireUtf8());
      } else {
        input.skipField(tag);
      }
    }
  }

  private static byte[] typeMeta(ObjectNode object) {
    return written(
        output -> {
          output.writeString(API_VERSION, object.path("apiVersion").asString(""));
          output.writeString(KIND, object.path("kind").asString(""));
        });
  }

  /** Go writes the two last fields of an envelope always, empty. */
  private static void writeEnd(CodedOutputStream output) throws IOException {
    output.writeBytes(3, ByteString.EMPTY);
    output.writeBytes(4, ByteString.EMPTY);
  }

  private static int delimited(int field) {
    return field << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
  }

  /** Something that writes fields. */
  interface FieldWriter {
    void writeTo(CodedOutputStream output) throws IOException;
  }

  /** The bytes of what a writer writes. */
  static byte[] written(FieldWriter writer) {
    var bytes = new ByteArrayOutputStream();
    try {
      var output = CodedOutputStream.newInstance(bytes);
      writer.writeTo(output);
      output.flush();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }
}
