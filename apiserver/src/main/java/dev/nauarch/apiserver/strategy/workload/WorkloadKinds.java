package dev.nauarch.apiserver.strategy.workload;

import dev.nauarch.apiserver.strategy.kind.KindTable;
import dev.nauarch.apiserver.strategy.kind.RuleStrategy;

/** The strategies of the kinds that make pods. */
public final class WorkloadKinds {

  private WorkloadKinds() {}

  /** Registers them. */
  public static void register(KindTable table) {
    table.strategy("apps", "Deployment", new DeploymentStrategy());
    table.strategy("apps", "ReplicaSet", new ReplicaSetStrategy());
    table.strategy("batch", "Job", new JobStrategy());
    table.strategy(
        "jobset.x-k8s.io",
        "JobSet",
        RuleStrategy.of(JobSetRules::check, JobSetRules::change).filledBy(JobSetRules::fill));
  }
}
