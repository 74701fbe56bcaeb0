package dev.nauarch.apiserver.request;

import dev.nauarch.api.catalog.Kind;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Applies the patch types that do not need managed fields. No method changes what it is given. */
public interface Patches {

  /** A JSON patch (RFC 6902). */
  ObjectNode json(ObjectNode object, JsonNode patch);

  /** A JSON merge patch (RFC 7386). */
  ObjectNode merge(ObjectNode object, JsonNode patch);

  /** A strategic merge patch. */
  ObjectNode strategic(Kind kind, ObjectNode object, JsonNode patch);
}
