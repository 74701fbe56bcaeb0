package dev.nauarch.scheduling.translate;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.OwnNames;
import dev.nauarch.scheduling.model.GangPlacement;
import dev.nauarch.scheduling.model.GangState;
import io.fabric8.kubernetes.api.model.scheduling.v1beta1.PodGroup;
import io.fabric8.kubernetes.api.model.scheduling.v1beta1.PodGroupSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/** A PodGroup as the scheduler knows it, and the written form of its placement. */
public final class GangTranslation {

  /** Says that all pods of the committed decision are bound, so that their containers may start. */
  public static final String BOUND = "nauarch.dev/bound";

  /** Of the condition that says whether a group was ever placed; it never becomes false again. */
  static final String SCHEDULED = "PodGroupInitiallyScheduled";

  private GangTranslation() {}

  /** A PodGroup. */
  public static GangState of(PodGroup group) {
    var metadata = group.getMetadata();
    var spec = Objects.requireNonNullElseGet(group.getSpec(), PodGroupSpec::new);
    var annotations = PodTranslation.sorted(metadata.getAnnotations());
    return new GangState(
        ObjectKey.of(group),
        PodTranslation.orEmpty(metadata.getUid()),
        PodTranslation.instant(metadata.getCreationTimestamp()),
        minCount(spec),
        topologyKey(spec),
        rank(spec),
        new GangState.Course(
            read(annotations.getOrDefault(OwnNames.PLACEMENT, "")),
            annotations.getOrDefault(BOUND, "").equals("true"),
            isScheduled(group)));
  }

  private static int minCount(PodGroupSpec spec) {
    var policy = spec.getSchedulingPolicy();
    var gang = policy == null ? null : policy.getGang();
    return gang == null || gang.getMinCount() == null ? 1 : Math.max(1, gang.getMinCount());
  }

  private static String topologyKey(PodGroupSpec spec) {
    var constraints = spec.getSchedulingConstraints();
    return constraints == null || constraints.getTopology().isEmpty()
        ? ""
        : PodTranslation.orEmpty(constraints.getTopology().getFirst().getKey());
  }

  private static GangState.Rank rank(PodGroupSpec spec) {
    var priority = spec.getPriority();
    var disruption = spec.getDisruptionMode();
    return new GangState.Rank(
        priority != null,
        priority == null ? 0 : priority,
        !"Never".equals(spec.getPreemptionPolicy()),
        disruption != null && disruption.getAll() != null);
  }

  private static boolean isScheduled(PodGroup group) {
    return group.getStatus() != null
        && group.getStatus().getConditions().stream()
            .anyMatch(one -> one.getType().equals(SCHEDULED) && "True".equals(one.getStatus()));
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
