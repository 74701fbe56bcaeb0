package dev.nauarch.apiserver.strategy.lifecycle;

import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Lists;
import dev.nauarch.apiserver.strategy.field.NameForms;
import dev.nauarch.apiserver.strategy.field.Problems;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whose turn it is to make way for an eviction: one responder after the other, by priority, each
 * once. A responder that is done, or silent for too long, is followed by the next.
 */
final class ResponderRules {

  static final String CLEARED = "field cannot be cleared once set";
  private static final String MODIFIED = "field cannot be modified once set";
  private static final int RESPONDERS_MAX = 11;
  private static final int PRIORITY_MAX = 100_000;
  private static final int OWN_PRIORITIES = 1000;
  private static final Map<String, Long> OWN = Map.of("imperative-eviction.k8s.io/evictor", 100L);
  private static final Duration SILENCE_MAX = Duration.ofMinutes(20);
  private static final Duration SKEW = Duration.ofSeconds(30);
  private static final List<String> DONE = List.of("Canceled", "Completed", "Interrupted");
  private static final String[] STATES = {
    "Active", "Canceled", "Completed", "Inactive", "Interrupted"
  };

  private final Problems problems;
  private final Instant now;
  private final boolean isFinal;

  /**
   * Rules at a moment.
   *
   * @param isFinal whether the eviction as a whole has come to its end
   */
  ResponderRules(Problems problems, Instant now, boolean isFinal) {
    this.problems = problems;
    this.now = now;
    this.isFinal = isFinal;
  }

  void check(Field status, Field old) {
    var targets = status.at("targetResponders");
    var responders = status.at("responders");
    var areTargets =
        Lists.set(problems, targets, RESPONDERS_MAX, ResponderRules::name, this::target);
    targets.items().forEach(target -> priorityChange(target, old.at("targetResponders")));
    if (areTargets) {
      states(targets, old.at("targetResponders"), byName(responders));
    }
    var areResponders =
        Lists.set(
            problems,
            responders,
            RESPONDERS_MAX,
            ResponderRules::name,
            each -> problems.requireForm(each.at("name"), NameForms::prefixedKey));
    responders(responders, old.at("responders"), targets, areResponders);
  }

  private void target(Field target) {
    problems.requireForm(target.at("name"), NameForms::prefixedKey);
    var priority = target.at("priority");
    if (!priority.isPresent()) {
      problems.required(priority, "");
    } else if (priority.number(0) < 0) {
      problems.invalid(priority, "must be greater than or equal to 0");
    } else if (priority.number(0) > PRIORITY_MAX) {
      problems.invalid(priority, "must be less than or equal to " + PRIORITY_MAX);
    }
    problems.requireOneOf(target.at("state"), STATES);
  }

  private void priorityChange(Field target, Field old) {
    var before = byName(old).get(name(target));
    if (before != null && !target.at("priority").hasValueOf(before.at("priority"))) {
      problems.invalid(target.at("priority"), "null", MODIFIED);
    }
  }

  /** Checks that states follow each other in the order of the responders' priorities. */
  private void states(Field targets, Field old, Map<String, Field> said) {
    var formerly = byName(old);
    if (!formerly.isEmpty()) {
      if (targets.items().size() != old.items().size()) {
        problems.invalid(targets, "must preserve the same length and the same keys");
        return;
      }
      if (!byName(targets).keySet().containsAll(formerly.keySet())) {
        problems.invalid(targets, "must preserve the same keys");
        return;
      }
    }
    var order = targets.items().stream().sorted(BY_TURN).toList();
    var states = old.items().stream().sorted(BY_TURN).map(each -> each.at("state").text()).toList();
    int active = states.indexOf("Active");
    boolean hasChanged = active >= 0 && !order.get(active).at("state").is("Active");
    boolean isOver = isFinal || (!states.isEmpty() && DONE.contains(states.getLast()));
    for (int i = 0; i < order.size(); i++) {
      Expected expected;
      if (i < active || (!states.isEmpty() && active < 0 && isOver)) {
        expected = new Expected(List.of(states.get(i)), "final state is immutable");
      } else if (i == active) {
        expected = stillActive(hasChanged);
      } else if ((i == 0 && states.isEmpty()) || (i == active + 1 && hasChanged)) {
        expected =
            isFinal
                ? new Expected(List.of("Inactive"), "the eviction request has finished processing")
                : new Expected(List.of("Active"), "this responder is next in line");
      } else {
        expected =
            new Expected(List.of("Inactive"), "the previously active has not finished processing");
      }
      state(order.get(i), expected, Optional.ofNullable(said.get(name(order.get(i)))));
    }
  }

