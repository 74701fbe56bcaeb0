package dev.nauarch.apiserver.request;

import dev.nauarch.api.catalog.Kind;
import dev.nauarch.api.catalog.Schema;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads bodies and writes answers in every format. */
public interface BodyCodec {

  /**
   * An object that was read.
   *
   * @param object the caller's own
   * @param duplicates what is wrong about fields that stand twice, for {@code fieldValidation}
   */
  record Decoded(ObjectNode object, List<String> duplicates) {}

  /**
   * Reads an object.
   *
   * @param contentType the body's media type; empty for JSON
   * @param kind the kind's name, for messages
   * @param schema the expected form, which protobuf can't be read without
   * @throws dev.nauarch.api.ApiException {@code BAD_REQUEST}, {@code UNSUPPORTED_MEDIA_TYPE}
   */
  Decoded decode(byte[] body, String contentType, String kind, Optional<Schema> schema);

  /**
   * A value that was read.
   *
   * @param duplicates as for an object
   */
  record Value(JsonNode value, List<String> duplicates) {}

  /**
   * Reads a patch.
   *
   * @throws dev.nauarch.api.ApiException {@code BAD_REQUEST}
   */
  Value decodePatch(byte[] body);

  /**
   * Writes an object in a format other than JSON.
   *
   * @throws dev.nauarch.api.ApiException {@code NOT_ACCEPTABLE} where the format can't hold it
   */
  byte[] encode(ObjectNode object, String mediaType, Optional<Kind> kind);
}
