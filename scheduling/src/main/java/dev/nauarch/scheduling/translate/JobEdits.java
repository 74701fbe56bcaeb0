package dev.nauarch.scheduling.translate;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.kueue.Kueue;
import dev.nauarch.api.kueue.PodSet;
import dev.nauarch.api.kueue.Workload;
import dev.nauarch.api.kueue.WorkloadSpec;
import dev.nauarch.api.podsets.JobKind;
import dev.nauarch.api.podsets.JobPods;
import dev.nauarch.scheduling.explain.Json;
import dev.nauarch.scheduling.model.Toleration;
import dev.nauarch.scheduling.queue.FlavorState;
import dev.nauarch.scheduling.queue.JobState;
import dev.nauarch.scheduling.queue.QueueCommand;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The requests that make a workload of a job, start the job and stop it. Jobs are changed by JSON
 * patches that touch only what they mean, so that nothing is lost that a model does not know.
 */
public final class JobEdits {

  private JobEdits() {}

  /**
   * The workload of a job.
   *
   * @param priority of the job's pods
   */
  public static <T extends HasMetadata> ApiRequest create(
      JobKind<T> kind, T job, JobState.Ref ref, int priority) {
    var metadata = job.getMetadata();
    var podSets =
        kind.pods().apply(job).stream()
            .map(pods -> new PodSet(pods.name(), pods.template(), pods.count()))
            .toList();
    var queue = PodTranslation.sorted(metadata.getLabels()).getOrDefault(Kueue.QUEUE_LABEL, "");
    var workload =
        new Workload(
            new ObjectMetaBuilder()
                .withNamespace(metadata.getNamespace())
                .withName(ref.workload().name())
                .addToLabels(Kueue.JOB_UID_LABEL, metadata.getUid())
                .addNewOwnerReference()
                .withApiVersion(kind.resource().apiVersion())
                .withKind(kind.resource().kind())
                .withName(metadata.getName())
                .withUid(metadata.getUid())
                .withController(true)
                .withBlockOwnerDeletion(true)
                .endOwnerReference()
                .build(),
            new WorkloadSpec(podSets, queue, priority, true));
    return new ApiRequest.Create<>(Kueue.WORKLOADS, workload);
  }

  /**
   * Lets the job run, its pods on the nodes of their flavors. What the workload says of its pods is
   * the ground to which the flavors are added, whatever an earlier start had added.
   */
  public static <T extends HasMetadata> ApiRequest start(
      JobKind<T> kind, T job, Workload workload, List<QueueCommand.PodSetStart> podSets) {
    var operations = new ArrayList<Map<String, @Nullable Object>>();
    operations.add(operation("test", "/metadata/uid", job.getMetadata().getUid()));
    for (var pods : kind.pods().apply(job)) {
      var metadata = pods.template().getMetadata();
      if (metadata == null) {
        operations.add(operation("add", pods.path() + "/metadata", new TreeMap<>()));
      }
      var present = metadata == null ? new ObjectMeta() : metadata;
      put(
          operations,
          pods.path() + "/metadata/labels",
          present.getLabels(),
          Kueue.POD_SET_LABEL,
          pods.name());
      put(
          operations,
          pods.path() + "/metadata/annotations",
          present.getAnnotations(),
          Kueue.WORKLOAD_ANNOTATION,
          workload.getMetadata().getName());
      var original =
          workload.spec().podSets().stream()
              .filter(one -> one.name().equals(pods.name()))
              .findFirst()
              .map(one -> one.template().getSpec())
              .orElse(pods.template().getSpec());
      direct(operations, pods, original, flavors(podSets, pods));
    }
    operations.add(operation("add", "/spec/suspend", false));
    return patch(kind, job, operations);
  }

  /** Suspends the job. */
  public static <T extends HasMetadata> ApiRequest stop(JobKind<T> kind, T job) {
    var operations = new ArrayList<Map<String, @Nullable Object>>();
    operations.add(operation("test", "/metadata/uid", job.getMetadata().getUid()));
    operations.add(operation("add", "/spec/suspend", true));
    return patch(kind, job, operations);
  }

  /** Sends the pods to the nodes of their flavors. */
  private static void direct(
      List<Map<String, @Nullable Object>> operations,
      JobPods pods,
      PodSpec original,
      List<FlavorState> flavors) {
    var present = pods.template().getSpec();
    var selector = PodTranslation.sorted(original.getNodeSelector());
    flavors.forEach(flavor -> selector.putAll(flavor.labels()));
    if (!selector.equals(PodTranslation.sorted(present.getNodeSelector()))) {
      operations.add(operation("add", pods.path() + "/spec/nodeSelector", selector));
    }
    var tolerations = new ArrayList<Map<String, Object>>();
    original.getTolerations().forEach(one -> tolerations.add(toleration(one)));
    var own = tolerations.size();
    for (var flavor : flavors) {
      flavor.tolerations().forEach(one -> tolerations.add(toleration(one)));
    }
    if (tolerations.size() > own || present.getTolerations().size() != own) {
      operations.add(operation("add", pods.path() + "/spec/tolerations", tolerations));
    }
  }

  private static List<FlavorState> flavors(List<QueueCommand.PodSetStart> podSets, JobPods pods) {
    return podSets.stream()
        .filter(one -> one.name().equals(pods.name()))
        .findFirst()
        .map(QueueCommand.PodSetStart::flavors)
        .orElse(List.of());
  }

  private static Map<String, Object> toleration(Toleration toleration) {
    var object = new LinkedHashMap<String, Object>();
    putIfStated(object, "key", toleration.key());
    object.put("operator", toleration.exists() ? "Exists" : "Equal");
    putIfStated(object, "value", toleration.value());
    putIfStated(object, "effect", toleration.effect());
    return object;
  }

  private static Map<String, Object> toleration(
      io.fabric8.kubernetes.api.model.Toleration toleration) {
    var object = new LinkedHashMap<String, Object>();
    putIfStated(object, "key", toleration.getKey());
    putIfStated(object, "operator", toleration.getOperator());
    putIfStated(object, "value", toleration.getValue());
    putIfStated(object, "effect", toleration.getEffect());
    if (toleration.getTolerationSeconds() != null) {
      object.put("tolerationSeconds", toleration.getTolerationSeconds());
    }
    return object;
  }

  private static void putIfStated(Map<String, Object> object, String name, @Nullable String value) {
    if (value != null && !value.isEmpty()) {
      object.put(name, value);
    }
  }

  /** Puts an entry into a map that may not be there yet. */
  private static void put(
      List<Map<String, @Nullable Object>> operations,
      String path,
      @Nullable Map<String, String> present,
      String name,
      String value) {
    if (present == null || present.isEmpty()) {
      var added = new TreeMap<String, String>();
      added.put(name, value);
      operations.add(operation("add", path, added));
    } else {
      var escaped = name.replace("~", "~0").replace("/", "~1");
      operations.add(operation("add", path + "/" + escaped, value));
    }
  }

  private static Map<String, @Nullable Object> operation(
      String name, String path, @Nullable Object value) {
    var operation = new LinkedHashMap<String, @Nullable Object>();
    operation.put("op", name);
    operation.put("path", path);
    operation.put("value", value);
    return operation;
  }

  private static <T extends HasMetadata> ApiRequest patch(
      JobKind<T> kind, T job, List<Map<String, @Nullable Object>> operations) {
    return new ApiRequest.PatchObject(
        kind.resource(), ObjectKey.of(job), "", ApiRequest.Form.OPERATIONS, Json.write(operations));
  }
}
