package dev.nauarch.scheduling.model;

import java.util.Arrays;
import java.util.Optional;

/** The rules that a profile may do without, by the names of Kubernetes' plug-ins. */
public enum Filter {
  NODE_UNSCHEDULABLE("NodeUnschedulable"),
  TAINT_TOLERATION("TaintToleration"),
  NODE_AFFINITY("NodeAffinity"),
  NODE_PORTS("NodePorts"),
  NODE_RESOURCES_FIT("NodeResourcesFit"),
  VOLUME_RESTRICTIONS("VolumeRestrictions"),
  NODE_VOLUME_LIMITS("NodeVolumeLimits"),
  VOLUME_ZONE("VolumeZone"),
  POD_TOPOLOGY_SPREAD("PodTopologySpread"),
  INTER_POD_AFFINITY("InterPodAffinity");

  private final String word;

  Filter(String word) {
    this.word = word;
  }

  /** Its name in Kubernetes. */
  public String word() {
    return word;
  }

  /** The one of a name, if there is one. */
  public static Optional<Filter> of(String word) {
    return Arrays.stream(values()).filter(one -> one.word.equals(word)).findFirst();
  }
}
