package dev.nauarch.nodeagent.lifecycle;

import dev.nauarch.api.ModelCodec;
import dev.nauarch.client.Patch;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.node.ObjectNode;

/** The strategic merge patch by which a node writes the status of a pod. */
public final class StatusPatch {

  private StatusPatch() {}

  /** A patch of the status of this very pod, whatever is said of other parts of it meanwhile. */
  public static Patch of(Pod pod, PodStatus status) {
    return of(pod, status, new TreeMap<>());
  }

  /**
   * The same with annotations.
   *
   * @param annotations those that are written; of an empty text, that are taken away
   */
  public static Patch of(Pod pod, PodStatus status, SortedMap<String, String> annotations) {
    var body = ModelCodec.emptyTree();
    var metadata = body.putObject("metadata").put("uid", pod.getMetadata().getUid());
    annotations.forEach(
        (name, text) ->
            metadata.withObjectProperty("annotations").put(name, text.isEmpty() ? null : text));
    var tree = ModelCodec.tree(status);
    body.set("status", tree);
    var generation = pod.getMetadata().getGeneration();
    // Conditions are merged by their type, so what holds no more has to be taken out by name. Only
    // a pod whose specification has changed can have been resized.
    if (generation != null && generation > 1) {
      for (var type : List.of(Resizing.PENDING, Resizing.IN_PROGRESS)) {
        if (status.getConditions().stream().noneMatch(each -> each.getType().equals(type))) {
          tree.withArray("/conditions").addObject().put("$patch", "delete").put("type", type);
        }
      }
    }
    // Addresses are merged by themselves, so that those of before would stay beside others.
    var known = pod.getStatus();
    if (known != null) {
      replace(tree, "hostIPs", known.getHostIPs(), status.getHostIPs());
      replace(tree, "podIPs", known.getPodIPs(), status.getPodIPs());
    }
    return new Patch(Patch.Type.STRATEGIC, "status", body.toString(), "kubelet", false);
  }

  private static void replace(ObjectNode tree, String list, List<?> before, List<?> now) {
    if (!before.isEmpty() && !before.equals(now)) {
      tree.withArray("/" + list).insertObject(0).put("$patch", "replace");
    }
  }
}
