package dev.nauarch.apiserver.openapi;

import dev.nauarch.api.catalog.Catalog;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.api.catalog.Kind.Subresource;
import dev.nauarch.apiserver.schema.ObjectForm;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The paths of one kind: which verbs there are, what they take and what they answer. */
final class Paths {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.";
  private static final List<String> PATCH_TYPES =
      List.of(
          "application/apply-patch+yaml",
          "application/json-patch+json",
          "application/merge-patch+json");
  private static final String STRATEGIC_PATCH = "application/strategic-merge-patch+json";
  private static final String PROTOBUF = "application/vnd.kubernetes.protobuf";

  /** What the verbs of discovery are called in operations, by the method of HTTP. */
  private record Verb(String name, String method, String operation, String action) {}

  private static final Map<String, Verb> VERBS =
      Map.of(
          "list", new Verb("list", "get", "list", "list"),
          "get", new Verb("get", "get", "read", "get"),
          "create", new Verb("create", "post", "create", "post"),
          "update", new Verb("update", "put", "replace", "put"),
          "patch", new Verb("patch", "patch", "patch", "patch"),
          "delete", new Verb("delete", "delete", "delete", "delete"),
          "deletecollection", new Verb("deletecollection", "delete", "delete", "deletecollection"));

  private static final List<String> OF_COLLECTION = List.of("list", "create", "deletecollection");
  private static final List<String> OF_OBJECT = List.of("get", "update", "patch", "delete");
  private static final List<String> OF_PART = List.of("get", "create", "update", "patch");

  private final Catalog catalog;
  private final Kind kind;
  private final Components components;

  /**
   * What the operations of a path have in common.
   *
   * @param verbs the verbs that are served there
   * @param part what comes after the kind in the names of operations
   * @param suffix the end of those names
   * @param of the group, version and kind that are shown
   * @param form the schema of what is taken and given
   */
  private record Place(
      List<String> verbs, String part, String suffix, ObjectNode of, ObjectNode form) {}

  Paths(Catalog catalog, Kind kind, Components components) {
    this.catalog = catalog;
    this.kind = kind;
    this.components = components;
  }

  void addTo(ObjectNode paths) {
    var root =
        kind.group().isEmpty()
            ? "/api/" + kind.version()
            : "/apis/" + kind.group() + "/" + kind.version();
    var plural = "/" + kind.names().plural();
    var collection = root + (kind.namespaced() ? "/namespaces/{namespace}" : "") + plural;
    var own = groupVersionKind(kind.group(), kind.version(), kind.kind());
    var object = new Place(kind.verbs(), "", "", own, components.reference(kind));
    if (kind.verbs().contains("list") || kind.verbs().contains("create")) {
      var path = paths.putObject(collection);
      OF_COLLECTION.forEach(verb -> addOperation(path, verb, object));
      path.set("parameters", Parameters.ofPath(kind.namespaced(), false));
    }
    if (kind.namespaced() && kind.verbs().contains("list")) {
      var path = paths.putObject(root + plural);
      var everywhere =
          new Place(kind.verbs(), "", "ForAllNamespaces", own, components.reference(kind));
      addOperation(path, "list", everywhere);
      path.set("parameters", Parameters.ofPath(false, false));
    }
    if (kind.verbs().contains("get")) {
      var path = paths.putObject(collection + "/{name}");
      OF_OBJECT.forEach(verb -> addOperation(path, verb, object));
      path.set("parameters", Parameters.ofPath(kind.namespaced(), true));
    }
    for (var subresource : kind.subresources()) {
      addPart(paths.putObject(collection + "/{name}/" + subresource.name()), subresource);
    }
  }

  private void addPart(ObjectNode path, Subresource subresource) {
    var of = groupVersionKind(subresource.group(), subresource.version(), subresource.kind());
    var name = subresource.name();
    var title = name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
    var place = new Place(subresource.verbs(), title, "", of, form(subresource));
    OF_PART.forEach(verb -> addOperation(path, verb, place));
    path.set("parameters", Parameters.ofPath(kind.namespaced(), true));
  }

  /** What a subresource gives: an object of its kind, or else a stream of text. */
  private ObjectNode form(Subresource subresource) {
    if (subresource.name().equals("log")) {
      return NODES.objectNode().put("type", "string");
    }
    return catalog
        .form(subresource.group(), subresource.version(), subresource.kind())
        .map(components::reference)
        .orElseGet(() -> NODES.objectNode().put("type", "string"));
  }

