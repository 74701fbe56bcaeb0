package dev.nauarch.apiserver.patch;

import dev.nauarch.api.ApiException;
import dev.nauarch.apiserver.object.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A JSON patch (RFC 6902) as Kubernetes applies it, which is more lenient than the RFC in two ways:
 * {@code replace} of a key that is not there adds it, and an index may count from the end (-1 is
 * the last item).
 */
public final class JsonPatch {

  /** No patch holds more operations. */
  private static final int OPERATIONS_MAX = 10_000;

  /** Copies of copies double: a short patch could fill the memory. */
  private static final int COPIED_BYTES_MAX = 3 * 1024 * 1024;

  private static final Set<String> FIELDS = Set.of("op", "path", "from", "value");

  private JsonNode document;
  private int copiedBytes;

  private JsonPatch(JsonNode document) {
    this.document = document;
  }

  /**
   * The object with the patch applied; the object itself is not changed.
   *
   * @throws ApiException BadRequest when the patch is malformed, RequestEntityTooLarge when it has
   *     too many operations, Invalid when it does not apply to this object
   */
  public static ObjectNode apply(ObjectNode object, JsonNode patch) {
    if (!(patch instanceof ArrayNode operations)) {
      throw PatchErrors.malformed(
          "error decoding patch: json: cannot unmarshal "
              + patch.getNodeType().name().toLowerCase(Locale.ROOT)
              + " into Go value of type []handlers.jsonPatchOp");
    }
    if (operations.size() > OPERATIONS_MAX) {
      throw new ApiException(
          ApiException.Reason.REQUEST_ENTITY_TOO_LARGE,
          "Request entity too large: The allowed maximum operations in a JSON patch is "
              + OPERATIONS_MAX
              + ", got "
              + operations.size(),
          ApiException.Details.NONE);
    }
    var state = new JsonPatch(object.deepCopy());
    for (var operation : operations) {
      state.run(operation);
    }
    if (!(state.document instanceof ObjectNode patched)) {
      throw PatchErrors.notApplicable("the patched document is not an object");
    }
    return patched;
  }

  /** The fields of operations that mean nothing, as Kubernetes names them. */
  public static List<String> unknownFields(JsonNode patch) {
    var unknown = new ArrayList<String>();
    for (var i = 0; i < patch.size(); i++) {
      for (var name : patch.path(i).propertyNames()) {
        if (!FIELDS.contains(name)) {
          unknown.add("json patch unknown field \"[" + i + "]." + name + "\"");
        }
      }
    }
    return unknown;
  }

  private void run(JsonNode operation) {
    if (!operation.isObject()) {
      throw PatchErrors.malformed(
          "error decoding patch: json: cannot unmarshal value into Go value of type"
              + " handlers.jsonPatchOp");
    }
    for (var field : List.of("op", "path", "from")) {
      var value = operation.path(field);
      if (!value.isMissingNode() && !value.isString()) {
        throw PatchErrors.malformed(
            "error decoding patch: json: cannot unmarshal "
                + value.getNodeType().name().toLowerCase(Locale.ROOT)
                + " into Go struct field jsonPatchOp."
                + field
                + " of type string");
      }
    }
    var op = operation.path("op").asString("unknown");
    switch (op) {
      case "add" -> add(op, path(operation, "path"), value(operation));
      case "remove" -> take(op, path(operation, "path"));
      case "replace" -> replace(path(operation, "path"), value(operation));
      case "move" -> move(path(operation, "from"), path(operation, "path"));
      case "copy" -> copy(path(operation, "from"), path(operation, "path"));
      case "test" -> test(path(operation, "path"), operation.get("value"));
      default -> throw PatchErrors.notApplicable("Unexpected kind: " + op);
    }
  }

  private static JsonPointer path(JsonNode operation, String name) {
    var text = operation.get(name);
    if (text == null || !text.isString()) {
      throw PatchErrors.notApplicable(
          operation.path("op").asString("")
              + " operation failed to decode "
              + name
              + ": missing value");
    }
    return JsonPointer.parse(text.stringValue());
  }

  private static JsonNode value(JsonNode operation) {
    var value = operation.get("value");
    return value == null ? NullNode.instance : value.deepCopy();
  }

  private void move(JsonPointer from, JsonPointer to) {
    if (!to.equals(from) && to.text().startsWith(from.text() + "/")) {
      throw PatchErrors.notApplicable("move operation would put " + from.text() + " into itself");
    }
    add("move", to, take("move", from));
  }

  private void copy(JsonPointer from, JsonPointer to) {
    var source = find("copy", from);
    copiedBytes += source.toString().length();
    if (copiedBytes > COPIED_BYTES_MAX) {
      throw PatchErrors.notApplicable(
          "the copies of a patch may not be larger than " + COPIED_BYTES_MAX + " together");
    }
    add("copy", to, source.deepCopy());
  }

