package dev.nauarch.apiserver.request;

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
   * What is wrong with fields of a body, in the order of the fields where the format has one.
   *
   * @param problems of unknown and of duplicate fields
   */
  List<String> inOrder(byte[] body, String contentType, List<String> problems);

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
   * @param schema the object's form, which protobuf can't be written without
   * @throws dev.nauarch.api.ApiException {@code NOT_ACCEPTABLE} where the format can't hold it
   */
  byte[] encode(ObjectNode object, String mediaType, Optional<Schema> schema);

  /** An object as a protobuf message, without the envelope that names its kind. */
  byte[] message(ObjectNode object, Schema schema);

  /**
   * What stands before the items of a list that is written as protobuf.
   *
   * @param list the list without its items
   * @param itemsBytes how many bytes all items take, as {@link #listItem} writes them
   */
  byte[] listHead(ObjectNode list, long itemsBytes);

  /** A message as an item of a list. */
  byte[] listItem(byte[] message);

  /** What stands behind the items. */
  byte[] listTail();

  /** One event of a watch that is written as protobuf. */
  byte[] watchFrame(String type, byte[] encodedObject);
}
