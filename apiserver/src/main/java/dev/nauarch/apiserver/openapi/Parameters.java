package dev.nauarch.apiserver.openapi;

import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** The parameters of operations. */
final class Parameters {

  private record Parameter(String name, String type, String description) {}

  private static final List<Parameter> OF_WRITES =
      List.of(
          new Parameter("dryRun", "string", "All: nothing is stored."),
          new Parameter("fieldManager", "string", "Who writes."),
          new Parameter(
              "fieldValidation",
              "string",
              "What is said of unknown and duplicate fields: Ignore, Warn or Strict."));

  private static final List<Parameter> OF_DELETIONS =
      List.of(
          new Parameter("dryRun", "string", "All: nothing is deleted."),
          new Parameter("gracePeriodSeconds", "integer", "How long the object may take to end."),
          new Parameter("orphanDependents", "boolean", "The older form of propagationPolicy."),
          new Parameter("propagationPolicy", "string", "Orphan, Background or Foreground."));

  private static final List<Parameter> OF_LISTS =
      List.of(
          new Parameter("allowWatchBookmarks", "boolean", "Whether a watch shows progress."),
          new Parameter("continue", "string", "Where the last page ended."),
          new Parameter("fieldSelector", "string", "Fields that objects must have."),
          new Parameter("labelSelector", "string", "Labels that objects must have."),
          new Parameter("limit", "integer", "How many objects a page holds."),
          new Parameter("resourceVersion", "string", "The revision to read at."),
          new Parameter("resourceVersionMatch", "string", "How the revision is meant."),
          new Parameter("sendInitialEvents", "boolean", "Whether a watch starts with a list."),
          new Parameter("timeoutSeconds", "integer", "How long a watch lasts."),
          new Parameter("watch", "boolean", "Whether changes follow."));

  private static final List<Parameter> OF_PATCHES =
      List.of(new Parameter("force", "boolean", "Takes fields that others own."));

  private static final Map<String, List<List<Parameter>>> BY_VERB =
      Map.of(
          "list", List.of(OF_LISTS),
          "create", List.of(OF_WRITES),
          "update", List.of(OF_WRITES),
          "patch", List.of(OF_WRITES, OF_PATCHES),
          "delete", List.of(OF_DELETIONS),
          "deletecollection", List.of(OF_LISTS.subList(1, OF_LISTS.size() - 1), OF_DELETIONS));

  private Parameters() {}

  /** What a verb of discovery takes behind the question mark. */
  static ArrayNode ofQuery(String verb) {
    var parameters = JsonNodeFactory.instance.arrayNode();
    for (var some : BY_VERB.getOrDefault(verb, List.of())) {
      some.forEach(parameter -> add(parameters, parameter, "query"));
    }
    return parameters;
  }

  /** What all operations of a path take. */
  static ArrayNode ofPath(boolean hasNamespace, boolean hasName) {
    var parameters = JsonNodeFactory.instance.arrayNode();
    if (hasName) {
      add(parameters, new Parameter("name", "string", "The object's name."), "path");
    }
    if (hasNamespace) {
      add(parameters, new Parameter("namespace", "string", "The object's namespace."), "path");
    }
    var pretty = new Parameter("pretty", "string", "Whether the answer is indented.");
    add(parameters, pretty, "query");
    return parameters;
  }

  private static void add(ArrayNode parameters, Parameter parameter, String where) {
    var json =
        parameters
            .addObject()
            .put("name", parameter.name)
            .put("in", where)
            .put("description", parameter.description);
    if (where.equals("path")) {
      json.put("required", true);
    }
    json.putObject("schema").put("type", parameter.type).put("uniqueItems", true);
  }
}
