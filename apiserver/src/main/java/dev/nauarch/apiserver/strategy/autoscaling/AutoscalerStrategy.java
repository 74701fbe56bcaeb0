package dev.nauarch.apiserver.strategy.autoscaling;

import dev.nauarch.api.FieldError;
import dev.nauarch.apiserver.port.Strategy;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Problems;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** What is peculiar to autoscalers: an old one may have what a new one may not. */
final class AutoscalerStrategy implements Strategy {

  private static final ReferenceRules NEW_TARGET = new ReferenceRules(true, false);
  private static final ReferenceRules SAME_TARGET = new ReferenceRules(false, true);
  private static final ReferenceRules CONTROLLER = new ReferenceRules(true, true);

  @Override
  public List<FieldError> validate(ObjectNode object) {
    var problems = new Problems();
    var target = Field.of(object).at("spec", "scaleTargetRef");
    // The one kind of the core group that has a scale.
    var rules = target.at("kind").is("ReplicationController") ? CONTROLLER : NEW_TARGET;
    new AutoscalerRules(rules, CONTROLLER).check(problems, Field.of(object));
    return problems.errors();
  }

  @Override
  public List<FieldError> validateUpdate(ObjectNode object, ObjectNode old, String subresource) {
    var problems = new Problems();
    var now = Field.of(object);
    var before = Field.of(old);
    if (subresource.equals("status")) {
      problems.notNegative(
          now.at("status", "currentReplicas"), now.at("status", "desiredReplicas"));
    } else if (subresource.isEmpty()) {
      var scale = now.at("spec", "scaleTargetRef");
      new AutoscalerRules(
              target(scale, before.at("spec", "scaleTargetRef")), describedObjects(before))
          .check(problems, now);
    }
    return problems.errors();
  }

  private static ReferenceRules target(Field target, Field before) {
    if (target.at("apiVersion").hasValueOf(before.at("apiVersion"))
        && target.at("kind").hasValueOf(before.at("kind"))) {
      return SAME_TARGET;
    }
    return target.at("kind").is("ReplicationController") ? CONTROLLER : NEW_TARGET;
  }

  /** Objects of metrics may stay as wrong as one of them was. */
  private static ReferenceRules describedObjects(Field before) {
    boolean wasWrong =
        before.at("spec", "metrics").items().stream()
            .map(metric -> metric.at("object", "describedObject", "apiVersion"))
            .anyMatch(version -> version.text().chars().filter(c -> c == '/').count() > 1);
    return wasWrong ? SAME_TARGET : CONTROLLER;
  }
}
