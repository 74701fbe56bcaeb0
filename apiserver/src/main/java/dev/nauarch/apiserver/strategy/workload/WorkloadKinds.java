package dev.nauarch.apiserver.strategy.workload;

import dev.nauarch.apiserver.strategy.kind.KindTable;
import dev.nauarch.apiserver.strategy.kind.RuleStrategy;
import dev.nauarch.apiserver.strategy.pod.PodSpecRules;

/** The strategies of the kinds that make pods. */
public final class WorkloadKinds {

  private static final String APPS = "apps";

  private WorkloadKinds() {}

  /** Registers them. */
  public static void register(KindTable table) {
    table.strategy(
        APPS,
        "ControllerRevision",
        RuleStrategy.of(ControllerRules::revision, ControllerRules::revisionChange));
    table.strategy(
        APPS,
        "DaemonSet",
        RuleStrategy.of(DaemonSetRules::check, DeploymentRules::change)
            .filledBy(DaemonSetRules::fill)
            .withStatus(ReplicaStatus::counts));
    table.strategy(
        APPS,
        "Deployment",
        RuleStrategy.of(DeploymentRules::deployment, DeploymentRules::change)
            .withStatus(ReplicaStatus.OF_DEPLOYMENTS::check));
    table.strategy(
        APPS,
        "ReplicaSet",
        RuleStrategy.of(DeploymentRules::replicaSet, DeploymentRules::change)
            .withStatus(ReplicaStatus.OF_REPLICAS::check));
    table.strategy(
        APPS,
        "StatefulSet",
        RuleStrategy.of(StatefulSetRules::check, StatefulSetRules::change)
            .withStatus(ReplicaStatus.OF_STATEFUL_SETS::check)
            .warningOf(StatefulSetRules::warnings));
    table.strategy(
        "",
        "PodTemplate",
        RuleStrategy.of(
            (problems, object) -> PodSpecRules.template(problems, object.at("template"))));
    table.strategy("", "ReplicationController", new ReplicationControllerStrategy());
    table.strategy("batch", "CronJob", new CronJobStrategy());
    table.strategy("batch", "Job", new JobStrategy());
    table.strategy(
        "jobset.x-k8s.io",
        "JobSet",
        RuleStrategy.of(JobSetRules::check, JobSetRules::change).filledBy(JobSetRules::fill));
  }
}
