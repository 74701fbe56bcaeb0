package dev.nauarch.apiserver.strategy.workload;

import dev.nauarch.api.ApiException;
import dev.nauarch.apiserver.patch.JsonValues;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Forms;
import dev.nauarch.apiserver.strategy.field.Problems;
import dev.nauarch.apiserver.strategy.field.Shares;
import dev.nauarch.apiserver.strategy.pod.PodSpecRules;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** The rules of daemon sets. Changes of their template are counted in an annotation. */
final class DaemonSetRules {

  private static final Templates.Words WORDS = new Templates.Words("daemonset", "DaemonSet");
  private static final String TEMPLATES = "deprecated.daemonset.template.generation";

  private DaemonSetRules() {}

  static void fill(ObjectNode set, ObjectNode old) {
    long given = generation(set);
    var annotations = set.withObject("metadata").withObject("annotations");
    if (old.isEmpty()) {
      annotations.put(TEMPLATES, Long.toString(Math.max(given, 1)));
      return;
    }
    boolean isChanged = !JsonValues.same(set.at("/spec/template"), old.at("/spec/template"));
    annotations.put(TEMPLATES, Long.toString(generation(old) + (isChanged ? 1 : 0)));
  }

  static void check(Problems problems, Field set) {
    var spec = set.at("spec");
    var selector = spec.at("selector");
    var template = spec.at("template");
    if (!template.isPresent()) {
      problems.required(template, "");
      return;
    }
    if (selector.isPresent()) {
      Forms.selector(problems, selector);
      Templates.checkLabels(problems, selector, template);
      if (selector.at("matchLabels").isEmpty() && selector.at("matchExpressions").isEmpty()) {
        problems.invalid(selector, "empty selector is invalid for daemonset");
      }
    } else {
      // A selector that is not there finds nothing.
      Templates.mismatch(problems, template.at("metadata", "labels"));
    }
    PodSpecRules.template(problems, template);
    Templates.checkRunning(problems, template, WORDS);
    problems.notNegative(spec.at("minReadySeconds"));
    updates(problems, spec.at("updateStrategy"));
    problems.notNegative(spec.at("revisionHistoryLimit"));
  }

  private static void updates(Problems problems, Field strategy) {
    switch (strategy.at("type").text()) {
      case "OnDelete" -> {
        // The settings of the other strategy are of no importance.
      }
      case "RollingUpdate" -> rollingUpdate(problems, strategy.at("rollingUpdate"));
      default -> problems.notSupported(strategy, List.of("OnDelete", "RollingUpdate"));
    }
  }

  private static void rollingUpdate(Problems problems, Field rolling) {
    var away = rolling.at("maxUnavailable");
    var surge = rolling.at("maxSurge");
    Shares.check(problems, away);
    Shares.check(problems, surge);
    Shares.atMostAll(problems, away);
    Shares.atMostAll(problems, surge);
    if (!Shares.isZero(away) && !Shares.isZero(surge)) {
      problems.invalid(surge, "may not be set when maxUnavailable is non-zero");
    } else if (Shares.isZero(away) && Shares.isZero(surge)) {
      problems.required(away, "cannot be 0 when maxSurge is 0");
    }
  }

  private static long generation(ObjectNode set) {
    var text = set.path("metadata").path("annotations").path(TEMPLATES).asString("");
    if (text.isEmpty()) {
      return 0;
    }
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw ApiException.badRequest(
          "DaemonSet in version \"v1\" cannot be handled as a DaemonSet: strconv.ParseInt: parsing "
              + Field.of(set).at("metadata", "annotations", TEMPLATES).shown()
              + ": invalid syntax");
    }
  }
}