  private record Expected(List<String> states, String reason) {}

  private Expected stillActive(boolean hasChanged) {
    if (hasChanged) {
      return new Expected(DONE, "this responder must reach a final state");
    }
    return isFinal
        ? new Expected(DONE, "the eviction request has finished processing")
        : new Expected(List.of("Active"), "the eviction request stays active");
  }

  private void state(Field target, Expected expected, Optional<Field> said) {
    if (said.isEmpty()) {
      problems.invalid(
          target, '"' + name(target) + "\" has to be tracked in status.responders first");
      return;
    }
    priority(target);
    var state = target.at("state");
    if (!expected.states.contains(state.text())) {
      problems.invalid(
          state,
          "must be one of: " + String.join(", ", expected.states) + ", because " + expected.reason);
      return;
    }
    var responder = said.get();
    boolean isWorking =
        responder.at("startTime").isPresent() && !responder.at("completionTime").isPresent();
    if (!state.is("Active") && isWorking && !isFinal) {
      var heard =
          time(responder.at("heartbeatTime")).or(() -> time(responder.at("startTime"))).orElse(now);
      if (now.isBefore(heard.plus(SILENCE_MAX).minus(SKEW))) {
        problems.forbidden(
            state,
            "must stay Active because the responder is in progress and it should report"
                + " status.responders.heartbeatTime or status.responders.completionTime");
      }
    }
    if (state.is("Completed") && !responder.at("completionTime").isPresent()) {
      problems.invalid(
          state,
          "cannot become Completed because the responder didn't report"
              + " status.responders.completionTime");
    }
  }

  private void priority(Field target) {
    var priority = target.at("priority");
    if (priority.number(-1) < 0) {
      return;
    }
    var own = OWN.get(name(target));
    if (own != null && own != priority.number(0)) {
      problems.invalid(priority, "core k8s responder is expected to have priority: " + own);
    } else if (own == null && priority.number(0) < OWN_PRIORITIES) {
      problems.invalid(
          priority, "priorities 0-999 are reserved for responders with *.k8s.io suffix");
    }
  }

  private void responders(Field responders, Field old, Field targets, boolean isSet) {
    if (targets.items().size() != responders.items().size()) {
      problems.invalid(
          responders,
          "must be the same length as status.targetResponders and contain the same keys");
      return;
    }
    var wanted = byName(targets);
    if (!byName(responders).keySet().containsAll(wanted.keySet())) {
      problems.invalid(responders, "must contain the same keys as status.targetResponders");
      return;
    }
    if (!isSet) {
      return;
    }
    var formerly = byName(old);
    for (var responder : responders.items()) {
      var target = wanted.get(name(responder));
      if (target != null) {
        new ResponderTimes(problems, now, SKEW)
            .check(
                responder,
                Optional.ofNullable(formerly.get(name(responder))),
                target.at("state").is("Active"));
      }
    }
  }

  private static Map<String, Field> byName(Field list) {
    var found = new HashMap<String, Field>();
    list.items().forEach(item -> found.put(name(item), item));
    return found;
  }

  private static String name(Field item) {
    return item.at("name").text();
  }

  static Optional<Instant> time(Field field) {
    return field.isPresent() ? Optional.of(Instant.parse(field.text())) : Optional.empty();
  }

  /** Higher priorities first; among equals by domain, from its end, and then by name. */
  private static final Comparator<Field> BY_TURN =
      Comparator.comparingLong((Field target) -> -target.at("priority").number(-1))
          .thenComparing(target -> domain(name(target)), ResponderRules::compare)
          .thenComparing(target -> name(target).substring(name(target).indexOf('/') + 1));

  private static List<String> domain(String name) {
    int slash = name.indexOf('/');
    return List.of((slash < 0 ? name : name.substring(0, slash)).split("\\.", -1)).reversed();
  }

  private static int compare(List<String> one, List<String> other) {
    for (int i = 0; i < Math.min(one.size(), other.size()); i++) {
      int order = one.get(i).compareTo(other.get(i));
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(one.size(), other.size());
  }
}
