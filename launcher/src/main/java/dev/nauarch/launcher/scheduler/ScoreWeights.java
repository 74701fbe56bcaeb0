package dev.nauarch.launcher.scheduler;

import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Problems;
import dev.nauarch.apiserver.strategy.field.SettingsFile;
import dev.nauarch.scheduling.model.Weights;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the plug-ins that score nodes count for, by the names that they have in Kubernetes. */
final class ScoreWeights {

  private static final String NODE_AFFINITY = "NodeAffinity";
  private static final String TAINTS = "TaintToleration";
  private static final String FIT = "NodeResourcesFit";
  private static final String BALANCE = "NodeResourcesBalancedAllocation";
  private static final String POD_AFFINITY = "InterPodAffinity";
  private static final String SPREAD = "PodTopologySpread";
  private static final List<String> NAMES =
      List.of(NODE_AFFINITY, TAINTS, FIT, BALANCE, POD_AFFINITY, SPREAD);
  private static final String ALL = "*";
  private static final int WEIGHT_MAX = 1_000;

  private final Problems problems;
  private final Map<String, Integer> weightByName = new TreeMap<>();
  private boolean packs;

  ScoreWeights(Problems problems) {
    this.problems = problems;
    var ofDefault = Weights.DEFAULT;
    weightByName.put(NODE_AFFINITY, ofDefault.preferredNodes());
    weightByName.put(TAINTS, ofDefault.taints());
    weightByName.put(FIT, ofDefault.free());
    weightByName.put(BALANCE, ofDefault.balanced());
    weightByName.put(POD_AFFINITY, ofDefault.neighbours());
    weightByName.put(SPREAD, ofDefault.neighbours());
  }

  /** Switches off what is disabled, and then on what is enabled. */
  void apply(Field point) {
    SettingsFile.knownFields(problems, point, "enabled", "disabled");
    for (var item : point.at("disabled").items()) {
      SettingsFile.knownFields(problems, item, "name");
      if (item.at("name").is(ALL)) {
        NAMES.forEach(name -> weightByName.put(name, 0));
      } else if (isKnown(item.at("name"))) {
        weightByName.put(item.at("name").text(), 0);
      }
    }
    for (var item : point.at("enabled").items()) {
      SettingsFile.knownFields(problems, item, "name", "weight");
      if (isKnown(item.at("name"))) {
        var weight = item.at("weight");
        if (weight.isPresent()) {
          problems.range(weight, 1, WEIGHT_MAX);
        }
        weightByName.put(item.at("name").text(), (int) weight.number(1));
      }
    }
    if (!weight(POD_AFFINITY).equals(weight(SPREAD))) {
      problems.invalid(
          point, POD_AFFINITY + " and " + SPREAD + " count as one here, and need the same weight");
    }
  }

  private Integer weight(String name) {
    return weightByName.getOrDefault(name, 0);
  }

  private boolean isKnown(Field name) {
    if (!NAMES.contains(name.text())) {
      problems.notSupported(name, NAMES);
      return false;
    }
    return true;
  }

  /** By which rule room counts. */
  void strategy(Field args) {
    SettingsFile.knownFields(problems, args, "apiVersion", "kind", "scoringStrategy");
    var strategy = args.at("scoringStrategy");
    SettingsFile.knownFields(problems, strategy, "type", "resources");
    problems.oneOf(strategy.at("type"), "LeastAllocated", "MostAllocated");
    packs = strategy.at("type").is("MostAllocated");
    var resources = strategy.at("resources");
    var names = resources.items().stream().map(item -> item.at("name").text()).sorted().toList();
    var weights = resources.items().stream().map(item -> item.at("weight").number(1)).distinct();
    if (resources.isPresent() && (!names.equals(List.of("cpu", "memory")) || weights.count() > 1)) {
      problems.invalid(resources, "only cpu and memory with equal weights count here");
    }
  }

  Weights weights() {
    return new Weights(
        weight(NODE_AFFINITY),
        weight(TAINTS),
        weight(FIT),
        weight(BALANCE),
        packs,
        weight(POD_AFFINITY));
  }
}
