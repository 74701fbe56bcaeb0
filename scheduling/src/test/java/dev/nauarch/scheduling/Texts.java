package dev.nauarch.scheduling;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.scheduling.extender.Extender;
import dev.nauarch.scheduling.model.GangPlacement;
import dev.nauarch.scheduling.model.GangState;
import dev.nauarch.scheduling.model.PodState;
import dev.nauarch.scheduling.translate.BudgetTranslation;
import dev.nauarch.scheduling.translate.GroupTranslation;
import dev.nauarch.scheduling.translate.NodeTranslation;
import dev.nauarch.scheduling.translate.PodTranslation;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.PodAffinityTerm;
import io.fabric8.kubernetes.api.model.PodAffinityTermBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Nodes, pods and gangs from one line of text each, by way of the Kubernetes objects and the
 * production translation.
 */
final class Texts {

  private static final List<String> RESOURCES =
      List.of("cpu", "memory", "ephemeral-storage", "pods");

  private Texts() {}

  /** {@code NAME key=value …}; what is not known becomes a label. */
  static SchedulerEvent.NodeSeen node(List<String> words) {
    var builder = new NodeBuilder().withNewMetadata().withName(words.get(1)).endMetadata();
    var allocatable = new LinkedHashMap<String, Quantity>();
    var labels = new LinkedHashMap<String, String>();
    allocatable.put("pods", new Quantity("110"));
    allocatable.put("cpu", new Quantity("64"));
    allocatable.put("memory", new Quantity("256Gi"));
    labels.put("kubernetes.io/hostname", words.get(1));
    for (var word : words.subList(2, words.size())) {
      var key = word.split("=", 2)[0];
      var value = word.contains("=") ? word.split("=", 2)[1] : "";
      switch (key) {
        case "gpus" -> allocatable.put("nvidia.com/gpu", new Quantity(value));
        case "image" ->
            builder
                .editOrNewStatus()
                .addNewImage()
                .withNames(value.split("=", -1)[0])
                .withSizeBytes(Long.parseLong(value.split("=", -1)[1]) << 20)
                .endImage()
                .endStatus();
        case "cordoned" -> builder.editOrNewSpec().withUnschedulable(true).endSpec();
        case "taint" -> {
          var parts = value.split("[=:]", -1);
          builder
              .editOrNewSpec()
              .addNewTaint()
              .withKey(parts[0])
              .withValue(parts[1])
              .withEffect(parts[2])
              .endTaint()
              .endSpec();
        }
        default -> {
          if (RESOURCES.contains(key)) {
            allocatable.put(key, new Quantity(value));
          } else {
            labels.put(key, value);
          }
        }
      }
    }
    builder.editMetadata().withLabels(labels).endMetadata();
    builder.editOrNewStatus().withAllocatable(allocatable).endStatus();
    return new SchedulerEvent.NodeSeen(
        NodeTranslation.of(builder.build(), SchedulerOptions.DEFAULT));
  }

  /** {@code NAME key=value …}; what is not known becomes a label. */
  static PodState pod(List<String> words, Instant created) {
    var name = words.get(1);
    var requests = new LinkedHashMap<String, Quantity>();
    var labels = new LinkedHashMap<String, String>();
    var image = "any";
    var builder =
        new PodBuilder()
            .withNewMetadata()
            .withNamespace("default")
            .withName(name)
            .withUid("uid-" + name)
            .withCreationTimestamp(created.toString())
            .endMetadata()
            .withNewSpec()
            .endSpec();
    for (var word : words.subList(2, words.size())) {
      var key = word.split("=", 2)[0];
      var value = word.contains("=") ? word.split("=", 2)[1] : "";
      if (key.equals("gpus")) {
        requests.put("nvidia.com/gpu", new Quantity(value));
      } else if (RESOURCES.contains(key)) {
        requests.put(key, new Quantity(value));
      } else if (key.equals("image")) {
        image = value;
      } else if (!specify(builder, key, value)) {
        labels.put(key, value);
      }
    }
    builder.editMetadata().withLabels(labels).endMetadata();
    builder
        .editSpec()
        .addNewContainer()
        .withName("main")
        .withImage(image)
        .withNewResources()
        .withRequests(Map.copyOf(requests))
        .endResources()
        .endContainer()
        .endSpec();
    return PodTranslation.of(builder.build(), SchedulerOptions.DEFAULT);
  }

