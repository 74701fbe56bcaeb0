package dev.nauarch.apiserver.strategy.rbac;

import dev.nauarch.apiserver.strategy.kind.KindTable;
import dev.nauarch.apiserver.strategy.kind.RuleStrategy;

/** The strategies of rbac.authorization.k8s.io. */
public final class RbacKinds {

  private static final String GROUP = "rbac.authorization.k8s.io";

  private RbacKinds() {}

  /** Registers them. */
  public static void register(KindTable table) {
    table.strategy(GROUP, "Role", RuleStrategy.of(RoleRules::role));
    table.strategy(GROUP, "ClusterRole", RuleStrategy.of(RoleRules::clusterRole));
    table.strategy(GROUP, "RoleBinding", binding("ClusterRole", "Role"));
    table.strategy(GROUP, "ClusterRoleBinding", binding("ClusterRole"));
  }

  private static RuleStrategy binding(String... roleKinds) {
    return RuleStrategy.of(
            (problems, binding) -> RoleRules.binding(problems, binding, roleKinds),
            RoleRules::bindingChange)
        .filledBy((binding, _) -> RoleRules.fillBinding(binding));
  }
}
