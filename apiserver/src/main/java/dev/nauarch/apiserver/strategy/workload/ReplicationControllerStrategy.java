package dev.nauarch.apiserver.strategy.workload;

import dev.nauarch.api.FieldError;
import dev.nauarch.apiserver.port.Strategy;
import dev.nauarch.apiserver.strategy.kind.RuleStrategy;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** What is peculiar to replication controllers: whoever deletes one by default keeps its pods. */
final class ReplicationControllerStrategy implements Strategy {

  private static final RuleStrategy RULES =
      RuleStrategy.of(ControllerRules::controller)
          .withStatus(ReplicaStatus.OF_REPLICAS::check)
          .warningOf(ControllerRules::nameWarning);

  @Override
  public List<FieldError> validate(ObjectNode object) {
    return RULES.validate(object);
  }

  @Override
  public List<FieldError> validateUpdate(ObjectNode object, ObjectNode old, String subresource) {
    return RULES.validateUpdate(object, old, subresource);
  }

  @Override
  public List<String> warnings(ObjectNode object, ObjectNode old) {
    return RULES.warnings(object, old);
  }

  @Override
  public boolean orphansByDefault() {
    return true;
  }
}
