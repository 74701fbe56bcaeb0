package dev.nauarch.scheduling.translate;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.OwnNames;
import dev.nauarch.api.PodStop;
import dev.nauarch.api.Resources;
import dev.nauarch.scheduling.SchedulerCommand;
import dev.nauarch.scheduling.explain.Json;
import io.fabric8.kubernetes.api.model.BindingBuilder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The requests that carry out the scheduler's commands. The first request of a list decides whether
 * the command succeeded; those after it only tell people about it.
 */
public final class SchedulerRequests {

  /** Of the condition that says that all of a group is asked to stop. */
  private static final String DISRUPTION = "DisruptionTarget";

  private final String scheduler;

  /** Requests of a scheduler of this name. */
  public SchedulerRequests(String scheduler) {
    this.scheduler = scheduler;
  }

  /** The requests of a command, in order; none for one that is not about the API server. */
  public List<ApiRequest> of(SchedulerCommand command) {
    return switch (command) {
      case SchedulerCommand.BindPod bind -> bind(bind);
      case SchedulerCommand.BindByExtender(var bind, _) -> bind(bind);
      case SchedulerCommand.CommitGang commit -> commit(commit);
      case SchedulerCommand.MarkGangBound(var gang) ->
          List.of(annotateGang(gang, GangTranslation.BOUND, "true"));
      case SchedulerCommand.ReleaseGang release -> release(release);
      case SchedulerCommand.EvictPod evict -> evict(evict);
      case SchedulerCommand.NominateNode(var pod, var node) ->
          List.of(nominate(pod, node.isEmpty() ? null : node));
      case SchedulerCommand.ReportPod report -> report(report);
      case SchedulerCommand.ClearPodReport(var pod) -> List.of(unexplained(pod));
      case SchedulerCommand.ReportGang report -> report(report);
      case SchedulerCommand.MarkGangScheduled(var gang, var at) ->
          List.of(scheduled(gang, "pods are placed one by one", at));
      case SchedulerCommand.DisruptGang(var gang, var reason, var message, var at) ->
          List.of(
              conditions(gang, List.of(Patches.condition(DISRUPTION, true, reason, message, at))));
      case SchedulerCommand.ForQueue ignored -> List.of();
      case SchedulerCommand.ForDevices ignored -> List.of();
      case SchedulerCommand.ForVolumes ignored -> List.of();
      case SchedulerCommand.AskExtender ignored -> List.of();
      case SchedulerCommand.WakeAt ignored -> List.of();
    };
  }

  private List<ApiRequest> bind(SchedulerCommand.BindPod bind) {
    var pod = bind.pod();
    var binding =
        new BindingBuilder()
            .withNewMetadata()
            .withNamespace(pod.namespace())
            .withName(pod.name())
            .withUid(bind.uid())
            .endMetadata()
            .withNewTarget()
            .withApiVersion("v1")
            .withKind("Node")
            .withName(bind.node())
            .endTarget()
            .build();
    return List.of(
        new ApiRequest.Post(Resources.PODS, pod, "binding", binding),
        EventTranslation.about(
            Resources.PODS,
            pod,
            bind.uid(),
            new EventTranslation.Note(
                false,
                "Scheduled",
                "Binding",
                "Successfully assigned " + pod + " to " + bind.node()),
            scheduler,
            bind.at()));
  }

  private static List<ApiRequest> commit(SchedulerCommand.CommitGang commit) {
    var annotations = new LinkedHashMap<String, @Nullable String>();
    annotations.put(OwnNames.PLACEMENT, GangTranslation.write(commit.placement()));
    annotations.put(GangTranslation.BOUND, null);
    annotations.put(OwnNames.EXPLANATION, null);
    var count = commit.placement().nodeByPod().size();
    var nodes = commit.placement().nodeByPod().values().stream().distinct().count();
    return List.of(
        new ApiRequest.PatchObject(
            Resources.POD_GROUPS,
            commit.gang(),
            "",
            ApiRequest.Form.MERGE,
            Patches.annotations(annotations)),
        scheduled(commit.gang(), count + " pods are placed on " + nodes + " nodes", commit.at()));
  }

