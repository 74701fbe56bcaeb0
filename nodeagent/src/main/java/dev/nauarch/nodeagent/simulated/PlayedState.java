package dev.nauarch.nodeagent.simulated;

import dev.nauarch.api.OwnNames;
import dev.nauarch.nodeagent.simulated.stage.PlayedPod;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.time.Instant;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** A pod that is played, and what of it is still to be written. */
final class PlayedState {
  final String uid;
  final String node;
  final PlayedPod core;
  String version = "";
  Optional<Said> unwritten = Optional.empty();
  boolean toRemove;
  boolean writing;
  Instant wakeAt = Instant.MAX;
  Instant writeAgainAt = Instant.MIN;
  private boolean hasTold;

  /** What is to be written of a pod: its status, and what stages have its containers use. */
  record Said(PodStatus status, String usage) {}

  PlayedState(Pod pod, PlayedPod core) {
    this.uid = pod.getMetadata().getUid();
    this.node = pod.getSpec().getNodeName();
    this.core = core;
    var annotations = pod.getMetadata().getAnnotations();
    this.hasTold = annotations != null && annotations.containsKey(OwnNames.STAGED_USAGE);
  }

  /** The annotations to be written; of a pod of whose use no stage ever spoke there are none. */
  SortedMap<String, String> annotations(Said said) {
    hasTold |= !said.usage().isEmpty();
    var annotations = new TreeMap<String, String>();
    if (hasTold) {
      annotations.put(OwnNames.STAGED_USAGE, said.usage());
    }
    return annotations;
  }
}
