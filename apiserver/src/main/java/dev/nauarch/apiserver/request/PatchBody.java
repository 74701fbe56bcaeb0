package dev.nauarch.apiserver.request;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.ApiException.Reason;
import dev.nauarch.api.FieldError;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.registry.WriteOptions;
import dev.nauarch.client.Patch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * A patch as it was sent, of any type but apply.
 *
 * @param type how it changes an object
 * @param value what was sent
 * @param text the same as text, for messages
 * @param problems fields of the patch itself that stand twice or that nobody knows
 */
record PatchBody(Patch.Type type, JsonNode value, String text, List<String> problems) {

  private static final int TEXT_LENGTH_MAX = 1_000;

  /** Where the part of a refusal begins that says what is unknown, and not of which kind. */
  private static final String DECODED = "strict decoding error: ";

  /**
   * The type of patch that a request names.
   *
   * @param taken the types that may be
   * @throws ApiException {@code UNSUPPORTED_MEDIA_TYPE} for any other
   */
  static Patch.Type typeOf(Call call, List<Patch.Type> taken) {
    var contentType = call.header("Content-Type");
    var semicolon = contentType.indexOf(';');
    var name = semicolon < 0 ? contentType : contentType.substring(0, semicolon);
    for (var type : taken) {
      if (type.mediaType().equals(name.strip().toLowerCase(Locale.ROOT))) {
        return type;
      }
    }
    throw new ApiException(
        Reason.UNSUPPORTED_MEDIA_TYPE,
        "the body of the request was in an unknown format - accepted media types include: "
            + String.join(", ", taken.stream().map(Patch.Type::mediaType).toList()),
        ApiException.Details.NONE);
  }

  /** Reads the body of a request. */
  static PatchBody read(Call call, Patch.Type type, Bodies bodies, Patches patches)
      throws IOException {
    var bytes = bodies.bytes(call);
    var decoded = bodies.patch(bytes);
    var problems = new ArrayList<>(decoded.duplicates());
    if (type == Patch.Type.JSON) {
      problems.addAll(patches.unknownInJson(decoded.value()));
    }
    var length = Math.min(bytes.length, TEXT_LENGTH_MAX);
    var text = new String(bytes, 0, length, StandardCharsets.UTF_8);
    return new PatchBody(type, decoded.value(), text, problems);
  }

  /** An object with the patch applied, before anybody has looked at what came of it. */
  ObjectNode applied(Call call, ObjectNode object, Patches patches) {
    return switch (type) {
      case JSON -> patches.json(object, value);
      case MERGE -> patches.merge(object, value);
      case STRATEGIC -> patches.strategic(call.kind(), object, value);
      case APPLY -> throw new IllegalStateException("an apply is no change of an object");
    };
  }

  /** An object of the call's kind with the patch applied, in the form of that kind. */
  ObjectNode applied(
      Call call, ObjectNode object, Patches patches, Bodies bodies, WriteOptions options) {
    var patched = applied(call, object, patches);
    // A patch that takes these away means nothing by it.
    patched.putIfAbsent("apiVersion", StringNode.valueOf(call.kind().apiVersion()));
    patched.putIfAbsent("kind", StringNode.valueOf(call.kind().kind()));
    try {
      Bodies.checkKind(patched, call.kind());
      bodies.validateFields(call, call.kind(), patched, problems, options);
      return patched;
    } catch (ApiException e) {
      if (e.reason() != Reason.BAD_REQUEST) {
        throw e;
      }
      var misfit =
          type == Patch.Type.STRATEGIC
              ? GoValues.misfit(patched, call.kind().schema())
              : Optional.<String>empty();
      throw invalid(misfit.orElse(String.valueOf(e.getMessage())));
    }
  }

  /** The answer to a patch that makes an object what it can't be. */
  ApiException invalid(String why) {
    if (type == Patch.Type.STRATEGIC) {
      var shown = GoValues.text(value);
      var begin = shown.substring(0, Math.min(shown.length(), TEXT_LENGTH_MAX));
      var reason = why.substring(why.indexOf(DECODED) < 0 ? 0 : why.indexOf(DECODED));
      return refusal(begin, reason);
    }
    return refusal(text, why);
  }

  private static ApiException refusal(String shown, String why) {
    var cause = FieldError.invalid("patch", Json.quoted(shown), why);
    return ApiException.invalid("", "", "", List.of(cause));
  }
}
