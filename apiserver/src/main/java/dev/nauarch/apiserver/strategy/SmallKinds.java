package dev.nauarch.apiserver.strategy;

import dev.nauarch.apiserver.port.Strategy;
import dev.nauarch.apiserver.strategy.network.EndpointRules;
import dev.nauarch.apiserver.strategy.workload.JobSetRules;
import java.util.List;
import java.util.stream.Stream;

/** The kinds whose strategy is a few rules. */
final class SmallKinds {

  /** A kind and its strategy. */
  record Entry(String group, String kind, Strategy strategy) {}

  private static final String RBAC = "rbac.authorization.k8s.io";
  private static final String STORAGE = "storage.k8s.io";
  private static final String SCHEDULING = "scheduling.k8s.io";

  private SmallKinds() {}

  static List<Entry> strategies() {
    return Stream.of(core(), storageAndRights(), work()).flatMap(List::stream).toList();
  }

  private static List<Entry> core() {
    return List.of(
        entry("", "ConfigMap", RuleStrategy.of(ConfigRules::configMap, ConfigRules::frozen)),
        entry(
            "",
            "Secret",
            RuleStrategy.of(ConfigRules::secret, ConfigRules::secretChange)
                .filledBy(ConfigRules::fillSecret)),
        entry("", "Namespace", RuleStrategy.of((_, _) -> {}).filledBy(ClusterRules::fillNamespace)),
        entry("", "Node", RuleStrategy.of(ClusterRules::node, ClusterRules::nodeChange)),
        entry("", "Event", RuleStrategy.of(ClusterRules::event)),
        entry("events.k8s.io", "Event", RuleStrategy.of(ClusterRules::newEvent)),
        entry("coordination.k8s.io", "Lease", new LeaseStrategy()),
        entry("", "Endpoints", RuleStrategy.of(EndpointRules::endpoints)),
        entry(
            "discovery.k8s.io",
            "EndpointSlice",
            RuleStrategy.of(EndpointRules::slice, EndpointRules::sliceChange)
                .filledBy((slice, _) -> EndpointRules.fillSlice(slice))));
  }

  private static List<Entry> storageAndRights() {
    return List.of(
        entry(
            "",
            "PersistentVolume",
            RuleStrategy.of(StorageRules::volume, StorageRules::volumeChange)
                .filledBy(StorageRules::fillVolume)),
        entry(
            "",
            "PersistentVolumeClaim",
            RuleStrategy.of(StorageRules::claim, StorageRules::claimChange)
                .filledBy(StorageRules::fillClaim)),
        entry(
            STORAGE,
            "StorageClass",
            RuleStrategy.of(StorageRules::storageClass, StorageRules::storageClassChange)
                .filledBy((storageClass, _) -> StorageRules.fillStorageClass(storageClass))),
        entry(RBAC, "Role", RuleStrategy.of(RoleRules::role)),
        entry(RBAC, "ClusterRole", RuleStrategy.of(RoleRules::clusterRole)),
        entry(RBAC, "RoleBinding", binding("ClusterRole", "Role")),
        entry(RBAC, "ClusterRoleBinding", binding("ClusterRole")));
  }

  private static List<Entry> work() {
    return List.of(
        entry(
            SCHEDULING,
            "PriorityClass",
            RuleStrategy.of(SchedulingKindRules::priorityClass, SchedulingKindRules::priorityChange)
                .filledBy((priority, _) -> SchedulingKindRules.fillPriorityClass(priority))),
        entry(
            SCHEDULING,
            "PodGroup",
            RuleStrategy.of((_, _) -> {}, SchedulingKindRules::podGroupChange)),
        entry("policy", "PodDisruptionBudget", RuleStrategy.of(SchedulingKindRules::budget)),
        entry(
            "jobset.x-k8s.io",
            "JobSet",
            RuleStrategy.of(JobSetRules::check, JobSetRules::change).filledBy(JobSetRules::fill)),
        entry("kueue.x-k8s.io", "LocalQueue", RuleStrategy.of((_, _) -> {}, QueueRules::local)),
        entry("kueue.x-k8s.io", "ClusterQueue", RuleStrategy.of(QueueRules::cluster)),
        entry(
            "kueue.x-k8s.io",
            "Workload",
            RuleStrategy.of(QueueRules::workload, QueueRules::workloadChange)));
  }

  private static RuleStrategy binding(String... roleKinds) {
    return RuleStrategy.of(
            (problems, binding) -> RoleRules.binding(problems, binding, roleKinds),
            RoleRules::bindingChange)
        .filledBy((binding, _) -> RoleRules.fillBinding(binding));
  }

  private static Entry entry(String group, String kind, Strategy strategy) {
    return new Entry(group, kind, strategy);
  }
}
