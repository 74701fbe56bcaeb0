package dev.nauarch.apiserver.request;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.ApiException.Reason;
import dev.nauarch.api.FieldError;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.registry.ListPage;
import dev.nauarch.apiserver.registry.Registry;
import dev.nauarch.apiserver.registry.Transformation;
import dev.nauarch.apiserver.registry.WriteOptions.Apply;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.node.ObjectNode;

/** The verbs that change objects: create, update, patch, delete, deletecollection. */
final class Writing {

  private static final String JSON_PATCH = "application/json-patch+json";
  private static final String MERGE_PATCH = "application/merge-patch+json";
  private static final String STRATEGIC_PATCH = "application/strategic-merge-patch+json";
  private static final String APPLY_PATCH = "application/apply-patch+yaml";

  private final Registry registry;
  private final Bodies bodies;
  private final Patches patches;
  private final Answers answers;

  Writing(Registry registry, Bodies bodies, Patches patches, Answers answers) {
    this.registry = registry;
    this.bodies = bodies;
    this.patches = patches;
    this.answers = answers;
  }

  Response create(Call call) throws IOException {
    var options = Options.write(call, "CreateOptions");
    var body = bodies.object(call, call.kind(), options);
    return answers.object(call, 201, registry.create(call.object(), body, options));
  }

  Response update(Call call) throws IOException {
    var options = Options.write(call, "UpdateOptions");
    var body = bodies.object(call, call.kind(), options);
    var written = registry.update(call.target(), body, options);
    return answers.object(call, written.isNew() ? 201 : 200, written.object());
  }

  Response patch(Call call) throws IOException {
    var bytes = bodies.bytes(call);
    return switch (mediaType(call)) {
      case JSON_PATCH -> {
        var patch = bodies.value(bytes);
        yield patched(call, object -> patches.json(object, patch));
      }
      case MERGE_PATCH -> {
        var patch = bodies.value(bytes);
        yield patched(call, object -> patches.merge(object, patch));
      }
      case STRATEGIC_PATCH -> {
        var patch = bodies.value(bytes);
        yield patched(call, object -> patches.strategic(call.kind(), object, patch));
      }
      case APPLY_PATCH -> apply(call, bytes);
      default -> throw unsupported();
    };
  }

  private Response patched(Call call, Transformation patch) {
    if (call.query().has("force")) {
      throw ApiException.invalid(
          "meta.k8s.io",
          "PatchOptions",
          "",
          List.of(FieldError.forbidden("force", "may not be specified for non-apply patch")));
    }
    var options = Options.write(call, "PatchOptions");
    Transformation checked =
        current -> {
          var object = patch.apply(current);
          checkType(call, object);
          bodies.validateFields(call, call.kind(), object, List.of(), options);
          return object;
        };
    return answers.object(call, 200, registry.patch(call.target(), checked, options));
  }

  private Response apply(Call call, byte[] bytes) {
    var forced = call.query().flag("force") ? Apply.FORCED : Apply.YES;
    var options = Options.write(call, "PatchOptions", forced);
    var body = bodies.object(call, bytes, Encoding.YAML, call.kind(), options);
    if (body.path("metadata").has("managedFields")) {
      throw ApiException.badRequest("metadata.managedFields must be nil");
    }
    Json.childOf(body, "metadata").put("name", call.route().name());
    if (call.kind().namespaced()) {
      Json.childOf(body, "metadata").put("namespace", call.route().namespace());
    }
    var written = registry.apply(call.target(), body, options);
    return answers.object(call, written.isNew() ? 201 : 200, written.object());
  }

  private static void checkType(Call call, ObjectNode object) {
    if (!Json.text(object, "apiVersion").equals(call.kind().apiVersion())
        || !Json.text(object, "kind").equals(call.kind().kind())) {
      throw ApiException.badRequest("the patch may not change the object's apiVersion or kind");
    }
  }

  private static String mediaType(Call call) {
    var contentType = call.header("Content-Type");
    var semicolon = contentType.indexOf(';');
    return (semicolon < 0 ? contentType : contentType.substring(0, semicolon))
        .strip()
        .toLowerCase(Locale.ROOT);
  }

  private static ApiException unsupported() {
    return new ApiException(
        Reason.UNSUPPORTED_MEDIA_TYPE,
        "the body of the request was in an unknown format - accepted media types include: "
            + String.join(", ", List.of(JSON_PATCH, MERGE_PATCH, STRATEGIC_PATCH, APPLY_PATCH)),
        ApiException.Details.NONE);
  }

  Response delete(Call call) throws IOException {
    var how = Options.Delete.of(call, bodies.deleteOptions(call));
    var deleted = registry.delete(call.object(), how.request(), how.options());
    if (!deleted.isGone()) {
      return answers.object(call, 200, deleted.object());
    }
    var uid = Json.text(deleted.object().tree(), "metadata", "uid");
    return answers.plain(call, 200, StatusObject.deleted(call.kind(), call.route().name(), uid));
  }

  Response deleteAll(Call call) throws IOException {
    var how = Options.Delete.of(call, bodies.deleteOptions(call));
    var deleted = registry.deleteAll(call.kind(), Options.list(call), how.request(), how.options());
    var revision = registry.parts().cache().revision();
    return answers.list(call, new ListPage(deleted, revision, "", 0));
  }
}
