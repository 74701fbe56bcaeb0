package dev.nauarch.apiserver.strategy.node;

import dev.nauarch.apiserver.object.NameRules;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Problems;
import dev.nauarch.apiserver.strategy.pod.PodSpecRules;
import dev.nauarch.apiserver.strategy.pod.ResourceRules;
import dev.nauarch.apiserver.strategy.pod.SchedulingRules;
import java.util.HashSet;

/** The rules of runtime classes. */
final class RuntimeClassRules {

  private RuntimeClassRules() {}

  static void check(Problems problems, Field runtimeClass) {
    problems.requireForm(runtimeClass.at("handler"), NameRules::label);
    for (var amount : runtimeClass.at("overhead", "podFixed").entries()) {
      // Upstream checks it as the limits of a container, and says so.
      var path = "overhead.limits[" + amount.key() + "]";
      ResourceRules.amount(problems, new Field(amount.node(), path, amount.key()));
    }
    var scheduling = runtimeClass.at("scheduling");
    PodSpecRules.labels(problems, scheduling.at("nodeSelector"));
    var seen = new HashSet<String>();
    for (var toleration : scheduling.at("tolerations").items()) {
      SchedulingRules.toleration(problems, toleration);
      if (!seen.add(key(toleration))) {
        problems.duplicate(toleration);
      }
    }
  }

  private static String key(Field toleration) {
    return String.join(
        "\n",
        toleration.at("key").text(),
        toleration.at("operator").text(),
        toleration.at("value").text(),
        toleration.at("effect").text());
  }

  static void change(Problems problems, Field runtimeClass, Field old) {
    problems.immutable(runtimeClass.at("handler"), old.at("handler"));
  }
}
