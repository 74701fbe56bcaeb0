package dev.nauarch.scheduling.translate;

import dev.nauarch.api.DeviceClaims;
import dev.nauarch.api.HostPort;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.OwnNames;
import dev.nauarch.api.PodStop;
import dev.nauarch.api.Timestamps;
import dev.nauarch.scheduling.SchedulerOptions;
import dev.nauarch.scheduling.model.Amounts;
import dev.nauarch.scheduling.model.DeviceNeeds;
import dev.nauarch.scheduling.model.ExtendedNeeds;
import dev.nauarch.scheduling.model.PodShape;
import dev.nauarch.scheduling.model.PodState;
import dev.nauarch.scheduling.model.Policy;
import dev.nauarch.scheduling.model.Toleration;
import io.fabric8.kubernetes.api.model.NodeAffinity;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSchedulingGate;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A Pod, or the template of one, as the scheduler knows it. */
public final class PodTranslation {

  /** Names the queue workload of a pod. */
  public static final String WORKLOAD_ANNOTATION = "kueue.x-k8s.io/workload";

  /** Names the pod set of a pod within its workload. */
  public static final String POD_SET_LABEL = "kueue.x-k8s.io/podset";

  private PodTranslation() {}

  /**
   * A pod.
   *
   * @param options which pods are ours, and how they are scheduled
   */
  public static PodState of(Pod pod, SchedulerOptions options) {
    var metadata = pod.getMetadata();
    var spec = pod.getSpec();
    var labels = sorted(metadata.getLabels());
    var annotations = sorted(metadata.getAnnotations());
    var group = spec.getSchedulingGroup();
    var profile = options.profile(orEmpty(spec.getSchedulerName()));
    var requests = ExtendedTranslation.ofNode(pod, PodRequests.of(pod));
    var shape = shape(requests, spec, metadata.getNamespace(), metadata.getName());
    return new PodState(
        ObjectKey.of(pod),
        orEmpty(metadata.getUid()),
        labels,
        options.looksAtAnnotations() ? annotations(metadata) : new TreeMap<>(),
        profile.map(each -> each.shape(shape)).orElse(shape),
        NeighbourTranslation.of(spec, orEmpty(metadata.getNamespace()), labels),
        spec.getPriority() == null ? 0 : spec.getPriority(),
        !"Never".equals(spec.getPreemptionPolicy()),
        instant(metadata.getCreationTimestamp()),
        orEmpty(spec.getNodeName()),
        stage(pod),
        spec.getSchedulingGates().stream().map(PodSchedulingGate::getName).toList(),
        new PodState.Membership(
            group == null ? "" : orEmpty(group.getPodGroupName()),
            annotations.getOrDefault(WORKLOAD_ANNOTATION, ""),
            labels.getOrDefault(POD_SET_LABEL, ""),
            profile.isPresent(),
            annotations.containsKey(OwnNames.EXPLANATION),
            GroupTranslation.controller(metadata),
            pod.getStatus() == null ? "" : orEmpty(pod.getStatus().getNominatedNodeName())),
        devices(pod));
  }

  /** The annotations of a pod but for what this scheduler itself writes. */
  static SortedMap<String, String> annotations(ObjectMeta metadata) {
    var annotations = sorted(metadata.getAnnotations());
    annotations.remove(OwnNames.EXPLANATION);
    return annotations;
  }

  private static DeviceNeeds devices(Pod pod) {
    var extended = ExtendedTranslation.of(pod);
    if (pod.getSpec().getResourceClaims().isEmpty()) {
      return extended.equals(ExtendedNeeds.NONE)
          ? DeviceNeeds.NONE
          : new DeviceNeeds(List.of(), false, extended);
    }
    var uses = DeviceClaims.of(pod);
    return new DeviceNeeds(
        uses.stream()
            .filter(use -> !use.claim().isEmpty())
            .map(
                use ->
                    new DeviceNeeds.Use(
                        new ObjectKey(pod.getMetadata().getNamespace(), use.claim()),
                        use.entry(),
                        use.template()))
            .toList(),
        uses.stream().anyMatch(DeviceClaims.Use::isMissing),
        extended);
  }

  /** The shape of pods with this specification. */
  public static PodShape shape(PodSpec spec, String namespace, SchedulerOptions options) {
    var own = shape(PodRequests.of(spec), spec, namespace, "");
    return options
        .profile(orEmpty(spec.getSchedulerName()))
        .map(profile -> profile.shape(own))
        .orElse(own);
  }

  private static PodShape shape(
      Amounts requests, PodSpec spec, @Nullable String namespace, @Nullable String podName) {
    var affinity =
        spec.getAffinity() == null || spec.getAffinity().getNodeAffinity() == null
            ? new NodeAffinity()
            : spec.getAffinity().getNodeAffinity();
    return new PodShape(
        requests,
        Selectors.equal(spec.getNodeSelector()),
        ProfileTranslation.required(affinity),
        ProfileTranslation.preferred(affinity),
        tolerations(spec.getTolerations()),
        HostPort.of(spec),
        VolumeNeedsTranslation.of(spec, orEmpty(namespace), orEmpty(podName)),
        ImageNames.of(spec),
        Policy.DEFAULT);
  }

  /** An RFC 3339 time; the epoch for none. */
  public static Instant instant(@Nullable String text) {
    try {
      return text == null ? Instant.EPOCH : Timestamps.parse(text);
    } catch (DateTimeException e) {
      return Instant.EPOCH;
    }
  }

  static List<Toleration> tolerations(
      @Nullable List<io.fabric8.kubernetes.api.model.Toleration> all) {
    return all == null
        ? List.of()
        : all.stream()
            .map(
                one ->
                    new Toleration(
                        orEmpty(one.getKey()),
                        "Exists".equals(one.getOperator()),
                        orEmpty(one.getValue()),
                        orEmpty(one.getEffect())))
            .toList();
  }

  static SortedMap<String, String> sorted(@Nullable Map<String, String> map) {
    return map == null ? new TreeMap<>() : new TreeMap<>(map);
  }

  static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static PodState.Stage stage(Pod pod) {
    var phase = pod.getStatus() == null ? "" : orEmpty(pod.getStatus().getPhase());
    if (phase.equals("Succeeded")) {
      return PodState.Stage.SUCCEEDED;
    }
    if (phase.equals("Failed")) {
      return PodState.Stage.FAILED;
    }
    return pod.getMetadata().getDeletionTimestamp() == null && !PodStop.isAsked(pod)
        ? PodState.Stage.LIVE
        : PodState.Stage.ENDING;
  }
}
