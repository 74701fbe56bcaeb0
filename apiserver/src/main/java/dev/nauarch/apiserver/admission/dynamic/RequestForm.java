package dev.nauarch.apiserver.admission.dynamic;

import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.port.AdmissionRequest.Operation;
import dev.nauarch.apiserver.port.User;
import tools.jackson.databind.node.ObjectNode;

/** A request as an object, as webhooks are sent it and expressions read it. */
final class RequestForm {

  private RequestForm() {}

  /**
   * All of a request but its uid and the objects themselves.
   *
   * @param as the version of the kind in which it is meant
   */
  static ObjectNode of(Reviewed reviewed, Kind as) {
    var request = Json.object();
    var kind = reviewed.kind();
    var subresource = reviewed.subresource();
    request.set("kind", kindOf(reviewed, as));
    request.set("resource", resourceOf(as));
    putUnlessEmpty(request, "subResource", subresource);
    request.set("requestKind", kindOf(reviewed, kind));
    request.set("requestResource", resourceOf(kind));
    putUnlessEmpty(request, "requestSubResource", subresource);
    putUnlessEmpty(request, "name", reviewed.name());
    putUnlessEmpty(request, "namespace", reviewed.namespace());
    request.put("operation", reviewed.operation());
    request.set("userInfo", user(reviewed.request().context().user()));
    request.put("dryRun", reviewed.request().context().isDryRun());
    request.set("options", options(reviewed));
    return request;
  }

  private static ObjectNode kindOf(Reviewed reviewed, Kind kind) {
    var form = Json.object();
    var part = kind.subresource(reviewed.subresource());
    // A Binding, say, is admitted as the change of the pod that it makes.
    var written = reviewed.request().object().map(object -> Json.text(object, "kind")).orElse("");
    if (part.isPresent()
        && !part.get().kind().isEmpty()
        && (written.isEmpty() || written.equals(part.get().kind()))) {
      var version = part.get().version();
      return form.put("group", part.get().group())
          .put("version", version.isEmpty() ? kind.version() : version)
          .put("kind", part.get().kind());
    }
    return form.put("group", kind.group()).put("version", kind.version()).put("kind", kind.kind());
  }

  private static ObjectNode resourceOf(Kind kind) {
    return Json.object()
        .put("group", kind.group())
        .put("version", kind.version())
        .put("resource", kind.names().plural());
  }

  private static ObjectNode user(User user) {
    var form = Json.object();
    putUnlessEmpty(form, "username", user.name());
    putUnlessEmpty(form, "uid", user.uid());
    if (!user.groups().isEmpty()) {
      var groups = form.putArray("groups");
      user.groups().forEach(groups::add);
    }
    if (!user.extra().isEmpty()) {
      var extra = form.putObject("extra");
      user.extra().forEach((key, values) -> values.forEach(extra.putArray(key)::add));
    }
    return form;
  }

  /** A patch is an update, or a creation, to whoever looks at what comes of it. */
  private static tools.jackson.databind.JsonNode options(Reviewed reviewed) {
    var operation = reviewed.request().operation();
    if (operation == Operation.CONNECT) {
      return tools.jackson.databind.node.NullNode.instance;
    }
    var options = reviewed.request().context().options().deepCopy();
    options.remove("force");
    var kind =
        switch (operation) {
          case CREATE -> "CreateOptions";
          case DELETE -> "DeleteOptions";
          default -> "UpdateOptions";
        };
    return options.put("kind", kind).put("apiVersion", "meta.k8s.io/v1");
  }

  private static void putUnlessEmpty(ObjectNode node, String field, String value) {
    if (!value.isEmpty()) {
      node.put(field, value);
    }
  }
}
