package dev.nauarch.apiserver.patch;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A merge patch (RFC 7386): objects merge, null removes, everything else replaces. */
public final class MergePatch {

  private MergePatch() {}

  /**
   * The object with the patch applied; the object itself is not changed.
   *
   * @throws dev.nauarch.api.ApiException BadRequest when the patch is not an object
   */
  public static ObjectNode apply(ObjectNode object, JsonNode patch) {
    if (!(patch instanceof ObjectNode changes)) {
      throw PatchErrors.malformed(
          "error decoding patch: json: cannot unmarshal "
              + goKind(patch)
              + " into Go value of type map[string]interface {}");
    }
    return merge(object, changes);
  }

  private static ObjectNode merge(@Nullable JsonNode target, ObjectNode changes) {
    // A shallow copy is enough: what the patch does not touch is shared, never written.
    var result = JsonNodeFactory.instance.objectNode();
    if (target instanceof ObjectNode old) {
      result.setAll(old);
    }
    for (var change : changes.properties()) {
      var value = change.getValue();
      if (value.isNull()) {
        result.remove(change.getKey());
      } else if (value instanceof ObjectNode inner) {
        result.set(change.getKey(), merge(result.get(change.getKey()), inner));
      } else {
        result.set(change.getKey(), value);
      }
    }
    return result;
  }

  private static String goKind(JsonNode value) {
    return switch (value.getNodeType()) {
      case ARRAY -> "array";
      case NUMBER -> "number";
      case BOOLEAN -> "bool";
      default -> "string";
    };
  }
}
