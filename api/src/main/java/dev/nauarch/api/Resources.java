package dev.nauarch.api;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LimitRange;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ReplicationController;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.Gateway;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GatewayClass;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.node.v1.RuntimeClass;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceClass;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceTaintRule;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaimTemplate;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceSlice;
import io.fabric8.kubernetes.api.model.scheduling.v1.PriorityClass;
import io.fabric8.kubernetes.api.model.scheduling.v1beta1.PodGroup;
import io.fabric8.kubernetes.api.model.storage.CSIDriver;
import io.fabric8.kubernetes.api.model.storage.CSINode;
import io.fabric8.kubernetes.api.model.storage.CSIStorageCapacity;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.fabric8.kubernetes.api.model.storage.VolumeAttachment;
import java.util.List;

/** The resources that the built-in controllers and the node agent work with. */
public final class Resources {

  public static final Resource<Namespace> NAMESPACES = cluster("", "v1", Namespace.class);
  public static final Resource<Node> NODES = cluster("", "v1", Node.class);
  public static final Resource<PersistentVolume> PERSISTENT_VOLUMES =
      cluster("", "v1", PersistentVolume.class);
  public static final Resource<Pod> PODS = namespaced("", "v1", Pod.class);
  public static final Resource<LimitRange> LIMIT_RANGES = namespaced("", "v1", LimitRange.class);
  public static final Resource<ReplicationController> REPLICATION_CONTROLLERS =
      namespaced("", "v1", ReplicationController.class);
  public static final Resource<ResourceQuota> RESOURCE_QUOTAS =
      namespaced("", "v1", ResourceQuota.class);
  public static final Resource<Service> SERVICES = namespaced("", "v1", Service.class);
  public static final Resource<Secret> SECRETS = namespaced("", "v1", Secret.class);
  public static final Resource<ConfigMap> CONFIG_MAPS = namespaced("", "v1", ConfigMap.class);
  public static final Resource<ServiceAccount> SERVICE_ACCOUNTS =
      namespaced("", "v1", ServiceAccount.class);
  public static final Resource<PersistentVolumeClaim> PERSISTENT_VOLUME_CLAIMS =
      namespaced("", "v1", PersistentVolumeClaim.class);
  public static final Resource<Endpoints> ENDPOINTS =
      new Resource<>("", "v1", "endpoints", "Endpoints", true, Endpoints.class);
  public static final Resource<Deployment> DEPLOYMENTS = namespaced("apps", "v1", Deployment.class);
  public static final Resource<ReplicaSet> REPLICA_SETS =
      namespaced("apps", "v1", ReplicaSet.class);
  public static final Resource<StatefulSet> STATEFUL_SETS =
      namespaced("apps", "v1", StatefulSet.class);
  public static final Resource<DaemonSet> DAEMON_SETS = namespaced("apps", "v1", DaemonSet.class);
  public static final Resource<ControllerRevision> CONTROLLER_REVISIONS =
      namespaced("apps", "v1", ControllerRevision.class);
  public static final Resource<HorizontalPodAutoscaler> HORIZONTAL_POD_AUTOSCALERS =
      namespaced("autoscaling", "v2", HorizontalPodAutoscaler.class);
  public static final Resource<CronJob> CRON_JOBS = namespaced("batch", "v1", CronJob.class);
  public static final Resource<Job> JOBS = namespaced("batch", "v1", Job.class);
  public static final Resource<Lease> LEASES = namespaced("coordination.k8s.io", "v1", Lease.class);
  public static final Resource<EndpointSlice> ENDPOINT_SLICES =
      namespaced("discovery.k8s.io", "v1", EndpointSlice.class);
  public static final Resource<Event> EVENTS = namespaced("events.k8s.io", "v1", Event.class);
  public static final Resource<RuntimeClass> RUNTIME_CLASSES =
      cluster("node.k8s.io", "v1", RuntimeClass.class);
  public static final Resource<PodDisruptionBudget> POD_DISRUPTION_BUDGETS =
      namespaced("policy", "v1", PodDisruptionBudget.class);
  public static final Resource<PriorityClass> PRIORITY_CLASSES =
      new Resource<>(
          "scheduling.k8s.io",
          "v1",
          "priorityclasses",
          "PriorityClass",
          false,
          PriorityClass.class);
  public static final Resource<PodGroup> POD_GROUPS =
      namespaced("scheduling.k8s.io", "v1beta1", PodGroup.class);
  public static final Resource<DeviceClass> DEVICE_CLASSES =
      cluster("resource.k8s.io", "v1", DeviceClass.class);
  public static final Resource<DeviceTaintRule> DEVICE_TAINT_RULES =
      cluster("resource.k8s.io", "v1", DeviceTaintRule.class);
  public static final Resource<ResourceClaim> RESOURCE_CLAIMS =
      namespaced("resource.k8s.io", "v1", ResourceClaim.class);
  public static final Resource<ResourceClaimTemplate> RESOURCE_CLAIM_TEMPLATES =
      namespaced("resource.k8s.io", "v1", ResourceClaimTemplate.class);
  public static final Resource<ResourceSlice> RESOURCE_SLICES =
      cluster("resource.k8s.io", "v1", ResourceSlice.class);
  public static final Resource<Role> ROLES =
      namespaced("rbac.authorization.k8s.io", "v1", Role.class);
  public static final Resource<RoleBinding> ROLE_BINDINGS =
      namespaced("rbac.authorization.k8s.io", "v1", RoleBinding.class);
  public static final Resource<ClusterRole> CLUSTER_ROLES =
      cluster("rbac.authorization.k8s.io", "v1", ClusterRole.class);
  public static final Resource<ClusterRoleBinding> CLUSTER_ROLE_BINDINGS =
      cluster("rbac.authorization.k8s.io", "v1", ClusterRoleBinding.class);
  public static final Resource<StorageClass> STORAGE_CLASSES =
      new Resource<>(
          "storage.k8s.io", "v1", "storageclasses", "StorageClass", false, StorageClass.class);
  public static final Resource<CSIDriver> CSI_DRIVERS =
      cluster("storage.k8s.io", "v1", CSIDriver.class);
  public static final Resource<NetworkPolicy> NETWORK_POLICIES =
      namespaced("networking.k8s.io", "v1", NetworkPolicy.class);
  public static final Resource<CSINode> CSI_NODES = cluster("storage.k8s.io", "v1", CSINode.class);
  public static final Resource<CSIStorageCapacity> CSI_STORAGE_CAPACITIES =
      new Resource<>(
          "storage.k8s.io",
          "v1",
          "csistoragecapacities",
          "CSIStorageCapacity",
          true,
          CSIStorageCapacity.class);
  public static final Resource<VolumeAttachment> VOLUME_ATTACHMENTS =
      cluster("storage.k8s.io", "v1", VolumeAttachment.class);
  public static final Resource<CustomResourceDefinition> CUSTOM_RESOURCE_DEFINITIONS =
      cluster("apiextensions.k8s.io", "v1", CustomResourceDefinition.class);
  public static final Resource<GatewayClass> GATEWAY_CLASSES =
      new Resource<>(
          "gateway.networking.k8s.io",
          "v1",
          "gatewayclasses",
          "GatewayClass",
          false,
          GatewayClass.class);
  public static final Resource<Gateway> GATEWAYS =
      namespaced("gateway.networking.k8s.io", "v1", Gateway.class);
  public static final Resource<HTTPRoute> HTTP_ROUTES =
      namespaced("gateway.networking.k8s.io", "v1", HTTPRoute.class);

