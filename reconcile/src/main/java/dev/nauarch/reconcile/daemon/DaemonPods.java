package dev.nauarch.reconcile.daemon;

import dev.nauarch.api.NodeSelectors;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.Index;
import dev.nauarch.reconcile.Owners;
import dev.nauarch.reconcile.PodTemplates;
import dev.nauarch.reconcile.Pods;
import dev.nauarch.reconcile.history.History;
import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.AffinityBuilder;
import io.fabric8.kubernetes.api.model.NodeSelectorBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The pods of DaemonSets. */
final class DaemonPods {

  /** Pods of DaemonSets by the node that they are for, bound or not. */
  static final Index<Pod> BY_NODE =
      new Index<>(
          Resources.PODS,
          "daemonNode",
          pod ->
              Owners.controllerOf(pod).filter(o -> o.getKind().equals("DaemonSet")).isPresent()
                  ? node(pod).stream().toList()
                  : List.of());

  /** How many pods failed on the node one after the other before this one. */
  static final String FAILURES = "nauarch.dev/failed-before";

  /** The longest-serving first: those with a node, then by age. */
  static final Comparator<Pod> OLDEST_FIRST =
      Comparator.comparing((Pod pod) -> !Pods.isBound(pod))
          .thenComparing(pod -> String.valueOf(pod.getMetadata().getCreationTimestamp()))
          .thenComparing(pod -> pod.getMetadata().getName());

  private static final String GENERATION_OF_SET = "deprecated.daemonset.template.generation";
  private static final String GENERATION_OF_POD = "pod-template-generation";

  private DaemonPods() {}

  /** The node that a pod is on, or for which it was made. */
  static Optional<String> node(Pod pod) {
    if (Pods.isBound(pod)) {
      return Optional.of(pod.getSpec().getNodeName());
    }
    return NodeSelectors.required(pod.getSpec()).stream()
        .flatMap(List::stream)
        .flatMap(term -> term.getMatchFields().stream())
        .filter(field -> NodeSelectors.NAME_FIELD.equals(field.getKey()))
        .filter(field -> "In".equals(field.getOperator()) && field.getValues().size() == 1)
        .map(field -> field.getValues().getFirst())
        .findFirst();
  }

  /**
   * A pod for a node, which the scheduler is to bind.
   *
   * @param hash that of the template's revision
   * @param failures how many pods failed there before
   */
  static Pod create(DaemonSet set, String name, String node, String hash, int failures) {
    var template = set.getSpec().getTemplate();
    var metadata =
        PodTemplates.pod(template, set, name)
            .editMetadata()
            .addToLabels(History.REVISION_OF_POD, hash);
    generation(set).ifPresent(number -> metadata.addToLabels(GENERATION_OF_POD, number));
    if (failures > 0) {
      metadata.addToAnnotations(FAILURES, Integer.toString(failures));
    }
    return metadata
        .endMetadata()
        .editSpec()
        .withTolerations(Placement.tolerations(template.getSpec()))
        .withAffinity(towards(template.getSpec().getAffinity(), node))
        .endSpec()
        .build();
  }

  private static Optional<String> generation(DaemonSet set) {
    var annotations = set.getMetadata().getAnnotations();
    return annotations == null
        ? Optional.empty()
        : Optional.ofNullable(annotations.get(GENERATION_OF_SET))
            .filter(text -> text.matches("-?[0-9]{1,18}"));
  }

  /** What the template asks of nodes, but for its terms: the node that was chosen has met them. */
  private static Affinity towards(@Nullable Affinity affinity, String node) {
    var only =
        new NodeSelectorBuilder()
            .addNewNodeSelectorTerm()
            .addNewMatchField()
            .withKey(NodeSelectors.NAME_FIELD)
            .withOperator("In")
            .withValues(node)
            .endMatchField()
            .endNodeSelectorTerm()
            .build();
    return (affinity == null ? new AffinityBuilder() : affinity.edit())
        .editOrNewNodeAffinity()
        .withRequiredDuringSchedulingIgnoredDuringExecution(only)
        .endNodeAffinity()
        .build();
  }

  /** The hash of a pod's revision; empty where nothing says it. */
  static String hash(Pod pod) {
    var labels = pod.getMetadata().getLabels();
    return labels == null ? "" : labels.getOrDefault(History.REVISION_OF_POD, "");
  }

  static int failures(Pod pod) {
    var annotations = pod.getMetadata().getAnnotations();
    var text = annotations == null ? null : annotations.get(FAILURES);
    return text != null && text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : 0;
  }
}
