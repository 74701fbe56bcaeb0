package dev.nauarch.apiserver.request;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.FieldError;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.registry.ListPage;
import dev.nauarch.apiserver.registry.Registry;
import dev.nauarch.apiserver.registry.WriteOptions.Apply;
import dev.nauarch.client.Patch;
import java.io.IOException;
import java.util.List;

/** The verbs that change objects: create, update, patch, delete, deletecollection. */
final class Writing {

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
    return answers.written(call, 201, registry.create(call.object(), body, options));
  }

  Response update(Call call) throws IOException {
    var options = Options.write(call, "UpdateOptions");
    var body = bodies.object(call, call.kind(), options);
    var written = registry.update(call.target(), body, options);
    return answers.written(call, written.isNew() ? 201 : 200, written.object());
  }

  Response patch(Call call) throws IOException {
    var type = PatchBody.typeOf(call, List.of(Patch.Type.values()));
    return type == Patch.Type.APPLY
        ? apply(call)
        : patched(call, PatchBody.read(call, type, bodies, patches));
  }

  private Response patched(Call call, PatchBody patch) {
    if (call.query().has("force")) {
      throw ApiException.invalid(
          "meta.k8s.io",
          "PatchOptions",
          "",
          List.of(FieldError.forbidden("force", "may not be specified for non-apply patch")));
    }
    var options = Options.write(call, "PatchOptions");
    var written =
        registry.patch(
            call.target(),
            current -> patch.applied(call, current, patches, bodies, options),
            options);
    return answers.written(call, 200, written);
  }

  private Response apply(Call call) throws IOException {
    var forced = call.query().flag("force") ? Apply.FORCED : Apply.YES;
    var options = Options.write(call, "PatchOptions", forced);
    var body = bodies.applied(call, options);
    var written = registry.apply(call.target(), body, options);
    return answers.written(call, written.isNew() ? 201 : 200, written.object());
  }

  Response delete(Call call) throws IOException {
    var how = Options.Delete.of(call, bodies.deleteOptions(call));
    var deleted = registry.delete(call.object(), how.request(), how.options());
    var kind = call.kind();
    if (!deleted.isGone() || kind.returnsDeletedObject()) {
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