  private Resources() {}

  /** All of the above. */
  public static List<Resource<?>> all() {
    return List.of(
        NAMESPACES,
        NODES,
        PERSISTENT_VOLUMES,
        PODS,
        LIMIT_RANGES,
        REPLICATION_CONTROLLERS,
        RESOURCE_QUOTAS,
        SERVICES,
        SECRETS,
        CONFIG_MAPS,
        SERVICE_ACCOUNTS,
        PERSISTENT_VOLUME_CLAIMS,
        ENDPOINTS,
        DEPLOYMENTS,
        REPLICA_SETS,
        STATEFUL_SETS,
        DAEMON_SETS,
        CONTROLLER_REVISIONS,
        HORIZONTAL_POD_AUTOSCALERS,
        CRON_JOBS,
        JOBS,
        LEASES,
        ENDPOINT_SLICES,
        EVENTS,
        POD_DISRUPTION_BUDGETS,
        PRIORITY_CLASSES,
        POD_GROUPS,
        DEVICE_CLASSES,
        DEVICE_TAINT_RULES,
        RESOURCE_CLAIMS,
        RESOURCE_CLAIM_TEMPLATES,
        RESOURCE_SLICES,
        ROLES,
        ROLE_BINDINGS,
        CLUSTER_ROLES,
        CLUSTER_ROLE_BINDINGS,
        STORAGE_CLASSES,
        CSI_DRIVERS,
        NETWORK_POLICIES,
        CSI_NODES,
        CSI_STORAGE_CAPACITIES,
        VOLUME_ATTACHMENTS,
        CUSTOM_RESOURCE_DEFINITIONS,
        GATEWAY_CLASSES,
        GATEWAYS,
        HTTP_ROUTES);
  }

  /** A namespaced resource whose plural is its kind's name in lower case with an s. */
  public static <T extends HasMetadata> Resource<T> namespaced(
      String group, String version, Class<T> type) {
    return new Resource<>(group, version, pluralOf(type), type.getSimpleName(), true, type);
  }

  private static <T extends HasMetadata> Resource<T> cluster(
      String group, String version, Class<T> type) {
    return new Resource<>(group, version, pluralOf(type), type.getSimpleName(), false, type);
  }

  private static String pluralOf(Class<?> type) {
    var name = type.getSimpleName().toLowerCase(java.util.Locale.ROOT);
    if (name.endsWith("ay")) {
      return name + "s";
    }
    return name.endsWith("y")
        ? name.substring(0, name.length() - 1) + "ies"
        : name.endsWith("s") ? name + "es" : name + "s";
  }
}
