package dev.nauarch.apiserver.codec;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.api.catalog.Schema;
import dev.nauarch.apiserver.object.Json;
import java.util.Locale;
import tools.jackson.databind.node.ObjectNode;

/** Reads and writes objects in any format. */
public final class ObjectCodec {

  private ObjectCodec() {}

  /**
   * Reads the body of a request.
   *
   * @param body what was sent
   * @param format how it claims to be written
   * @param expected the form that protobuf is read by
   * @param kind the kind that the request expects, for the answer to malformed bytes
   * @throws ApiException with the answer 400 when the body is malformed
   */
  public static Decoded decode(byte[] body, Format format, Schema expected, String kind) {
    try {
      var decoded =
          switch (format) {
            case JSON -> JsonCodec.decode(body);
            case YAML -> YamlCodec.decode(body);
            case PROTOBUF -> ProtobufCodec.decode(body, expected);
          };
      requireText(decoded.object(), "apiVersion");
      requireText(decoded.object(), "kind");
      return decoded;
    } catch (DecodingException malformed) {
      throw malformed.toApiException(kind, body);
    }
  }

  private static void requireText(ObjectNode object, String field) throws DecodingException {
    var value = object.get(field);
    if (value != null && !value.isString() && !value.isNull()) {
      throw new DecodingException(
          "couldn't get version/kind; json parse error: json: cannot unmarshal "
              + value.getNodeType().name().toLowerCase(Locale.ROOT)
              + " into Go struct field ."
              + field
              + " of type string");
    }
  }

  /**
   * Writes an object of a kind, or a list of such objects.
   *
   * @param object what to write
   * @param format how
   * @param kind the kind of the object, or of the list's items
   */
  public static byte[] encode(ObjectNode object, Format format, Kind kind) {
    var isList = object.path("kind").asString("").equals(kind.names().list());
    return format == Format.PROTOBUF && isList
        ? ProtobufCodec.encodeList(object, kind.schema())
        : encode(object, format, kind.schema());
  }

  /**
   * Writes an object.
   *
   * @param object what to write
   * @param format how
   * @param schema its form, for protobuf
   */
  public static byte[] encode(ObjectNode object, Format format, Schema schema) {
    return switch (format) {
      case JSON -> Json.write(object);
      case YAML -> YamlCodec.encode(object);
      case PROTOBUF -> ProtobufCodec.encode(object, schema);
    };
  }
}
