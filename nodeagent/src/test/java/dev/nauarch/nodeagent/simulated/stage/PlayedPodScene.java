package dev.nauarch.nodeagent.simulated.stage;

import dev.nauarch.api.PodStop;
import dev.nauarch.nodeagent.lifecycle.NodeFacts;
import dev.nauarch.nodeagent.lifecycle.PodCommand;
import dev.nauarch.nodeagent.lifecycle.PodEvent;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A pod that is played, and what it says; time passes when the test says so. */
abstract class PlayedPodScene {
  static final NodeFacts NODE = new NodeFacts("198.18.0.1", "simulated", Duration.ofSeconds(30));
  static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

  final List<String> told = new ArrayList<>();
  Instant now = BEGIN;
  Instant wakeAt = Instant.MAX;
  PodStatus status = new PodStatus();
  int published;
  boolean forgotten;

  static PodBuilder pod(String restartPolicy) {
    return new PodBuilder()
        .withNewMetadata()
        .withNamespace("default")
        .withName("p")
        .withUid("u")
        .endMetadata()
        .withNewSpec()
        .withRestartPolicy(restartPolicy)
        .addNewContainer()
        .withName("main")
        .withImage("any/image:1")
        .endContainer()
        .endSpec();
  }

  static PodBuilder ofJob(PodBuilder pod) {
    return pod.editMetadata()
        .addToOwnerReferences(new OwnerReferenceBuilder().withKind("Job").withName("j").build())
        .endMetadata();
  }

  static PodBuilder wish(PodBuilder pod, String name, String value) {
    return pod.editMetadata().addToAnnotations(name, value).endMetadata();
  }

  void tell(PlayedPod played, PodEvent event) {
    for (var command : played.on(List.of(event), now)) {
      switch (command) {
        case PodCommand.Publish(var written) -> {
          status = written;
          published++;
        }
        case PodCommand.Tell(var type, var reason, var message) -> told.add(reason);
        case PodCommand.WakeAt(var at) -> wakeAt = at;
        case PodCommand.Forget f -> forgotten = true;
        default -> throw new AssertionError("to be answered by the pod itself: " + command);
      }
    }
  }

  /** Lets time pass, as far as something is due in it. */
  void pass(PlayedPod played, double seconds) {
    var until = now.plusNanos((long) (seconds * 1e9));
    while (!wakeAt.isAfter(until)) {
      now = wakeAt.isBefore(now) ? now : wakeAt;
      tell(played, new PodEvent.Due());
    }
    now = until;
  }

  PlayedPod begin(PodBuilder pod, Stages stages) {
    var played = new PlayedPod(pod.build(), NODE, "240.0.0.1", stages);
    tell(played, new PodEvent.Due());
    return played;
  }

  PlayedPod begin(PodBuilder pod) {
    return begin(pod, Stages.NONE);
  }

  static Stages stages(String... documents) {
    var text = new StringBuilder();
    for (var i = 0; i < documents.length; i++) {
      text.append("---\napiVersion: nauarch.dev/v1alpha1\nkind: Stage\nmetadata: {name: s")
          .append(i)
          .append("}\nspec:\n")
          .append(documents[i].indent(2));
    }
    return StageFile.parse(text.toString(), 7);
  }

  ContainerStatus container(String name) {
    var all = new ArrayList<>(status.getInitContainerStatuses());
    all.addAll(status.getContainerStatuses());
    return all.stream().filter(c -> c.getName().equals(name)).findFirst().orElseThrow();
  }

  String condition(String type) {
    return status.getConditions().stream()
        .filter(c -> c.getType().equals(type))
        .map(c -> c.getStatus())
        .findFirst()
        .orElse("");
  }

  String waiting() {
    var state = container("main").getState().getWaiting();
    return state == null ? "" : state.getReason();
  }

  Pod deleted(PodBuilder pod, long grace) {
    return new PodBuilder(pod.build())
        .editMetadata()
        .withDeletionTimestamp(now.plusSeconds(grace).toString())
        .withDeletionGracePeriodSeconds(grace)
        .endMetadata()
        .build();
  }

  static PodBuilder asked(PodBuilder pod, Instant at) {
    return pod.editOrNewStatus()
        .addNewCondition()
        .withType(PodStop.STOPPING)
        .withStatus("True")
        .withLastTransitionTime(at.toString())
        .endCondition()
        .endStatus();
  }
}
