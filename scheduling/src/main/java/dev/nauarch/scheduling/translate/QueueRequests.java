package dev.nauarch.scheduling.translate;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.OwnNames;
import dev.nauarch.api.kueue.Kueue;
import dev.nauarch.api.kueue.LocalQueue;
import dev.nauarch.api.kueue.LocalQueueSpec;
import dev.nauarch.api.kueue.ResourceFlavor;
import dev.nauarch.api.kueue.ResourceFlavorSpec;
import dev.nauarch.scheduling.explain.Json;
import dev.nauarch.scheduling.model.Amounts;
import dev.nauarch.scheduling.queue.Grant;
import dev.nauarch.scheduling.queue.QueueCommand;
import dev.nauarch.scheduling.queue.WorkloadState;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The requests that carry out the queues' commands, but for those that need the job itself: see
 * {@link JobEdits}.
 */
public final class QueueRequests {

  private QueueRequests() {}

  /** The requests of a command; none for one that needs the job itself. */
  public static List<ApiRequest> of(QueueCommand command) {
    return switch (command) {
      case QueueCommand.CreateWorkload ignored -> List.of();
      case QueueCommand.StartJob ignored -> List.of();
      case QueueCommand.StopJob ignored -> List.of();
      case QueueCommand.DeleteWorkload(var workload, var uid) ->
          List.of(new ApiRequest.Delete(Kueue.WORKLOADS, workload, uid));
      case QueueCommand.WriteWorkload(var workload) -> List.of(write(workload));
      case QueueCommand.ExplainWorkload(var workload, var why, var at) ->
          List.of(
              new ApiRequest.PatchObject(
                  Kueue.WORKLOADS,
                  workload,
                  "",
                  ApiRequest.Form.MERGE,
                  Patches.annotations(
                      Patches.one(
                          OwnNames.EXPLANATION, why.map(one -> one.toJson(at)).orElse(null)))));
      case QueueCommand.CreateFlavor(var name) -> List.of(createFlavor(name));
      case QueueCommand.CreateClusterQueue(var name, var quota) ->
          List.of(new ApiRequest.Create<>(Kueue.CLUSTER_QUEUES, DefaultQueue.of(name, quota)));
      case QueueCommand.SetQuota(var name, var quota) ->
          List.of(
              new ApiRequest.PatchObject(
                  Kueue.CLUSTER_QUEUES,
                  new ObjectKey("", name),
                  "",
                  ApiRequest.Form.MERGE,
                  DefaultQueue.quotaPatch(quota)));
      case QueueCommand.CreateLocalQueue(var key, var clusterQueue) ->
          List.of(
              new ApiRequest.Create<>(
                  Kueue.LOCAL_QUEUES,
                  new LocalQueue(
                      new ObjectMetaBuilder()
                          .withNamespace(key.namespace())
                          .withName(key.name())
                          .build(),
                      new LocalQueueSpec(clusterQueue, "None"))));
      case QueueCommand.ReportClusterQueue report -> List.of(report(report));
      case QueueCommand.ReportLocalQueue report -> List.of(report(report));
    };
  }

  private static ApiRequest createFlavor(String name) {
    return new ApiRequest.Create<>(
        Kueue.RESOURCE_FLAVORS,
        new ResourceFlavor(
            new ObjectMetaBuilder().withName(name).build(),
            new ResourceFlavorSpec(new TreeMap<>(), List.of(), List.of())));
  }

  private static ApiRequest write(WorkloadState workload) {
    var status = new LinkedHashMap<String, @Nullable Object>();
    status.put(
        "conditions",
        workload.conditions().stream()
            .map(
                one ->
                    Patches.condition(
                        one.type(), one.holds(), one.reason(), one.message(), one.since()))
            .toList());
    status.put("admission", workload.grant().map(QueueRequests::admission).orElse(null));
    return new ApiRequest.PatchObject(
        Kueue.WORKLOADS,
        workload.key(),
        "status",
        ApiRequest.Form.MERGE,
        Json.write(Patches.in("status", status)));
  }

  private static Map<String, Object> admission(Grant grant) {
    var assignments = new ArrayList<Map<String, Object>>();
    for (var podSet : grant.podSets()) {
      var assignment = new LinkedHashMap<String, Object>();
      assignment.put("name", podSet.name());
      assignment.put("flavors", podSet.flavorByResource());
      var usage = new LinkedHashMap<String, Object>();
      for (var resource : podSet.usage().names()) {
        usage.put(resource, Quantities.text(resource, podSet.usage().of(resource)));
      }
      assignment.put("resourceUsage", usage);
      assignment.put("count", podSet.count());
      assignments.add(assignment);
    }
    var admission = new LinkedHashMap<String, Object>();
    admission.put("clusterQueue", grant.clusterQueue());
    admission.put("podSetAssignments", assignments);
    return admission;
  }

  private static ApiRequest report(QueueCommand.ReportClusterQueue report) {
    var status = status(report.fill(), report.at());
    var flavors = new ArrayList<Map<String, Object>>();
    for (var flavor : report.flavors()) {
      var object = new LinkedHashMap<String, Object>();
      object.put("name", flavor.flavor());
      object.put("resources", totals(flavor.resources(), flavor.used()));
      flavors.add(object);
    }
    status.put("flavorsReservation", flavors);
    status.put("flavorsUsage", flavors);
    return new ApiRequest.PatchObject(
        Kueue.CLUSTER_QUEUES,
        new ObjectKey("", report.name()),
        "status",
        ApiRequest.Form.MERGE,
        Json.write(Patches.in("status", status)));
  }

  private static ApiRequest report(QueueCommand.ReportLocalQueue report) {
    return new ApiRequest.PatchObject(
        Kueue.LOCAL_QUEUES,
        report.key(),
        "status",
        ApiRequest.Form.MERGE,
        Json.write(Patches.in("status", status(report.fill(), report.at()))));
  }

  private static Map<String, Object> status(QueueCommand.Fill fill, Instant at) {
    var active = fill.inactive().isEmpty();
    var status = new LinkedHashMap<String, Object>();
    status.put(
        "conditions",
        List.of(
            Patches.condition(
                "Active",
                active,
                active ? "Ready" : fill.inactive(),
                active ? "Can admit new workloads" : "Can't admit new workloads",
                at)));
    status.put("pendingWorkloads", fill.pending());
    status.put("reservingWorkloads", fill.admitted());
    status.put("admittedWorkloads", fill.admitted());
    return status;
  }

  private static List<Map<String, Object>> totals(List<String> resources, Amounts used) {
    var totals = new ArrayList<Map<String, Object>>();
    for (var resource : resources) {
      var total = new LinkedHashMap<String, Object>();
      total.put("name", resource);
      total.put("total", Quantities.text(resource, used.of(resource)));
      totals.add(total);
    }
    return totals;
  }
}
