package dev.nauarch.launcher.scheduler;

import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Problems;
import dev.nauarch.apiserver.strategy.field.SettingsFile;
import dev.nauarch.scheduling.model.SpreadRule;
import java.util.List;

/** Reads how pods are spread that say nothing of it. */
final class SpreadReader {

  private static final String LIST = "List";
  private static final String SYSTEM = "System";

  private final Problems problems;

  SpreadReader(Problems problems) {
    this.problems = problems;
  }

  SpreadRule read(Field args) {
    SettingsFile.knownFields(
        problems, args, "apiVersion", "kind", "defaultConstraints", "defaultingType");
    var type = args.at("defaultingType");
    var constraints = args.at("defaultConstraints");
    problems.oneOf(type, LIST, SYSTEM);
    if (type.is(LIST)) {
      var domains = constraints.items().stream().map(this::domain).toList();
      return new SpreadRule(domains, false);
    }
    if (!constraints.isEmpty()) {
      problems.invalid(
          args.at("defaultingType"), "must be " + LIST + " where there are defaultConstraints");
    }
    return SpreadRule.SYSTEM;
  }

  private SpreadRule.Domain domain(Field item) {
    SettingsFile.knownFields(
        problems,
        item,
        "topologyKey",
        "maxSkew",
        "minDomains",
        "whenUnsatisfiable",
        "nodeAffinityPolicy",
        "nodeTaintsPolicy");
    problems.require(item.at("topologyKey"));
    problems.require(item.at("maxSkew"));
    problems.range(item.at("maxSkew"), 1, Integer.MAX_VALUE);
    problems.range(item.at("minDomains"), 1, Integer.MAX_VALUE);
    problems.requireOneOf(item.at("whenUnsatisfiable"), "DoNotSchedule", "ScheduleAnyway");
    for (var policy : List.of(item.at("nodeAffinityPolicy"), item.at("nodeTaintsPolicy"))) {
      problems.oneOf(policy, "Honor", "Ignore");
    }
    return new SpreadRule.Domain(
        item.at("topologyKey").text(),
        (int) item.at("maxSkew").number(1),
        (int) item.at("minDomains").number(1),
        item.at("whenUnsatisfiable").is("DoNotSchedule"),
        !item.at("nodeAffinityPolicy").is("Ignore"),
        item.at("nodeTaintsPolicy").is("Honor"));
  }
}
