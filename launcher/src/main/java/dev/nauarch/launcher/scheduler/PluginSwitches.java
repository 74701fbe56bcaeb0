package dev.nauarch.launcher.scheduler;

import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Problems;
import dev.nauarch.apiserver.strategy.field.SettingsFile;
import dev.nauarch.scheduling.model.Filter;
import dev.nauarch.scheduling.model.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which plug-ins of a profile are on, by the names that they have in Kubernetes, and what those
 * count for that score nodes.
 */
final class PluginSwitches {

  private static final String NODE_AFFINITY = "NodeAffinity";
  private static final String TAINTS = "TaintToleration";
  private static final String FIT = "NodeResourcesFit";
  private static final String BALANCE = "NodeResourcesBalancedAllocation";
  private static final String POD_AFFINITY = "InterPodAffinity";
  private static final String SPREAD = "PodTopologySpread";
  private static final String IMAGES = "ImageLocality";
  private static final String ALL = "*";
  private static final int WEIGHT_MAX = 1_000;

  /** Filters that also keep the books of what is taken, which nothing could do without. */
  private static final List<String> BOOKKEEPERS = List.of("VolumeBinding", "DynamicResources");

  /** What else there is no scheduling without here. */
  private static final List<String> FOUNDATIONS =
      List.of("DefaultBinder", "DefaultPreemption", "NodeName", "PrioritySort", "SchedulingGates");

  private final Problems problems;
  private final Map<String, Integer> weightByScore = new TreeMap<>();
  private final EnumSet<Filter> off = EnumSet.noneOf(Filter.class);
  private final OwnPlugins own;

  /**
   * As they are by default.
   *
   * @param own those of the user, which are off
   */
  PluginSwitches(Problems problems, OwnPlugins own) {
    this.problems = problems;
    this.own = own;
    var ofDefault = Weights.DEFAULT;
    weightByScore.put(NODE_AFFINITY, ofDefault.preferredNodes());
    weightByScore.put(TAINTS, ofDefault.taints());
    weightByScore.put(FIT, ofDefault.free());
    weightByScore.put(BALANCE, ofDefault.balanced());
    weightByScore.put(POD_AFFINITY, ofDefault.podAffinity());
    weightByScore.put(SPREAD, ofDefault.spread());
    weightByScore.put(IMAGES, ofDefault.images());
  }

  /** Whether a plug-in of Kubernetes has this name. */
  static boolean isBuiltIn(String name) {
    var none = new Problems();
    var scores = new PluginSwitches(none, new OwnPlugins(none, new TreeMap<>())).weightByScore;
    return scores.containsKey(name)
        || Filter.of(name).isPresent()
        || BOOKKEEPERS.contains(name)
        || FOUNDATIONS.contains(name);
  }

  /** Switches off what is disabled, and then on what is enabled, wherever it belongs. */
  void applyToAll(Field point) {
    var needed = new ArrayList<>(BOOKKEEPERS);
    needed.addAll(FOUNDATIONS);
    apply(point, needed, true, true);
  }

  /** The same of the rules alone. */
  void applyToFilters(Field point) {
    apply(point, BOOKKEEPERS, true, false);
  }

  /** The same of the scores alone. */
  void applyToScores(Field point) {
    apply(point, List.of(), false, true);
  }

  private void apply(Field point, List<String> needed, boolean filters, boolean scores) {
    SettingsFile.knownFields(problems, point, "enabled", "disabled");
    var known = new ArrayList<>(needed);
    known.addAll(own.names());
    if (filters) {
      Arrays.stream(Filter.values()).map(Filter::word).forEach(known::add);
    }
    if (scores) {
      known.addAll(weightByScore.keySet());
    }
    for (var item : point.at("disabled").items()) {
      SettingsFile.knownFields(problems, item, "name");
      var name = item.at("name");
      if (name.is(ALL)) {
        known.forEach(one -> disable(one, filters, scores));
        needAgain(name, needed, point.at("enabled").items());
      } else if (isKnown(name, known)) {
        if (needed.contains(name.text())) {
          problems.forbidden(name, "can't be switched off here");
        }
        disable(name.text(), filters, scores);
      }
    }
    for (var item : point.at("enabled").items()) {
      SettingsFile.knownFields(problems, item, "name", "weight");
      if (isKnown(item.at("name"), known)) {
        enable(item, filters, scores);
      }
    }
  }

  private void needAgain(Field all, List<String> needed, List<Field> enabled) {
    var missing =
        needed.stream()
            .filter(name -> enabled.stream().noneMatch(item -> item.at("name").is(name)))
            .sorted()
            .toList();
    if (!missing.isEmpty()) {
      problems.forbidden(
          all,
          "can't be switched off here, so enable them beside it: " + String.join(", ", missing));
    }
  }

  private boolean isKnown(Field name, List<String> known) {
    if (!known.contains(name.text())) {
      problems.notSupported(name, known.stream().distinct().toList());
      return false;
    }
    return true;
  }

  private void disable(String name, boolean filters, boolean scores) {
    own.disable(name, filters, scores);
    if (filters) {
      Filter.of(name).ifPresent(off::add);
    }
    if (scores && weightByScore.containsKey(name)) {
      weightByScore.put(name, 0);
    }
  }

  private void enable(Field item, boolean filters, boolean scores) {
    var name = item.at("name").text();
    var weight = item.at("weight");
    var hasScore = scores && (weightByScore.containsKey(name) || own.has(name));
    if (weight.isPresent() && !hasScore) {
      problems.forbidden(weight, "only what scores nodes has a weight");
    }
    problems.range(weight, 1, WEIGHT_MAX);
    if (own.has(name)) {
      own.enable(item.at("name"), filters, scores, (int) weight.number(1));
      return;
    }
    if (filters) {
      Filter.of(name).ifPresent(off::remove);
    }
    if (hasScore) {
      weightByScore.put(name, (int) weight.number(1));
    }
  }

  private int weight(String name) {
    return weightByScore.getOrDefault(name, 0);
  }

  /** The rules that are off. */
  List<Filter> off() {
    return List.copyOf(off);
  }

  /**
   * What the scores count.
   *
   * @param packs whether fuller nodes are better
   */
  Weights weights(boolean packs) {
    return new Weights(
        weight(NODE_AFFINITY),
        weight(TAINTS),
        weight(FIT),
        weight(BALANCE),
        packs,
        weight(POD_AFFINITY),
        weight(SPREAD),
        weight(IMAGES));
  }
}
