package dev.nauarch.apiserver.strategy.workload;

import dev.nauarch.api.FieldError;
import dev.nauarch.apiserver.port.Strategy;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Problems;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** What is peculiar to cron jobs: an old one may have what a new one may not. */
final class CronJobStrategy implements Strategy {

  @Override
  public List<FieldError> validate(ObjectNode object) {
    var problems = new Problems();
    CronJobRules.create(problems, Field.of(object));
    return problems.errors();
  }

  @Override
  public List<FieldError> validateUpdate(ObjectNode object, ObjectNode old, String subresource) {
    var problems = new Problems();
    if (subresource.isEmpty()) {
      CronJobRules.update(problems, Field.of(object), Field.of(old));
    }
    return problems.errors();
  }

  @Override
  public List<String> warnings(ObjectNode object, ObjectNode old) {
    return CronJobRules.warnings(Field.of(object), Field.of(old));
  }
}