  /** Sets what a word says in the specification; whether it says anything there. */
  private static boolean specify(PodBuilder builder, String key, String value) {
    switch (key) {
      case "priority" -> builder.editSpec().withPriority(Integer.parseInt(value)).endSpec();
      case "never" -> builder.editSpec().withPreemptionPolicy("Never").endSpec();
      case "gang" ->
          builder
              .editSpec()
              .withNewSchedulingGroup()
              .withPodGroupName(value)
              .endSchedulingGroup()
              .endSpec();
      case "on" -> builder.editSpec().withNodeName(value).endSpec();
      case "gate" -> builder.editSpec().addNewSchedulingGate(value).endSpec();
      case "select" ->
          builder
              .editSpec()
              .addToNodeSelector(value.split(":", -1)[0], value.split(":", -1)[1])
              .endSpec();
      case "tolerate" ->
          builder
              .editSpec()
              .addNewToleration()
              .withKey(value)
              .withOperator("Exists")
              .endToleration()
              .endSpec();
      case "claim" ->
          builder
              .editSpec()
              .addNewVolume()
              .withName(value)
              .withNewPersistentVolumeClaim(value, false)
              .endVolume()
              .endSpec();
      case "nominated", "device" -> later(builder, key, value);
      case "own", "ebs", "gce" -> disk(builder, key, value);
      case "near", "apart" -> neighbour(builder, key, value);
      case "wants" -> wish(builder, value);
      case "by" -> maker(builder, value);
      case "spread" -> spread(builder, value);
      default -> {
        return false;
      }
    }
    return true;
  }

  /** What the scheduler wrote, and claims that were made. */
  private static void later(PodBuilder builder, String key, String value) {
    if (key.equals("nominated")) {
      builder.editOrNewStatus().withNominatedNodeName(value).endStatus();
    } else {
      builder
          .editSpec()
          .addNewResourceClaim()
          .withName(value)
          .withResourceClaimName(value)
          .endResourceClaim()
          .endSpec();
    }
  }

  /** {@code gce=disk:ro}: a disk that the pod names itself; {@code own=name}: one made for it. */
  private static void disk(PodBuilder builder, String kind, String value) {
    var id = value.split(":", -1)[0];
    var volume = builder.editSpec().addNewVolume().withName(id);
    if (kind.equals("own")) {
      volume
          .withNewEphemeral()
          .withNewVolumeClaimTemplate()
          .endVolumeClaimTemplate()
          .endEphemeral();
    } else if (kind.equals("ebs")) {
      volume.withNewAwsElasticBlockStore().withVolumeID(id).endAwsElasticBlockStore();
    } else {
      volume
          .withNewGcePersistentDisk()
          .withPdName(id)
          .withReadOnly(value.endsWith(":ro"))
          .endGcePersistentDisk();
    }
    volume.endVolume().endSpec();
  }

  /** {@code near=app:web/zone}: beside pods with that label, by that node label. */
  private static void neighbour(PodBuilder builder, String kind, String value) {
    var affinity = builder.editSpec().editOrNewAffinity();
    if (kind.equals("near")) {
      affinity
          .editOrNewPodAffinity()
          .addToRequiredDuringSchedulingIgnoredDuringExecution(term(value))
          .endPodAffinity()
          .endAffinity()
          .endSpec();
    } else {
      affinity
          .editOrNewPodAntiAffinity()
          .addToRequiredDuringSchedulingIgnoredDuringExecution(term(value))
          .endPodAntiAffinity()
          .endAffinity()
          .endSpec();
    }
  }

  private static PodAffinityTerm term(String value) {
    var parts = value.split("[:/]", 3);
    return new PodAffinityTermBuilder()
        .withNewLabelSelector()
        .addToMatchLabels(parts[0], parts[1])
        .endLabelSelector()
        .withTopologyKey(parts[2])
        .build();
  }

  private static void maker(PodBuilder builder, String replicaSet) {
    builder
        .editMetadata()
        .addNewOwnerReference()
        .withApiVersion("apps/v1")
        .withKind("ReplicaSet")
        .withName(replicaSet)
        .withController(true)
        .endOwnerReference()
        .endMetadata();
  }

  /** {@code wants=app:web/zone:10}: rather beside such pods, so much. */
  private static void wish(PodBuilder builder, String value) {
    var end = value.lastIndexOf(':');
    builder
        .editSpec()
        .editOrNewAffinity()
        .editOrNewPodAffinity()
        .addNewPreferredDuringSchedulingIgnoredDuringExecution()
        .withWeight(Integer.parseInt(value.substring(end + 1)))
        .withPodAffinityTerm(term(value.substring(0, end)))
        .endPreferredDuringSchedulingIgnoredDuringExecution()
        .endPodAffinity()
        .endAffinity()
        .endSpec();
  }