  private void addOperation(ObjectNode path, String name, Place place) {
    var verb = VERBS.get(name);
    if (verb == null || !place.verbs.contains(name)) {
      return;
    }
    var operation = path.putObject(verb.method);
    operation.putArray("tags").add(Names.tag(kind.group(), kind.version()));
    operation.put("description", description(verb, place));
    operation.put("operationId", operationId(verb, place));
    var parameters = Parameters.ofQuery(name);
    // Readers drop empty lists, and then take the document for another one.
    if (!parameters.isEmpty()) {
      operation.set("parameters", parameters);
    }
    addBody(operation, name, place);
    addResponses(operation.putObject("responses"), name, place);
    operation.put("x-kubernetes-action", verb.action);
    operation.set("x-kubernetes-group-version-kind", place.of.deepCopy());
  }

  private void addResponses(ObjectNode responses, String verb, Place place) {
    var answer =
        switch (verb) {
          case "list" -> components.listReference(kind);
          case "delete" ->
              kind.returnsDeletedObject() ? place.form : components.reference(META + "Status");
          case "deletecollection" -> components.reference(META + "Status");
          default -> place.form;
        };
    addResponse(responses, "200", "OK", answer);
    if (verb.equals("create") || verb.equals("update") || verb.equals("patch")) {
      addResponse(responses, "201", "Created", answer);
    }
    if (verb.equals("create") || verb.equals("delete")) {
      addResponse(responses, "202", "Accepted", answer);
    }
    responses.putObject("401").put("description", "Unauthorized");
  }

  private void addResponse(ObjectNode responses, String code, String text, ObjectNode answer) {
    var content = responses.putObject(code).put("description", text).putObject("content");
    if (answer.path("type").asString("").equals("string")) {
      content.putObject("text/plain").set("schema", answer.deepCopy());
      return;
    }
    for (var type : List.of("application/json", "application/yaml", PROTOBUF)) {
      if (!type.equals(PROTOBUF) || !ObjectForm.isCustom(kind)) {
        content.putObject(type).set("schema", answer.deepCopy());
      }
    }
  }

  private void addBody(ObjectNode operation, String verb, Place place) {
    switch (verb) {
      case "create", "update" -> {
        var content = operation.putObject("requestBody").put("required", true).putObject("content");
        content.putObject("*/*").set("schema", place.form.deepCopy());
      }
      case "patch" -> {
        var content = operation.putObject("requestBody").put("required", true).putObject("content");
        // A patch is any object that its type allows.
        PATCH_TYPES.forEach(type -> content.set(type, anyObject()));
        // kubectl apply sends what it finds here, and else a merge patch.
        if (!ObjectForm.isCustom(kind)) {
          content.set(STRATEGIC_PATCH, anyObject());
        }
      }
      case "delete", "deletecollection" ->
          operation
              .putObject("requestBody")
              .putObject("content")
              .putObject("*/*")
              .set("schema", components.reference(META + "DeleteOptions"));
      default -> {
        // Reading takes no body.
      }
    }
  }

  private static ObjectNode anyObject() {
    var body = NODES.objectNode();
    body.putObject("schema").put("type", "object");
    return body;
  }

  private String description(Verb verb, Place place) {
    var what = place.part.isEmpty() ? "" : place.part.toLowerCase(Locale.ROOT) + " of ";
    return verb.name.equals("list") || verb.name.equals("deletecollection")
        ? verb.operation + " objects of the kind " + kind.kind()
        : verb.operation + " " + what + "one " + kind.kind();
  }

  private String operationId(Verb verb, Place place) {
    return verb.operation
        + Names.ofGroup(kind.group(), true)
        + Names.ofVersion(kind.version())
        + (verb.name.equals("deletecollection") ? "Collection" : "")
        + (kind.namespaced() && place.suffix.isEmpty() ? "Namespaced" : "")
        + kind.kind()
        + place.part
        + place.suffix;
  }

  /** An object here, and a list in a schema: clients tell them apart. */
  private static ObjectNode groupVersionKind(String group, String version, String kind) {
    return NODES.objectNode().put("group", group).put("version", version).put("kind", kind);
  }
}
