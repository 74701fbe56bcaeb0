package dev.nauarch.apiserver;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.catalog.Schema;
import dev.nauarch.apiserver.codec.DecodingException;
import dev.nauarch.apiserver.codec.Format;
import dev.nauarch.apiserver.codec.JsonCodec;
import dev.nauarch.apiserver.codec.ObjectCodec;
import dev.nauarch.apiserver.codec.ProtobufCodec;
import dev.nauarch.apiserver.request.BodyCodec;
import dev.nauarch.apiserver.schema.ObjectForm;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** The formats of the codec package, as requests use them. */
final class ServerCodec implements BodyCodec {

  private static final Schema FREE =
      Schema.builder(Schema.Type.OBJECT).preserveUnknownFields(true).build();

  @Override
  public Decoded decode(byte[] body, String contentType, String kind, Optional<Schema> schema) {
    var format = Format.of(contentType).orElseThrow(ServerCodec::unsupported);
    if (format == Format.PROTOBUF && schema.filter(form -> !ObjectForm.isCustom(form)).isEmpty()) {
      throw unsupported();
    }
    var decoded = ObjectCodec.decode(body, format, schema.orElse(FREE), kind);
    return new Decoded(decoded.object(), decoded.duplicateFields());
  }

  @Override
  public List<String> inOrder(byte[] body, String contentType, List<String> problems) {
    var isJson = Format.of(contentType).filter(format -> format == Format.JSON).isPresent();
    return isJson ? JsonCodec.inOrder(body, problems) : problems;
  }

  @Override
  public Value decodePatch(byte[] body) {
    try {
      var decoded = JsonCodec.decodeValue(body);
      return new Value(decoded.value(), decoded.duplicateFields());
    } catch (DecodingException malformed) {
      throw ApiException.badRequest("error decoding patch: " + malformed.getMessage());
    }
  }

  @Override
  public byte[] encode(ObjectNode object, String mediaType, Optional<Schema> schema) {
    var format = Format.of(mediaType).orElseThrow(ServerCodec::notAcceptable);
    // The numbers of its fields are what protobuf has instead of names, and nobody gave it any.
    if (format == Format.PROTOBUF && schema.filter(form -> !ObjectForm.isCustom(form)).isEmpty()) {
      throw notAcceptable();
    }
    return ObjectCodec.encode(object, format, schema.orElse(FREE));
  }

  @Override
  public byte[] message(ObjectNode object, Schema schema) {
    return ProtobufCodec.message(object, schema);
  }

  @Override
  public byte[] listHead(ObjectNode list, long itemsBytes) {
    return ProtobufCodec.listHead(list, itemsBytes);
  }

  @Override
  public byte[] listItem(byte[] message) {
    return ProtobufCodec.listItem(message);
  }

  @Override
  public byte[] listTail() {
    return ProtobufCodec.listTail();
  }

  @Override
  public byte[] watchFrame(String type, byte[] encodedObject) {
    return ProtobufCodec.watchFrame(type, encodedObject);
  }

  private static ApiException unsupported() {
    return new ApiException(
        ApiException.Reason.UNSUPPORTED_MEDIA_TYPE,
        "the body of the request was in an unknown format - accepted media types include:"
            + " application/json, application/yaml, application/vnd.kubernetes.protobuf",
        ApiException.Details.NONE);
  }

  private static ApiException notAcceptable() {
    return new ApiException(
        ApiException.Reason.NOT_ACCEPTABLE,
        "only the following media types are accepted: application/json, application/yaml",
        ApiException.Details.NONE);
  }
}
