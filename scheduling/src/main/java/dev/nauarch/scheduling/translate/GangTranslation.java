package dev.nauarch.scheduling.translate;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.OwnNames;
import dev.nauarch.scheduling.model.GangPlacement;
import dev.nauarch.scheduling.model.GangState;
import io.fabric8.kubernetes.api.model.scheduling.v1beta1.PodGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** A PodGroup as the scheduler knows it, and the written form of its placement. */
public final class GangTranslation {

  /** Says that all pods of the committed decision are bound, so that their containers may start. */
  public static final String BOUND = "nauarch.dev/bound";

  private GangTranslation() {}

  /** A PodGroup. */
  public static GangState of(PodGroup group) {
    var metadata = group.getMetadata();
    var spec = group.getSpec();
    var policy = spec == null ? null : spec.getSchedulingPolicy();
    var gang = policy == null ? null : policy.getGang();
    var minCount = gang == null || gang.getMinCount() == null ? 1 : gang.getMinCount();
    var priority = spec == null ? null : spec.getPriority();
    var disruption = spec == null ? null : spec.getDisruptionMode();
    var annotations = PodTranslation.sorted(metadata.getAnnotations());
    return new GangState(
        ObjectKey.of(group),
        PodTranslation.orEmpty(metadata.getUid()),
        Math.max(1, minCount),
        priority == null ? 0 : priority,
        priority != null,
        PodTranslation.instant(metadata.getCreationTimestamp()),
        disruption != null && disruption.getAll() != null,
        read(annotations.getOrDefault(OwnNames.PLACEMENT, "")),
        annotations.getOrDefault(BOUND, "").equals("true"));
  }

  /**
   * The placement as text: the beginning that all names share, then per node the rest of its pods'
   * names, for example {@code train-workers-|a=0-0-x,0-1-y;b=0-2-z}.
   */
  public static String write(GangPlacement placement) {
    var names = new ArrayList<>(placement.nodeByPod().keySet());
    var prefix = commonPrefix(names);
    var podsByNode = new TreeMap<String, List<String>>();
    placement
        .nodeByPod()
        .forEach(
            (pod, node) ->
                podsByNode
                    .computeIfAbsent(node, ignored -> new ArrayList<>())
                    .add(pod.substring(prefix.length())));
    var parts = new ArrayList<String>();
    podsByNode.forEach((node, pods) -> parts.add(node + "=" + String.join(",", pods)));
    return prefix + "|" + String.join(";", parts);
  }

  /** Reads what {@link #write} wrote; no placement for anything else. */
  public static GangPlacement read(String text) {
    var bar = text.indexOf('|');
    if (bar < 0) {
      return GangPlacement.NONE;
    }
    var prefix = text.substring(0, bar);
    SortedMap<String, String> nodeByPod = new TreeMap<>();
    for (var part : text.substring(bar + 1).split(";", -1)) {
      var equals = part.indexOf('=');
      if (equals < 1) {
        return GangPlacement.NONE;
      }
      for (var pod : part.substring(equals + 1).split(",", -1)) {
        nodeByPod.put(prefix + pod, part.substring(0, equals));
      }
    }
    return new GangPlacement(nodeByPod);
  }

  private static String commonPrefix(List<String> names) {
    if (names.size() < 2) {
      return "";
    }
    var first = names.getFirst();
    var last = names.getLast();
    var length = 0;
    while (length < first.length()
        && length < last.length()
        && first.charAt(length) == last.charAt(length)) {
      length++;
    }
    return first.substring(0, length);
  }
}
