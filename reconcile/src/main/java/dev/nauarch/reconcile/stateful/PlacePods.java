package dev.nauarch.reconcile.stateful;

import dev.nauarch.reconcile.PodTemplates;
import dev.nauarch.reconcile.history.History;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The pods of a set's places. */
final class PlacePods {

  private static final String NAME_LABEL = "statefulset.kubernetes.io/pod-name";
  private static final String INDEX_LABEL = "apps.kubernetes.io/pod-index";

  private PlacePods() {}

  /**
   * The pod of a place.
   *
   * @param template its template
   * @param revision the name of its template's revision
   */
  static Pod create(StatefulSet set, PodTemplateSpec template, String revision, int ordinal) {
    var name = Ordinals.podName(set, ordinal);
    return PodTemplates.pod(template, set, name)
        .editMetadata()
        .addToLabels(labels(set, ordinal))
        .addToLabels(History.REVISION_OF_POD, revision)
        .endMetadata()
        .editSpec()
        .withHostname(name)
        .withSubdomain(set.getSpec().getServiceName())
        .withVolumes(volumes(set, template, ordinal))
        .endSpec()
        .build();
  }

  /** The labels that tell a place's pod. */
  static Map<String, String> labels(StatefulSet set, int ordinal) {
    var labels = new TreeMap<String, String>();
    labels.put(NAME_LABEL, Ordinals.podName(set, ordinal));
    labels.put(INDEX_LABEL, Integer.toString(ordinal));
    return labels;
  }

  /** Whether a pod is labelled as its place's. */
  static boolean isLabelled(Pod pod) {
    return pod.getMetadata().getName().equals(label(pod, NAME_LABEL));
  }

  /** The name of a pod's revision; empty where nothing says it. */
  static String revision(Pod pod) {
    return label(pod, History.REVISION_OF_POD);
  }

  private static String label(Pod pod, String name) {
    var labels = pod.getMetadata().getLabels();
    return labels == null ? "" : labels.getOrDefault(name, "");
  }

  /** Those of the claims, and those of the template that do not have the name of one. */
  private static List<Volume> volumes(StatefulSet set, PodTemplateSpec template, int ordinal) {
    var volumes = new ArrayList<Volume>();
    for (var claim : set.getSpec().getVolumeClaimTemplates()) {
      volumes.add(
          new VolumeBuilder()
              .withName(claim.getMetadata().getName())
              .withNewPersistentVolumeClaim()
              .withClaimName(PlaceClaims.name(set, claim, ordinal))
              .endPersistentVolumeClaim()
              .build());
    }
    for (var volume : template.getSpec().getVolumes()) {
      if (volumes.stream().noneMatch(each -> each.getName().equals(volume.getName()))) {
        volumes.add(volume);
      }
    }
    return volumes;
  }
}
