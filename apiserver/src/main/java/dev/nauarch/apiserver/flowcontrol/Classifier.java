package dev.nauarch.apiserver.flowcontrol;

import dev.nauarch.apiserver.port.Attributes;
import dev.nauarch.apiserver.port.User;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Says which flow schema a request belongs to: of those that match, the one of the lowest
 * precedence, and of those that are equal the one whose name comes first. Schemas are found by the
 * subjects they name, so that many of them cost little. Immutable.
 */
final class Classifier {

  private static final String ACCOUNT = "system:serviceaccount:";

  private record Candidate(int order, Flow flow, FlowRule rule) {}

  private final Map<String, List<Candidate>> byUser = new HashMap<>();
  private final Map<String, List<Candidate>> byGroup = new HashMap<>();
  private final Map<String, List<Candidate>> byAccountNamespace = new HashMap<>();
  private final List<Candidate> ofAnybody = new ArrayList<>();

  /**
   * @param flows in the order in which they are asked
   */
  Classifier(List<Flow> flows) {
    for (var order = 0; order < flows.size(); order++) {
      var flow = flows.get(order);
      for (var rule : flow.schema().at("/spec/rules")) {
        var candidate = new Candidate(order, flow, new FlowRule(rule));
        for (var subject : rule.path("subjects")) {
          var name = subject.at("/user/name").asString(subject.at("/group/name").asString(""));
          switch (subject.path("kind").asString("")) {
            case "User" -> add(byUser, name, candidate);
            case "Group" -> add(byGroup, name, candidate);
            case "ServiceAccount" -> {
              var account = subject.path("serviceAccount");
              var namespace = account.path("namespace").asString("");
              var local = account.path("name").asString("");
              if (local.equals("*")) {
                add(byAccountNamespace, namespace, candidate);
              } else {
                add(byUser, ACCOUNT + namespace + ":" + local, candidate);
              }
            }
            default -> {
              // Validation lets no other kind in.
            }
          }
        }
      }
    }
  }

  private void add(Map<String, List<Candidate>> candidates, String name, Candidate candidate) {
    if (name.equals("*")) {
      ofAnybody.add(candidate);
    } else {
      candidates.computeIfAbsent(name, _ -> new ArrayList<>(1)).add(candidate);
    }
  }

  /** The flow of a request; empty where no schema matches. */
  Optional<Flow> find(User user, Attributes wanted) {
    var best = better(null, ofAnybody, wanted);
    best = better(best, byUser.get(user.name()), wanted);
    for (var group : user.groups()) {
      best = better(best, byGroup.get(group), wanted);
    }
    if (user.name().startsWith(ACCOUNT)) {
      var end = user.name().indexOf(':', ACCOUNT.length());
      if (end > 0) {
        var namespace = user.name().substring(ACCOUNT.length(), end);
        best = better(best, byAccountNamespace.get(namespace), wanted);
      }
    }
    return best == null ? Optional.empty() : Optional.of(best.flow);
  }

  private static @Nullable Candidate better(
      @Nullable Candidate best, @Nullable List<Candidate> others, Attributes wanted) {
    if (others == null) {
      return best;
    }
    for (var other : others) {
      if (best != null && best.order <= other.order) {
        return best;
      }
      if (other.rule.matches(wanted)) {
        return other;
      }
    }
    return best;
  }
}
