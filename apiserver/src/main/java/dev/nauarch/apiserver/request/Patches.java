package dev.nauarch.apiserver.request;

import dev.nauarch.api.catalog.Kind;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Applies the patch types that do not need managed fields. No method changes what it is given. */
public interface Patches {

  /**
   * Refuses what can't be applied to an object of a kind: another kind, what names owners, unknown
   * fields and values of other types.
   *
   * @throws dev.nauarch.api.ApiException {@code BAD_REQUEST}
   */
  void checkApplied(Kind kind, ObjectNode applied);

  /** A JSON patch (RFC 6902). */
  ObjectNode json(ObjectNode object, JsonNode patch);

  /** The fields of a JSON patch's operations that mean nothing, as a client is told. */
  List<String> unknownInJson(JsonNode patch);

  /** A JSON merge patch (RFC 7386). */
  ObjectNode merge(ObjectNode object, JsonNode patch);

  /**
   * A strategic merge patch.
   *
   * @throws dev.nauarch.api.ApiException {@code UNSUPPORTED_MEDIA_TYPE} for a kind that does not
   *     say how its lists merge
   */
  ObjectNode strategic(Kind kind, ObjectNode object, JsonNode patch);
}