  /** A group that has places is asked to stop no more. */
  private static ApiRequest scheduled(ObjectKey gang, String words, Instant at) {
    var disruption = new LinkedHashMap<String, Object>();
    disruption.put("type", DISRUPTION);
    disruption.put("$patch", "delete");
    return conditions(
        gang,
        List.of(
            Patches.condition(GangTranslation.SCHEDULED, true, "Scheduled", words, at),
            disruption));
  }

  private static ApiRequest conditions(ObjectKey gang, List<Map<String, Object>> conditions) {
    return new ApiRequest.PatchObject(
        Resources.POD_GROUPS,
        gang,
        "status",
        ApiRequest.Form.STRATEGIC,
        Patches.conditions(conditions));
  }

  private static List<ApiRequest> release(SchedulerCommand.ReleaseGang release) {
    var annotations = new LinkedHashMap<String, @Nullable String>();
    annotations.put(OwnNames.PLACEMENT, null);
    annotations.put(GangTranslation.BOUND, null);
    annotations.put(OwnNames.EXPLANATION, release.why().toJson(release.at()));
    return List.of(
        new ApiRequest.PatchObject(
            Resources.POD_GROUPS,
            release.gang(),
            "",
            ApiRequest.Form.MERGE,
            Patches.annotations(annotations)));
  }

  private List<ApiRequest> evict(SchedulerCommand.EvictPod evict) {
    return List.of(
        new ApiRequest.PatchObject(
            Resources.PODS,
            evict.pod(),
            "status",
            ApiRequest.Form.STRATEGIC,
            Patches.conditions(
                PodStop.CONDITIONS.stream()
                    .map(
                        type ->
                            Patches.condition(
                                type, true, evict.reason(), evict.message(), evict.at()))
                    .toList())),
        EventTranslation.about(
            Resources.PODS,
            evict.pod(),
            evict.uid(),
            new EventTranslation.Note(false, "Preempted", "Preempting", evict.message()),
            scheduler,
            evict.at()));
  }

  private static ApiRequest nominate(ObjectKey pod, @Nullable String node) {
    return new ApiRequest.PatchObject(
        Resources.PODS,
        pod,
        "status",
        ApiRequest.Form.MERGE,
        Json.write(Patches.in("status", Patches.in("nominatedNodeName", node))));
  }

  private List<ApiRequest> report(SchedulerCommand.ReportPod report) {
    var why = report.why();
    var condition =
        Patches.condition("PodScheduled", false, "Unschedulable", why.message(), report.at());
    // The status of a pod may be written together with its annotations.
    var body = Patches.in("status", Patches.in("conditions", List.of(condition)));
    var explanation = Patches.one(OwnNames.EXPLANATION, why.toJson(report.at()));
    body.put("metadata", Patches.in("annotations", explanation));
    return List.of(
        new ApiRequest.PatchObject(
            Resources.PODS, report.pod(), "status", ApiRequest.Form.STRATEGIC, Json.write(body)),
        EventTranslation.about(
            Resources.PODS,
            report.pod(),
            report.uid(),
            new EventTranslation.Note(true, "FailedScheduling", "Scheduling", why.message()),
            scheduler,
            report.at()));
  }

  private List<ApiRequest> report(SchedulerCommand.ReportGang report) {
    var why = report.why();
    var requests = new ArrayList<ApiRequest>();
    requests.add(annotateGang(report.gang(), OwnNames.EXPLANATION, why.toJson(report.at())));
    if (!report.scheduled()) {
      requests.add(
          conditions(
              report.gang(),
              List.of(
                  Patches.condition(
                      GangTranslation.SCHEDULED,
                      false,
                      why.reason(),
                      why.summary(),
                      report.at()))));
    }
    requests.add(
        EventTranslation.about(
            Resources.POD_GROUPS,
            report.gang(),
            report.uid(),
            new EventTranslation.Note(true, "FailedScheduling", "Scheduling", why.summary()),
            scheduler,
            report.at()));
    return requests;
  }

  private static ApiRequest unexplained(ObjectKey pod) {
    return new ApiRequest.PatchObject(
        Resources.PODS,
        pod,
        "",
        ApiRequest.Form.MERGE,
        Patches.annotations(Patches.one(OwnNames.EXPLANATION, null)));
  }

  private static ApiRequest annotateGang(ObjectKey gang, String name, String value) {
    return new ApiRequest.PatchObject(
        Resources.POD_GROUPS,
        gang,
        "",
        ApiRequest.Form.MERGE,
        Patches.annotations(Patches.one(name, value)));
  }
}
