package dev.nauarch.apiserver.authorization;

import dev.nauarch.api.FieldError;
import dev.nauarch.apiserver.object.FieldSelector;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** The selectors of an access review: whether they may be asked for, and what they ask for. */
final class ReviewedSelectors {

  private static final String PATH = "spec.resourceAttributes.";

  private ReviewedSelectors() {}

  /** What is wrong with the selectors. */
  static List<FieldError> check(JsonNode resource) {
    var errors = new ArrayList<FieldError>();
    check(errors, resource.path("fieldSelector"), PATH + "fieldSelector");
    check(errors, resource.path("labelSelector"), PATH + "labelSelector");
    return errors;
  }

  private static void check(List<FieldError> errors, JsonNode selector, String path) {
    if (!selector.isObject()) {
      return;
    }
    var raw = selector.path("rawSelector").asString("");
    var requirements = selector.path("requirements");
    if (!raw.isEmpty() && !requirements.isEmpty()) {
      errors.add(
          FieldError.invalid(
              path + ".rawSelector",
              selector.path("rawSelector").toString(),
              "may not specified at the same time as requirements"));
    }
    if (raw.isEmpty() && requirements.isEmpty()) {
      errors.add(
          FieldError.required(
              path + ".requirements",
              "when " + path + " is specified, requirements or rawSelector is required"));
    }
    for (int i = 0; i < requirements.size(); i++) {
      checkRequirement(errors, requirements.get(i), path + ".requirements[" + i + "]");
    }
  }

  /** An operator that is not known here may be one of a newer client. */
  private static void checkRequirement(List<FieldError> errors, JsonNode requirement, String path) {
    var hasValues = !requirement.path("values").isEmpty();
    var operator = requirement.path("operator").asString("");
    if (requirement.path("key").asString("").isEmpty()) {
      errors.add(FieldError.required(path + ".key", "must be specified"));
    }
    if (List.of("In", "NotIn").contains(operator) && !hasValues) {
      errors.add(
          FieldError.required(
              path + ".values", "must be specified when `operator` is 'In' or 'NotIn'"));
    }
    if (List.of("Exists", "DoesNotExist").contains(operator) && hasValues) {
      errors.add(
          FieldError.forbidden(
              path + ".values",
              "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
    }
  }

  /** What the field selector asks for, as far as authorization can use it. */
  static List<FieldSelector.Requirement> fields(JsonNode resource) {
    var selector = resource.path("fieldSelector");
    var raw = selector.path("rawSelector").asString("");
    if (!raw.isEmpty()) {
      return FieldSelector.requirements(raw);
    }
    var fields = new ArrayList<FieldSelector.Requirement>();
    for (var requirement : selector.path("requirements")) {
      var values = requirement.path("values");
      var operator = requirement.path("operator").asString("");
      if (values.size() == 1 && List.of("In", "NotIn").contains(operator)) {
        fields.add(
            new FieldSelector.Requirement(
                requirement.path("key").asString(""),
                values.get(0).asString(""),
                operator.equals("In")));
      }
    }
    return fields;
  }
}
