package dev.nauarch.apiserver.strategy.flow;

import dev.nauarch.apiserver.flowcontrol.FlowObjects;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Problems;
import dev.nauarch.apiserver.strategy.kind.KindTable;
import dev.nauarch.apiserver.strategy.kind.RuleStrategy;
import java.util.HashSet;

/** The strategies of flowcontrol.apiserver.k8s.io. */
public final class FlowKinds {

  private FlowKinds() {}

  /** Registers them. */
  public static void register(KindTable table) {
    table.strategy(FlowObjects.GROUP, "FlowSchema", of(SchemaRules::check));
    table.strategy(FlowObjects.GROUP, "PriorityLevelConfiguration", of(LevelRules::check));
  }

  private static RuleStrategy of(RuleStrategy.Rule rule) {
    return RuleStrategy.of(rule).statusBy((problems, object, _) -> status(problems, object));
  }

  private static void status(Problems problems, Field object) {
    var types = new HashSet<String>();
    for (var condition : object.at("status", "conditions").items()) {
      if (!types.add(condition.at("type").text())) {
        problems.duplicate(condition.at("type"));
      }
      problems.require(condition.at("type"));
    }
  }
}
