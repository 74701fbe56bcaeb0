package dev.nauarch.apiserver.openapi;

import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.schema.ObjectForm;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
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
  private static final List<String> MEDIA_TYPES =
      List.of("application/json", "application/yaml", "application/vnd.kubernetes.protobuf");

  private record Verb(String action, String method) {}

  private final Kind kind;
  private final Components components;
  private int operations;

  Paths(Kind kind, Components components) {
    this.kind = kind;
    this.components = components;
  }

  void addTo(ObjectNode paths) {
    var root =
        kind.group().isEmpty()
            ? "/api/" + kind.version()
            : "/apis/" + kind.group() + "/" + kind.version();
    var collection =
        root + (kind.namespaced() ? "/namespaces/{namespace}/" : "/") + kind.names().plural();
    var verbs = kind.verbs();
    if (verbs.contains("list") || verbs.contains("create")) {
      var path = paths.putObject(collection);
      addOperation(path, verbs, new Verb("list", "get"), components.listReference(kind));
      addOperation(path, verbs, new Verb("create", "post"), components.reference(kind));
      addOperation(
          path,
          verbs,
          new Verb("deletecollection", "delete"),
          components.reference(META + "Status"));
      path.set("parameters", parameters(kind.namespaced(), false));
    }
    if (kind.namespaced() && verbs.contains("list")) {
      var all = paths.putObject(root + "/" + kind.names().plural());
      addOperation(all, verbs, new Verb("list", "get"), components.listReference(kind));
      all.set("parameters", parameters(false, false));
    }
    if (verbs.contains("get")) {
      var path = paths.putObject(collection + "/{name}");
      addOperations(path, verbs, components.reference(kind));
    }
    for (var subresource : kind.subresources()) {
      var isOwn = subresource.kind().equals(kind.kind());
      if (isOwn && !subresource.name().equals("log")) {
        var path = paths.putObject(collection + "/{name}/" + subresource.name());
        addOperations(path, subresource.verbs(), components.reference(kind));
      }
    }
  }

  private void addOperations(ObjectNode path, List<String> verbs, ObjectNode form) {
    addOperation(path, verbs, new Verb("get", "get"), form);
    addOperation(path, verbs, new Verb("update", "put"), form);
    addOperation(path, verbs, new Verb("patch", "patch"), form);
    addOperation(path, verbs, new Verb("delete", "delete"), components.reference(META + "Status"));
    path.set("parameters", parameters(kind.namespaced(), true));
  }

  private void addOperation(ObjectNode path, List<String> verbs, Verb verb, ObjectNode answer) {
    if (!verbs.contains(verb.action())) {
      return;
    }
    var operation = path.putObject(verb.method());
    operation.putArray("tags").add(tag());
    operation.put("description", verb.action() + " " + kind.names().plural());
    operation.put("operationId", operationId(verb));
    operation.set("parameters", queryParameters(verb.action()));
    addBody(operation, verb.action());
    var content =
        operation
            .putObject("responses")
            .putObject("200")
            .put("description", "OK")
            .putObject("content");
    MEDIA_TYPES.forEach(type -> content.putObject(type).set("schema", answer.deepCopy()));
    operation.put("x-kubernetes-action", action(verb.action()));
    operation.set("x-kubernetes-group-version-kind", groupVersionKind());
  }

  private void addBody(ObjectNode operation, String action) {
    switch (action) {
      case "create", "update" -> {
        var content = operation.putObject("requestBody").put("required", true).putObject("content");
        content.putObject("*/*").set("schema", components.reference(kind));
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

  private ArrayNode queryParameters(String action) {
    var parameters = NODES.arrayNode();
    switch (action) {
      case "create", "update", "patch" -> {
        query(parameters, "dryRun", "string", "All: nothing is stored.");
        query(parameters, "fieldManager", "string", "Who writes.");
        query(
            parameters,
            "fieldValidation",
            "string",
            "What is said of unknown and duplicate fields: Ignore, Warn or Strict.");
        if (action.equals("patch")) {
          query(parameters, "force", "boolean", "Takes fields that others own.");
        }
      }
      case "delete", "deletecollection" -> {
        query(parameters, "dryRun", "string", "All: nothing is deleted.");
        query(parameters, "gracePeriodSeconds", "integer", "How long the object may take to end.");
        query(parameters, "propagationPolicy", "string", "Orphan, Background or Foreground.");
      }
      case "list" -> {
        query(parameters, "allowWatchBookmarks", "boolean", "Whether a watch shows progress.");
        query(parameters, "continue", "string", "Where the last page ended.");
        query(parameters, "fieldSelector", "string", "Fields that objects must have.");
        query(parameters, "labelSelector", "string", "Labels that objects must have.");
        query(parameters, "limit", "integer", "How many objects a page holds.");
        query(parameters, "resourceVersion", "string", "The revision to read at.");
        query(parameters, "resourceVersionMatch", "string", "How the revision is meant.");
        query(parameters, "sendInitialEvents", "boolean", "Whether a watch starts with a list.");
        query(parameters, "timeoutSeconds", "integer", "How long a watch lasts.");
        query(parameters, "watch", "boolean", "Whether changes follow.");
      }
      default -> {
        // Reading one object takes no parameters.
      }
    }
    return parameters;
  }

  private static ArrayNode parameters(boolean hasNamespace, boolean hasName) {
    var parameters = NODES.arrayNode();
    if (hasName) {
      add(parameters, "name", "path", "string", "The object's name.").put("required", true);
    }
    if (hasNamespace) {
      add(parameters, "namespace", "path", "string", "The object's namespace.")
          .put("required", true);
    }
    add(parameters, "pretty", "query", "string", "Whether the answer is indented.");
    return parameters;
  }

  private static void query(ArrayNode parameters, String name, String type, String description) {
    add(parameters, name, "query", type, description);
  }

  private static ObjectNode add(
      ArrayNode parameters, String name, String where, String type, String description) {
    var parameter =
        parameters.addObject().put("name", name).put("in", where).put("description", description);
    parameter.putObject("schema").put("type", type).put("uniqueItems", true);
    return parameter;
  }

  private String tag() {
    var group = kind.group().isEmpty() ? "core" : kind.group();
    return (group + "_" + kind.version()).replace('.', '_');
  }

  private String operationId(Verb verb) {
    operations++;
    return verb.action() + "_" + tag() + "_" + kind.kind() + "_" + operations;
  }

  private static String action(String verb) {
    return switch (verb) {
      case "create" -> "post";
      case "update" -> "put";
      default -> verb;
    };
  }

  /** An object here, and a list in a schema: clients tell them apart. */
  private ObjectNode groupVersionKind() {
    return NODES
        .objectNode()
        .put("group", kind.group())
        .put("version", kind.version())
        .put("kind", kind.kind());
  }
}
