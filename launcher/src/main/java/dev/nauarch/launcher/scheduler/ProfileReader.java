package dev.nauarch.launcher.scheduler;

import dev.nauarch.api.ModelCodec;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Problems;
import dev.nauarch.apiserver.strategy.field.SettingsFile;
import dev.nauarch.scheduling.SchedulerOptions;
import dev.nauarch.scheduling.model.Policy;
import dev.nauarch.scheduling.model.Profile;
import dev.nauarch.scheduling.plugin.SchedulerPlugin;
import dev.nauarch.scheduling.translate.ProfileTranslation;
import io.fabric8.kubernetes.api.model.NodeAffinity;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/** Reads one profile: which plug-ins are on, and what is said to them. */
final class ProfileReader {

  private static final long AFFINITY_WEIGHT_MAX = 100;
  private static final List<String> CONFIGURABLE =
      List.of("InterPodAffinity", "NodeAffinity", "NodeResourcesFit", "PodTopologySpread");

  private final Problems problems;
  private final OwnPlugins own;
  private final PluginSwitches switches;
  private Policy policy = Policy.DEFAULT;
  private NodeAffinity addedAffinity = new NodeAffinity();
  private boolean packs;

  /**
   * For one profile.
   *
   * @param known the plug-ins of the user, by name
   */
  ProfileReader(Problems problems, SortedMap<String, SchedulerPlugin> known) {
    this.problems = problems;
    this.own = new OwnPlugins(problems, known);
    this.switches = new PluginSwitches(problems, own);
  }

  /** The profile that an item of the list describes. */
  Profile read(Field item) {
    SettingsFile.knownFields(problems, item, "schedulerName", "plugins", "pluginConfig");
    var plugins = item.at("plugins");
    SettingsFile.knownFields(problems, plugins, "filter", "score", "multiPoint");
    switches.applyToAll(plugins.at("multiPoint"));
    switches.applyToFilters(plugins.at("filter"));
    switches.applyToScores(plugins.at("score"));
    for (var config : item.at("pluginConfig").items()) {
      SettingsFile.knownFields(problems, config, "name", "args");
      configure(config.at("name"), config.at("args"));
    }
    var name = item.at("schedulerName").text();
    return ProfileTranslation.of(
        name.isEmpty() ? SchedulerOptions.DEFAULT.name() : name,
        policy.with(switches.weights(packs)).without(switches.off()).with(own.uses()),
        addedAffinity);
  }

  private void configure(Field name, Field args) {
    switch (name.text()) {
      case "NodeResourcesFit" -> strategy(args);
      case "NodeAffinity" -> {
        SettingsFile.knownFields(problems, args, "apiVersion", "kind", "addedAffinity");
        if (args.at("addedAffinity").isPresent()) {
          var affinity = ModelCodec.encode(args.at("addedAffinity").node());
          addedAffinity = ModelCodec.decode(affinity, NodeAffinity.class);
        }
      }
      case "InterPodAffinity" -> affinity(args);
      case "PodTopologySpread" -> policy = policy.with(new SpreadReader(problems).read(args));
      default -> {
        own.configure(name.text(), args);
        if (!own.has(name.text())) {
          var known = new ArrayList<>(own.names());
          known.addAll(CONFIGURABLE);
          problems.notSupported(name, known);
        }
      }
    }
  }

  /** By which rule room counts. */
  private void strategy(Field args) {
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

  /** What the affinity of pods that have a place is worth. */
  private void affinity(Field args) {
    SettingsFile.knownFields(
        problems,
        args,
        "apiVersion",
        "kind",
        "hardPodAffinityWeight",
        "ignorePreferredTermsOfExistingPods");
    var weight = args.at("hardPodAffinityWeight");
    problems.range(weight, 0, AFFINITY_WEIGHT_MAX);
    policy =
        policy.with(
            new Policy.OthersAffinity(
                (int) weight.number(Policy.OthersAffinity.DEFAULT.required()),
                args.at("ignorePreferredTermsOfExistingPods").flag(false)));
  }
}
