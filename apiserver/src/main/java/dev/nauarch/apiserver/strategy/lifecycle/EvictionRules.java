package dev.nauarch.apiserver.strategy.lifecycle;

import dev.nauarch.apiserver.object.NameRules;
import dev.nauarch.apiserver.strategy.field.ConditionRules;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Lists;
import dev.nauarch.apiserver.strategy.field.NameForms;
import dev.nauarch.apiserver.strategy.field.Problems;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** The rules of evictions and of requests for them. */
final class EvictionRules {

  private static final int CONDITIONS_MAX = 100;
  private static final int REQUESTERS_MAX = 100;
  private static final String[] INTENTS = {"Eviction", "Withdrawn"};
  private static final List<String> RESERVED = List.of(".k8s.io", ".kubernetes.io");
  private static final String EVICTED = "TargetEvicted";
  private static final String FAILED = "Failed";

  private EvictionRules() {}

  /** Checks a request. */
  static void request(Problems problems, Field request) {
    eviction(problems, request);
    var spec = request.at("spec");
    if (problems.require(spec.at("requester"))) {
      problems.form(spec.at("requester"), EvictionRules::requester);
    }
    problems.requireOneOf(spec.at("intent"), INTENTS);
  }

  private static Optional<String> requester(String name) {
    var wrong = NameForms.prefixedKey(name);
    if (wrong.isPresent()) {
      return wrong;
    }
    var domain = "." + name.substring(0, name.indexOf('/'));
    return RESERVED.stream().anyMatch(domain::endsWith)
        ? Optional.of("domain names *.k8s.io, *.kubernetes.io are reserved")
        : Optional.empty();
  }

  /** What a request is about, and whose it is, can't be changed. */
  static void requestChange(Problems problems, Field request, Field old) {
    evictionChange(problems, request, old);
    fixed(problems, request.at("spec", "requester"), old.at("spec", "requester"));
  }

  /** Checks what came of a request. */
  static void requestStatus(Problems problems, Field request, Field old) {
    generation(problems, request, old);
    conditions(problems, request);
  }

  /** Checks an eviction. */
  static void eviction(Problems problems, Field eviction) {
    var target = eviction.at("spec", "target");
    var pod = target.at("pod");
    if (pod.isPresent()) {
      problems.requireForm(pod.at("name"), NameRules::subdomain);
      problems.requireForm(pod.at("uid"), NameForms::uuid);
    } else {
      problems.invalid(target, "\"\"", "must specify one of: `pod`");
    }
  }

  /** What is to go can't be changed. */
  static void evictionChange(Problems problems, Field eviction, Field old) {
    fixed(problems, eviction.at("spec", "target"), old.at("spec", "target"));
  }

  /** Checks how far an eviction has come. */
  static void evictionStatus(Problems problems, Field eviction, Field old, InstantSource clock) {
    generation(problems, eviction, old);
    conditions(problems, eviction);
    var isEvicted = isFinal(problems, eviction, old, EVICTED);
    var isFailed = isFinal(problems, eviction, old, FAILED);
    Lists.set(
        problems,
        eviction.at("status", "requesters"),
        REQUESTERS_MAX,
        each -> each.at("name").text(),
        each -> {
          problems.requireForm(each.at("name"), NameForms::prefixedKey);
          problems.requireOneOf(each.at("intent"), INTENTS);
        });
    new ResponderRules(problems, clock.instant(), isEvicted || isFailed)
        .check(eviction.at("status"), old.at("status"));
  }

  /** Whether an eviction has this end, which can't be taken back. */
  private static boolean isFinal(Problems problems, Field eviction, Field old, String type) {
    var conditions = eviction.at("status", "conditions");
    for (var before : old.at("status", "conditions").items()) {
      if (before.at("type").is(type) && before.at("status").is("True")) {
        var isKept =
            conditions.items().stream()
                .filter(now -> now.at("type").is(type))
                .anyMatch(
                    now ->
                        !now.at("status").is("False")
                            && now.at("reason").hasValueOf(before.at("reason")));
        if (!isKept) {
          problems.invalid(conditions, type + " condition status cannot be reverted");
        }
        return true;
      }
    }
    return ConditionRules.holds(conditions, type);
  }

  private static void conditions(Problems problems, Field object) {
    var conditions = object.at("status", "conditions");
    if (conditions.node().size() > CONDITIONS_MAX) {
      problems.tooMany(conditions, CONDITIONS_MAX);
    }
    ConditionRules.check(problems, conditions);
  }

  private static void generation(Problems problems, Field object, Field old) {
    var generation = object.at("status", "observedGeneration");
    var before = old.at("status", "observedGeneration");
    if (generation.isPresent() && generation.number(1) < 1) {
      problems.invalid(generation, "must be greater than or equal to 1");
    }
    if (before.isPresent() && !generation.isPresent()) {
      problems.invalid(generation, "null", ResponderRules.CLEARED);
    } else if (generation.number(0) < before.number(0)) {
      problems.invalid(generation, "may not be decreased from " + before.number(0));
    }
  }

  private static void fixed(Problems problems, Field now, Field before) {
    if (!now.hasValueOf(before)) {
      problems.invalid(now, "null", Problems.IMMUTABLE);
    }
  }
}
