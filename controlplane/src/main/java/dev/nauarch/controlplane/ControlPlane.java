package dev.nauarch.controlplane;

import dev.nauarch.api.Resource;
import dev.nauarch.api.Resources;
import dev.nauarch.client.ClusterClient;
import dev.nauarch.controlplane.reconcile.ReconcilerHost;
import dev.nauarch.reconcile.Reconciler;
import dev.nauarch.reconcile.Trigger;
import dev.nauarch.reconcile.autoscale.HorizontalAutoscaler;
import dev.nauarch.reconcile.cluster.GarbageCollector;
import dev.nauarch.reconcile.cluster.NamespaceContents;
import dev.nauarch.reconcile.cluster.NamespaceReconciler;
import dev.nauarch.reconcile.cron.CronJobReconciler;
import dev.nauarch.reconcile.daemon.DaemonSetReconciler;
import dev.nauarch.reconcile.device.ClaimReleaseReconciler;
import dev.nauarch.reconcile.device.DeviceTaintEvictor;
import dev.nauarch.reconcile.device.DeviceTaintRuleReporter;
import dev.nauarch.reconcile.device.GroupClaimReconciler;
import dev.nauarch.reconcile.device.PodClaimReconciler;
import dev.nauarch.reconcile.job.FinishedJobs;
import dev.nauarch.reconcile.job.JobReconciler;
import dev.nauarch.reconcile.jobset.JobSetReconciler;
import dev.nauarch.reconcile.network.EndpointSliceMirror;
import dev.nauarch.reconcile.network.EndpointSliceReconciler;
import dev.nauarch.reconcile.network.EndpointsReconciler;
import dev.nauarch.reconcile.node.NodeLifecycle;
import dev.nauarch.reconcile.node.NodeRanges;
import dev.nauarch.reconcile.node.PodCollector;
import dev.nauarch.reconcile.node.PodStopper;
import dev.nauarch.reconcile.policy.BudgetReconciler;
import dev.nauarch.reconcile.quota.QuotaReconciler;
import dev.nauarch.reconcile.stateful.StatefulSetReconciler;
import dev.nauarch.reconcile.storage.ClaimProtection;
import dev.nauarch.reconcile.storage.ClaimReconciler;
import dev.nauarch.reconcile.storage.EphemeralClaims;
import dev.nauarch.reconcile.storage.LocalStorageClass;
import dev.nauarch.reconcile.storage.VolumeProtection;
import dev.nauarch.reconcile.storage.VolumeReconciler;
import dev.nauarch.reconcile.vertical.VerticalAutoscaler;
import dev.nauarch.reconcile.workload.DeploymentReconciler;
import dev.nauarch.reconcile.workload.GroupProtection;
import dev.nauarch.reconcile.workload.ReplicaSetReconciler;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All controllers, running. A controller is one line here and one class. */
public final class ControlPlane implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ControlPlane.class);
  private static final String COLLECTOR = "garbage-collector-controller";

  /** Most of the time they wait for a write, and those that wait together are written together. */
  private static final int WORKERS = 32;

  private final ReconcilerHost host;
  private final CustomKinds customKinds;

  private ControlPlane(ReconcilerHost host, CustomKinds customKinds) {
    this.host = host;
    this.customKinds = customKinds;
  }

  /**
   * Starts the controllers that the options choose.
   *
   * @throws IllegalArgumentException they name one that does not exist
   */
  public static ControlPlane start(ClusterClient client, ControlPlaneOptions options) {
    var all = reconcilers(options);
    var names = Stream.concat(all.stream().map(Reconciler::name), Stream.of(COLLECTOR)).toList();
    for (var chosen : options.controllers()) {
      if (!chosen.equals("*") && !names.contains(chosen.replaceFirst("^-", ""))) {
        throw new IllegalArgumentException(
            "there is no controller " + chosen + "; there are " + String.join(", ", names));
      }
    }
    var reconcilers =
        all.stream()
            .filter(each -> options.runs(each.name()) && hasItsKinds(each, options))
            .toList();
    var collects = options.runs(COLLECTOR);
    var kinds = collects ? collected(options, reconcilers) : List.<Resource<?>>of();
    var host = ReconcilerHost.start(client, kinds, options.clock());
    reconcilers.forEach(each -> host.run(each, WORKERS));
    kinds.forEach(kind -> host.run(collectorOf(kind), 1));
    return new ControlPlane(host, collects ? CustomKinds.start(client, host) : CustomKinds.none());
  }

  /** Whether the cluster serves all that a controller follows, as an older one may not. */
  private static boolean hasItsKinds(Reconciler reconciler, ControlPlaneOptions options) {
    var lacking =
        followed(reconciler)
            .filter(
                kind ->
                    options.collected().stream()
                        .noneMatch(served -> served.path("").equals(kind.path(""))))
            .map(kind -> kind.path(""))
            .distinct()
            .toList();
    if (!lacking.isEmpty()) {
      LOG.warn("{} does not run: {} is not served here", reconciler.name(), lacking);
    }
    return lacking.isEmpty();
  }

  private static Stream<Resource<?>> followed(Reconciler reconciler) {
    return reconciler.triggers().stream()
        .filter(Trigger.Of.class::isInstance)
        .map(trigger -> ((Trigger.Of<?>) trigger).resource());
  }

  /** What is collected, seen as the controllers see it; of what none sees, metadata is enough. */
  private static List<Resource<?>> collected(
      ControlPlaneOptions options, List<Reconciler> reconcilers) {
    var seen = reconcilers.stream().flatMap(ControlPlane::followed).collect(Collectors.toSet());
    return options.collected().stream()
        .<Resource<?>>map(kind -> seen.contains(kind) ? kind : kind.metadata())
        .toList();
  }

  static <T extends HasMetadata> GarbageCollector<T> collectorOf(Resource<T> kind) {
    return new GarbageCollector<>(kind);
  }

  private static List<Reconciler> reconcilers(ControlPlaneOptions options) {
    var all = new ArrayList<Reconciler>();
    all.add(new NamespaceReconciler());
    all.add(
        new NamespaceContents<>(
            "serviceaccount-controller",
            Resources.SERVICE_ACCOUNTS,
            defaultAccount(),
            UnaryOperator.identity()));
    if (!options.authority().isEmpty()) {
      var authority = authority(options.authority());
      all.add(
          new NamespaceContents<>(
              "root-ca-certificate-publisher-controller",
              Resources.CONFIG_MAPS.named(authority.getMetadata().getName()),
              authority,
              NamespaceContents.withContentOf(authority)));
    }
    all.add(ReplicaSetReconciler.ofReplicaSets());
    all.add(ReplicaSetReconciler.ofReplicationControllers());
    all.add(new DeploymentReconciler());
    all.add(new StatefulSetReconciler());
    all.add(new DaemonSetReconciler());
    all.add(new JobReconciler());
    all.add(new CronJobReconciler());
    all.add(new FinishedJobs());
    all.addAll(ofGroups(options));
    all.add(new HorizontalAutoscaler());
    all.add(new VerticalAutoscaler());
    all.add(new BudgetReconciler());
    all.add(new QuotaReconciler());
    all.add(new EndpointSliceReconciler());
    all.add(new EndpointSliceMirror());
    all.add(new EndpointsReconciler());
    if (!options.volumeRoot().isEmpty()) {
      all.add(new LocalStorageClass());
    }
    all.add(new ClaimReconciler(options.volumeRoot()));
    all.add(new VolumeReconciler());
    all.add(new VolumeProtection());
    all.add(new ClaimProtection());
    all.add(new EphemeralClaims());
    all.addAll(ofDevices(options));
    all.addAll(ofNodes(options));
    return all;
  }

  private static List<Reconciler> ofNodes(ControlPlaneOptions options) {
    var all = new ArrayList<Reconciler>();
    all.add(new NodeLifecycle(options.nodeGrace()));
    if (!options.podCidr().isEmpty()) {
      all.add(new NodeRanges(options.podCidr()));
    }
    all.add(new PodStopper());
    all.add(new PodCollector());
    return all;
  }

  private static List<Reconciler> ofGroups(ControlPlaneOptions options) {
    var hasGroups = options.collected().contains(Resources.POD_GROUPS);
    var sets = new JobSetReconciler(hasGroups);
    return hasGroups ? List.of(sets, new GroupProtection()) : List.of(sets);
  }

  private static List<Reconciler> ofDevices(ControlPlaneOptions options) {
    var hasTaintRules = options.collected().contains(Resources.DEVICE_TAINT_RULES);
    var all = new ArrayList<Reconciler>();
    var hasGroups = options.collected().contains(Resources.POD_GROUPS);
    all.add(new PodClaimReconciler(hasGroups));
    if (hasGroups) {
      all.add(new GroupClaimReconciler());
    }
    all.add(new ClaimReleaseReconciler(hasGroups));
    all.add(new DeviceTaintEvictor(hasTaintRules));
    if (hasTaintRules) {
      all.add(new DeviceTaintRuleReporter());
    }
    return all;
  }

  private static ServiceAccount defaultAccount() {
    return new ServiceAccountBuilder().withNewMetadata().withName("default").endMetadata().build();
  }

  private static ConfigMap authority(String pem) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withName("kube-root-ca.crt")
        .endMetadata()
        .addToData("ca.crt", pem)
        .build();
  }

  @Override
  public void close() {
    customKinds.close();
    host.close();
  }
}
