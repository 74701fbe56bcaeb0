package dev.nauarch.apiserver.crd;

import dev.nauarch.api.FieldError;
import dev.nauarch.apiserver.port.Strategy;
import dev.nauarch.apiserver.port.User;
import java.time.Instant;
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

  /** A definition goes after the objects that it defines. */
  @Override
  public void prepareForDelete(ObjectNode object, Instant now) {
    DefinitionEnd.begin(object, now);
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
    var problems = new ArrayList<>(DefinitionRules.problems(object, old));
    var spec = object.path("spec");
    var before = old.path("spec");
    if (new Definition(old).is("Established")) {
      unchanged(problems, "spec.scope", before.path("scope"), spec.path("scope"));
      unchanged(
          problems,
          "spec.names.kind",
          before.path("names").path("kind"),
          spec.path("names").path("kind"));
    }
    unchanged(problems, "spec.group", before.path("group"), spec.path("group"));
    unchanged(
        problems,
        "spec.names.plural",
        before.path("names").path("plural"),
        spec.path("names").path("plural"));
    return problems;
  }

  private static void unchanged(
      List<FieldError> problems, String field, JsonNode before, JsonNode after) {
    if (!before.equals(after)) {
      problems.add(FieldError.invalid(field, after.toString(), "field is immutable"));
    }
  }
}
