package dev.nauarch.apiserver.strategy.network;

import dev.nauarch.api.FieldError;
import dev.nauarch.apiserver.port.Strategy;
import dev.nauarch.apiserver.strategy.field.Problems;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** What is peculiar to ranges of addresses of services. */
final class ServiceCidrStrategy implements Strategy {

  @Override
  public List<FieldError> validate(ObjectNode object) {
    var problems = new Problems();
    AddressRules.ranges(problems, object);
    return problems.errors();
  }

  @Override
  public List<FieldError> validateUpdate(ObjectNode object, ObjectNode old, String subresource) {
    var problems = new Problems();
    if (subresource.isEmpty()) {
      AddressRules.rangesChange(problems, object, old);
    }
    return problems.errors();
  }
}
