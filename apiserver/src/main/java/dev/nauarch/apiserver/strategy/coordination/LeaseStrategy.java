package dev.nauarch.apiserver.strategy.coordination;

import dev.nauarch.api.FieldError;
import dev.nauarch.apiserver.port.Strategy;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Problems;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** What is peculiar to leases: a PUT makes one, and must say which version it replaces. */
final class LeaseStrategy implements Strategy {

  @Override
  public List<FieldError> validate(ObjectNode object) {
    var problems = new Problems();
    var spec = Field.of(object).at("spec");
    var duration = spec.at("leaseDurationSeconds");
    if (duration.isPresent() && duration.number(1) <= 0) {
      problems.invalid(duration, "must be greater than 0");
    }
    problems.notNegative(spec.at("leaseTransitions"));
    return problems.errors();
  }

  @Override
  public boolean allowsCreateOnUpdate() {
    return true;
  }

  @Override
  public boolean allowsUnconditionalUpdate() {
    return false;
  }
}
