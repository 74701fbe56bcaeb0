package dev.nauarch.apiserver.strategy.network;

import dev.nauarch.api.FieldError;
import dev.nauarch.apiserver.port.Strategy;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Problems;
import java.util.List;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What is peculiar to network policies. */
final class PolicyStrategy implements Strategy {

  @Override
  public List<FieldError> validate(ObjectNode object) {
    return validateUpdate(object, JsonNodeFactory.instance.objectNode(), "");
  }

  @Override
  public List<FieldError> validateUpdate(ObjectNode object, ObjectNode old, String subresource) {
    var problems = new Problems();
    PolicyRules.after(old).check(problems, Field.of(object));
    return problems.errors();
  }

  @Override
  public List<String> warnings(ObjectNode object, ObjectNode old) {
    return PolicyRules.warnings(Field.of(object));
  }
}
