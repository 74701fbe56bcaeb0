package dev.nauarch.apiserver.admission.security;

import dev.nauarch.apiserver.admission.security.Check.Finding;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/** What a new standard would forbid of the pods that are there, which it leaves alone. */
final class ExistingPods {

  private static final int CHECKED_MAX = 3000;

  private ExistingPods() {}

  /** One sentence for each set of findings, with how many pods have it. */
  static List<String> warnings(List<ObjectNode> pods, String namespace, Standard standard) {
    var checked = prioritized(pods);
    var podsByReason = new TreeMap<String, TreeSet<String>>();
    for (var pod : checked.subList(0, Math.min(checked.size(), CHECKED_MAX))) {
      var findings = Check.findings(standard, PodForm.of(pod));
      if (!findings.isEmpty()) {
        var reason = findings.stream().map(Finding::reason).collect(Collectors.joining(", "));
        podsByReason
            .computeIfAbsent(reason, _ -> new TreeSet<>())
            .add(pod.path("metadata").path("name").asString(""));
      }
    }
    var warnings = new ArrayList<String>();
    if (checked.size() > CHECKED_MAX) {
      warnings.add(
          "new PodSecurity enforce level only checked against the first %d of %d existing pods"
              .formatted(CHECKED_MAX, checked.size()));
    }
    if (!podsByReason.isEmpty()) {
      warnings.add(
          "existing pods in namespace \"%s\" violate the new PodSecurity enforce level \"%s\""
              .formatted(namespace, standard));
    }
    podsByReason.entrySet().stream()
        .map(each -> told(each.getValue()) + ": " + each.getKey())
        .sorted()
        .forEach(warnings::add);
    return warnings;
  }

  private static String told(NavigableSet<String> names) {
    return switch (names.size()) {
      case 1 -> names.getFirst();
      case 2 -> names.getFirst() + " (and 1 other pod)";
      default -> names.getFirst() + " (and " + (names.size() - 1) + " other pods)";
    };
  }

  /** Of the pods of one controller, which are alike, one comes first. */
  private static List<ObjectNode> prioritized(List<ObjectNode> pods) {
    var first = new ArrayList<ObjectNode>();
    var others = new ArrayList<ObjectNode>();
    var controllers = new HashSet<String>();
    for (var pod : pods) {
      var controller =
          pod.path("metadata")
              .path("ownerReferences")
              .valueStream()
              .filter(owner -> owner.path("controller").asBoolean(false))
              .map(owner -> owner.path("uid").asString(""))
              .findFirst();
      (controller.isEmpty() || controllers.add(controller.get()) ? first : others).add(pod);
    }
    first.addAll(others);
    return first;
  }
}