  /** {@code spread=app:web/zone}: evenly with pods of that label, a skew of one. */
  private static void spread(PodBuilder builder, String value) {
    var parts = value.split("[:/]", -1);
    builder
        .editSpec()
        .addNewTopologySpreadConstraint()
        .withMaxSkew(1)
        .withWhenUnsatisfiable("DoNotSchedule")
        .withTopologyKey(parts[2])
        .withNewLabelSelector()
        .addToMatchLabels(parts[0], parts[1])
        .endLabelSelector()
        .endTopologySpreadConstraint()
        .endSpec();
  }

  /** {@code NAME min=N topology=KEY priority=N never whole placed=pod:node,pod:node}. */
  static GangState gang(List<String> words, Instant created) {
    var min = 1;
    var topology = "";
    var rank = GangState.Rank.OF_ITS_PODS;
    var nodeByPod = new TreeMap<String, String>();
    for (var word : words.subList(2, words.size())) {
      var value = word.contains("=") ? word.split("=", 2)[1] : "";
      switch (word.split("=", 2)[0]) {
        case "min" -> min = Integer.parseInt(value);
        case "topology" -> topology = value;
        case "priority" ->
            rank =
                new GangState.Rank(
                    true, Integer.parseInt(value), rank.mayPreempt(), rank.disruptedWhole());
        case "never" ->
            rank = new GangState.Rank(true, rank.priority(), false, rank.disruptedWhole());
        case "whole" ->
            rank = new GangState.Rank(rank.stated(), rank.priority(), rank.mayPreempt(), true);
        case "placed" ->
            Arrays.stream(value.split(",", -1))
                .forEach(pair -> nodeByPod.put(pair.split(":", -1)[0], pair.split(":", -1)[1]));
        default -> throw new IllegalArgumentException(word);
      }
    }
    return new GangState(
        new ObjectKey("default", words.get(1)),
        "uid-" + words.get(1),
        created,
        min,
        topology,
        rank,
        new GangState.Course(new GangPlacement(nodeByPod), false, !nodeByPod.isEmpty()));
  }

  /** {@code service NAME app:web} or {@code replicaset NAME app:web}. */
  static SchedulerEvent.GroupSeen group(List<String> words) {
    var label = words.get(2).split(":", 2);
    return new SchedulerEvent.GroupSeen(
        words.getFirst().equals("service")
            ? GroupTranslation.of(
                new ServiceBuilder()
                    .withNewMetadata()
                    .withNamespace("default")
                    .withName(words.get(1))
                    .endMetadata()
                    .withNewSpec()
                    .addToSelector(label[0], label[1])
                    .endSpec()
                    .build())
            : GroupTranslation.of(
                new ReplicaSetBuilder()
                    .withNewMetadata()
                    .withNamespace("default")
                    .withName(words.get(1))
                    .endMetadata()
                    .withNewSpec()
                    .withNewSelector()
                    .addToMatchLabels(label[0], label[1])
                    .endSelector()
                    .endSpec()
                    .build()));
  }

  /** {@code NAME app:web allowed=N}. */
  static SchedulerEvent.BudgetSeen budget(List<String> words) {
    var label = words.get(2).split(":", 2);
    var budget =
        new PodDisruptionBudgetBuilder()
            .withNewMetadata()
            .withNamespace("default")
            .withName(words.get(1))
            .endMetadata()
            .withNewSpec()
            .withNewSelector()
            .addToMatchLabels(label[0], label[1])
            .endSelector()
            .endSpec()
            .withNewStatus()
            .withDisruptionsAllowed(Integer.parseInt(words.get(3).split("=", 2)[1]))
            .endStatus()
            .build();
    return new SchedulerEvent.BudgetSeen(BudgetTranslation.of(budget));
  }

  static List<String> words(String line) {
    return new ArrayList<>(Arrays.asList(line.trim().split("\\s+")));
  }

  /** A scheduler that asks these, and has nothing else of its own. */
  static SchedulerCore core(Extender... extenders) {
    var ofDefault = SchedulerOptions.DEFAULT;
    return new SchedulerCore(
        new SchedulerOptions(
            ofDefault.profiles(),
            ofDefault.backoffFirst(),
            ofDefault.backoffMax(),
            ofDefault.parkedMax(),
            List.of(extenders)));
  }
}
