package dev.nauarch.apiserver.strategy.workload;

import dev.nauarch.apiserver.object.NameRules;
import dev.nauarch.apiserver.patch.JsonValues;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Problems;
import dev.nauarch.apiserver.strategy.field.Shares;
import dev.nauarch.apiserver.strategy.pod.PodSpecRules;
import dev.nauarch.apiserver.strategy.storage.StorageRules;
import java.util.HashSet;
import java.util.List;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The rules of stateful sets. */
final class StatefulSetRules {

  private static final Templates.Words WORDS = new Templates.Words("statefulset", "StatefulSet");
  private static final String FIXED =
      "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template',"
          + " 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy'"
          + " and 'minReadySeconds' are forbidden";
  private static final List<String> CHANGEABLE =
      List.of(
          "replicas",
          "ordinals",
          "template",
          "updateStrategy",
          "revisionHistoryLimit",
          "persistentVolumeClaimRetentionPolicy",
          "minReadySeconds");

  private StatefulSetRules() {}

  static void check(Problems problems, Field set) {
    var spec = set.at("spec");
    var templates = spec.at("volumeClaimTemplates");
    settings(problems, spec);
    templates.items().forEach(claim -> StorageRules.claimSpec(problems, claim.at("spec")));
    numbers(problems, spec);
    if (!spec.at("serviceName").isEmpty()) {
      problems.form(spec.at("serviceName"), NameRules::label);
    }
    pods(problems, spec);
  }

  /** Checks a changed set; what can't change may be as wrong as it was. */
  static void change(Problems problems, Field set, Field old) {
    var spec = set.at("spec");
    if (!(spec.node().deepCopy() instanceof ObjectNode changed)) {
      problems.forbidden(spec, FIXED);
      return;
    }
    for (var name : CHANGEABLE) {
      var before = old.at("spec", name).node();
      if (before.isMissingNode()) {
        changed.remove(name);
      } else {
        changed.set(name, before);
      }
    }
    if (!JsonValues.same(changed, old.at("spec").node())) {
      problems.forbidden(spec, FIXED);
    }
  }

  static List<String> warnings(Field set, Field old) {
    return set.at("spec", "revisionHistoryLimit").number(0) < 0
        ? List.of(
            "spec.revisionHistoryLimit: a negative value retains all historical revisions; a value"
                + " >= 0 is recommended")
        : List.of();
  }

  private static void settings(Problems problems, Field spec) {
    var policy = spec.at("podManagementPolicy");
    if (!policy.is("OrderedReady") && !policy.is("Parallel")) {
      problems.invalid(policy, "must be 'OrderedReady' or 'Parallel'");
    }
    var strategy = spec.at("updateStrategy");
    var rolling = strategy.at("rollingUpdate");
    switch (strategy.at("type").text()) {
      case "OnDelete" -> {
        if (rolling.isPresent()) {
          problems.invalid(rolling, "only allowed for updateStrategy 'RollingUpdate'");
        }
      }
      case "RollingUpdate" -> rollingUpdate(problems, rolling);
      default -> problems.invalid(strategy, "must be 'RollingUpdate' or 'OnDelete'");
    }
    var retention = spec.at("persistentVolumeClaimRetentionPolicy");
    for (var when : List.of("whenDeleted", "whenScaled")) {
      problems.oneOf(retention.at(when), "Delete", "Retain");
    }
  }

  private static void rollingUpdate(Problems problems, Field rolling) {
    problems.notNegative(rolling.at("partition"));
    var away = rolling.at("maxUnavailable");
    if (away.isPresent()) {
      Shares.check(problems, away);
      if (Shares.isZero(away)) {
        problems.invalid(away, "cannot be 0");
      }
      Shares.atMostAll(problems, away);
    }
  }

  private static void numbers(Problems problems, Field spec) {
    problems.notNegative(spec.at("replicas"), spec.at("minReadySeconds"));
    problems.notNegative(spec.at("ordinals", "start"));
  }

  private static void pods(Problems problems, Field spec) {
    var selector = spec.at("selector");
    if (selector.isPresent()) {
      Templates.checkSelector(problems, selector, WORDS);
    } else {
      problems.required(selector, "");
    }
    var template = spec.at("template");
    if (!template.isPresent()) {
      problems.required(template, "");
      return;
    }
    if (selector.isPresent()) {
      Templates.checkLabels(problems, selector, template);
    }
    PodSpecRules.template(problems, asPod(template, spec));
    Templates.checkRunning(problems, template, WORDS);
  }

  /** The template as its pods will be: named by the set, and with a volume for each claim. */
  private static Field asPod(Field template, Field spec) {
    if (!(template.node().deepCopy() instanceof ObjectNode object)
        || !(object.get("spec") instanceof ObjectNode pod)) {
      return template;
    }
    pod.remove(List.of("hostname", "subdomain"));
    var claims = spec.at("volumeClaimTemplates").items();
    if (claims.isEmpty()) {
      return template.with(object);
    }
    var names = new HashSet<String>();
    var volumes = JsonNodeFactory.instance.arrayNode();
    for (var claim : claims) {
      var name = claim.at("metadata", "name").text();
      if (names.add(name)) {
        volumes
            .addObject()
            .put("name", name)
            .putObject("persistentVolumeClaim")
            .put("claimName", name);
      }
    }
    for (var volume : pod.path("volumes")) {
      if (!names.contains(volume.path("name").asString(""))) {
        volumes.add(volume);
      }
    }
    pod.set("volumes", volumes);
    return template.with(object);
  }
}