  /** Keeps the document as flat as any object that comes from outside. */
  private static JsonNode within(JsonPointer path, JsonNode value) {
    if (Json.isDeeper(value, Json.DEPTH_MAX - path.steps().size())) {
      throw PatchErrors.notApplicable("the object would be nested deeper than " + Json.DEPTH_MAX);
    }
    return value;
  }

  private void replace(JsonPointer path, JsonNode value) {
    if (path.isRoot()) {
      document = value;
      return;
    }
    switch (container("replace", path)) {
      case ObjectNode object -> object.set(path.key(), within(path, value));
      case ArrayNode array -> array.set(existing("replace", path, array), within(path, value));
      default -> throw new IllegalStateException("a container is an object or a list");
    }
  }

  private void add(String op, JsonPointer path, JsonNode value) {
    if (path.isRoot()) {
      throw PatchErrors.notApplicable(
          op + " operation does not apply: doc is missing path: \"\": missing value");
    }
    switch (container(op, path)) {
      case ObjectNode object -> object.set(path.key(), within(path, value));
      case ArrayNode array -> array.insert(insertion(op, path, array), within(path, value));
      default -> throw new IllegalStateException("a container is an object or a list");
    }
  }

  private JsonNode take(String op, JsonPointer path) {
    if (path.isRoot()) {
      throw PatchErrors.notApplicable(
          op + " operation does not apply: the whole document can't be removed");
    }
    return switch (container(op, path)) {
      case ObjectNode object -> {
        var taken = object.remove(path.key());
        if (taken == null) {
          throw PatchErrors.notApplicable(
              "error in remove for path: '"
                  + path.text()
                  + "': Unable to remove nonexistent key: "
                  + path.key()
                  + ": missing value");
        }
        yield taken;
      }
      case ArrayNode array -> array.remove(existing(op, path, array));
      default -> throw new IllegalStateException("a container is an object or a list");
    };
  }

  private JsonNode find(String op, JsonPointer path) {
    if (path.isRoot()) {
      return document;
    }
    return switch (container(op, path)) {
      case ObjectNode object -> {
        var found = object.get(path.key());
        if (found == null) {
          throw PatchErrors.notApplicable(
              op
                  + " operation does not apply: doc is missing from path: "
                  + path.text()
                  + ": missing value");
        }
        yield found;
      }
      case ArrayNode array -> array.path(existing(op, path, array));
      default -> throw new IllegalStateException("a container is an object or a list");
    };
  }

  private void test(JsonPointer path, @Nullable JsonNode expected) {
    JsonNode actual = document;
    if (!path.isRoot()) {
      actual =
          switch (container("test", path)) {
            case ObjectNode object -> object.path(path.key());
            case ArrayNode array -> array.path(existing("test", path, array));
            default -> throw new IllegalStateException("a container is an object or a list");
          };
    }
    var isAbsent = actual.isMissingNode() || actual.isNull();
    var wantsAbsent = expected == null || expected.isNull();
    if (isAbsent != wantsAbsent || (!isAbsent && !JsonValues.same(actual, expected))) {
      throw PatchErrors.notApplicable("testing value " + path.text() + " failed: test failed");
    }
  }

  private JsonNode container(String op, JsonPointer path) {
    var container = path.parent(document);
    if (container == null) {
      throw PatchErrors.notApplicable(
          op
              + " operation does not apply: doc is missing path: \""
              + path.text()
              + "\": missing value");
    }
    return container;
  }

  private static int insertion(String op, JsonPointer path, ArrayNode array) {
    if (path.key().equals("-")) {
      return array.size();
    }
    return within(op, path, array.size() + 1);
  }

  private static int existing(String op, JsonPointer path, ArrayNode array) {
    try {
      return within(op, path, array.size());
    } catch (ApiException outside) {
      if (op.equals("replace")) {
        throw PatchErrors.notApplicable(
            "replace operation does not apply: doc is missing key: "
                + path.text()
                + ": missing value");
      }
      throw outside;
    }
  }

  private static int within(String op, JsonPointer path, int size) {
    var where = "error in " + op + " for path: '" + path.text() + "': ";
    var index = JsonPointer.index(path.key());
    if (index == null) {
      throw PatchErrors.notApplicable(
          where + "value was not a proper array index: '" + path.key() + "'");
    }
    var at = index < 0 ? index + size : index;
    if (at < 0 || at >= size) {
      throw PatchErrors.notApplicable(
          where + "Unable to access invalid index: " + index + ": invalid index referenced");
    }
    return at;
  }
}
