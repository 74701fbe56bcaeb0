package dev.nauarch.apiserver.crd;

import dev.nauarch.api.FieldError;
import dev.nauarch.apiserver.port.Strategy;
import dev.nauarch.apiserver.port.User;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What is peculiar to the kind CustomResourceDefinition. */
public final class DefinitionStrategy implements Strategy {

  @Override
  public void prepareForCreate(ObjectNode object, User user) {
    object.remove("status");
    Definition.complete(object);
  }

  @Override
  public void prepareForUpdate(ObjectNode object, ObjectNode old, String subresource, User user) {
    if (subresource.isEmpty()) {
      Definition.complete(object);
    }
  }

  @Override
  public List<FieldError> validate(ObjectNode object) {
    return DefinitionRules.problems(object);
  }

  @Override
  public List<FieldError> validateUpdate(ObjectNode object, ObjectNode old, String subresource) {
    if (!subresource.isEmpty()) {
      return List.of();
    }
    var problems = new ArrayList<>(DefinitionRules.problems(object));
    problems.addAll(storedVersionsThatGo(object));
    for (var path : List.of("group", "scope")) {
      unchanged(
          problems, "spec." + path, old.path("spec").path(path), object.path("spec").path(path));
    }
    if (new Definition(old).is("Established")) {
      for (var name : List.of("plural", "kind")) {
        unchanged(
            problems,
            "spec.names." + name,
            old.path("spec").path("names").path(name),
            object.path("spec").path("names").path(name));
      }
    }
    return problems;
  }

  /** A version in which objects may still be stored has to stay. */
  private static List<FieldError> storedVersionsThatGo(ObjectNode object) {
    var definition = new Definition(object);
    var names =
        definition.versions().stream().map(version -> version.path("name").asString("")).toList();
    var problems = new ArrayList<FieldError>();
    var stored = object.path("status").path("storedVersions");
    for (var i = 0; i < stored.size(); i++) {
      var name = stored.path(i).asString("");
      if (!names.contains(name)) {
        problems.add(
            FieldError.invalid(
                "status.storedVersions[" + i + "]",
                '"' + name + '"',
                "missing from spec.versions; objects may still be stored in it"));
      }
    }
    return problems;
  }

  private static void unchanged(
      List<FieldError> problems, String field, JsonNode before, JsonNode after) {
    if (!before.equals(after)) {
      problems.add(FieldError.invalid(field, after.toString(), "field is immutable"));
    }
  }
}
