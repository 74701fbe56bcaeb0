package dev.nauarch.apiserver.strategy.workload;

import dev.nauarch.api.FieldError;
import dev.nauarch.apiserver.port.Strategy;
import dev.nauarch.apiserver.port.User;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Problems;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** What is peculiar to replica sets. */
final class ReplicaSetStrategy implements Strategy {

  @Override
  public void prepareForCreate(ObjectNode object, User user) {
    fill(object);
  }

  @Override
  public void prepareForUpdate(ObjectNode object, ObjectNode old, String subresource, User user) {
    fill(object);
  }

  @Override
  public List<FieldError> validate(ObjectNode object) {
    var problems = new Problems();
    check(problems, Field.of(object).at("spec"));
    return problems.errors();
  }

  @Override
  public List<FieldError> validateUpdate(ObjectNode object, ObjectNode old, String subresource) {
    var problems = new Problems();
    if (subresource.isEmpty()) {
      check(problems, Field.of(object).at("spec"));
      problems.immutable(
          Field.of(object).at("spec", "selector"), Field.of(old).at("spec", "selector"));
    } else {
      problems.notNegative(Field.of(object).at("spec", "replicas"));
      Templates.checkCounts(problems, object);
    }
    return problems.errors();
  }

  private static void fill(ObjectNode object) {
    var spec = object.withObject("spec");
    Templates.put(spec, "replicas", 1);
    Templates.fill(spec);
  }

  private static void check(Problems problems, Field spec) {
    problems.notNegative(spec.at("replicas"), spec.at("minReadySeconds"));
    Templates.checkServing(problems, spec, "ReplicaSet");
  }
}
