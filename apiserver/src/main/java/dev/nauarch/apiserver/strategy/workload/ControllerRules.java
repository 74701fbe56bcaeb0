package dev.nauarch.apiserver.strategy.workload;

import dev.nauarch.apiserver.object.NameRules;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Problems;
import dev.nauarch.apiserver.strategy.pod.PodSpecRules;
import java.util.List;

/** The rules of replication controllers, and of the revisions that other controllers keep. */
final class ControllerRules {

  private static final Templates.Words WORDS =
      new Templates.Words("replicationcontroller", "ReplicationController");

  private ControllerRules() {}

  static void controller(Problems problems, Field controller) {
    var spec = controller.at("spec");
    problems.notNegative(spec.at("minReadySeconds"));
    var selector = spec.at("selector");
    problems.require(selector);
    problems.notNegative(spec.at("replicas"));
    var template = spec.at("template");
    if (!template.isPresent()) {
      problems.required(template, "");
      return;
    }
    var labels = template.at("metadata", "labels");
    if (!selector.entries().stream().allMatch(label -> labels.at(label.key()).hasValueOf(label))) {
      Templates.mismatch(problems, labels);
    }
    PodSpecRules.template(problems, template);
    Templates.checkRunning(problems, template, WORDS);
  }

  /** A name that is no host's name can't be a pod's either. */
  static List<String> nameWarning(Field object, Field old) {
    if (!old.isEmpty()) {
      return List.of();
    }
    return NameRules.label(object.at("metadata", "name").text()).stream()
        .map(
            why ->
                "metadata.name: this is used in Pod names and hostnames, which can result in"
                    + " surprising behavior; a DNS label is recommended: ["
                    + why
                    + "]")
        .toList();
  }

  static void revision(Problems problems, Field revision) {
    problems.notNegative(revision.at("revision"));
    var data = revision.at("data");
    if (!data.isPresent()) {
      problems.required(data, "data is mandatory");
    } else if (!data.node().isObject()) {
      problems.required(data, "data must be a valid JSON object");
    }
  }

  static void revisionChange(Problems problems, Field revision, Field old) {
    problems.immutable(revision.at("data"), old.at("data"));
  }
}
