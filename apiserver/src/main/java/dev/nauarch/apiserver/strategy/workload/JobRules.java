package dev.nauarch.apiserver.strategy.workload;

import dev.nauarch.apiserver.object.NameRules;
import dev.nauarch.apiserver.patch.JsonValues;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Forms;
import dev.nauarch.apiserver.strategy.field.Problems;
import dev.nauarch.apiserver.strategy.pod.PodSpecRules;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What is wrong with a job. */
final class JobRules {

  private static final String QUEUE_NAME = "kueue.x-k8s.io/queue-name";
  private static final String UID_LABEL = "batch.kubernetes.io/controller-uid";
  private static final long PARALLELISM_MAX_PER_INDEX = 100_000;
  private static final int INDEXED_NAME_MAX = 63;

  private JobRules() {}

  static void check(Problems problems, Field job) {
    var spec = job.at("spec");
    if (!spec.at("selector").isPresent()) {
      problems.required(spec.at("selector"), "");
    } else {
      selector(problems, job);
    }
    checkSpec(problems, spec);
    indexedName(problems, job);
  }

  private static void selector(Problems problems, Field job) {
    var spec = job.at("spec");
    var selector = spec.at("selector");
    var labels = spec.at("template", "metadata", "labels");
    Forms.selector(problems, selector);
    if (!spec.at("manualSelector").flag(false)) {
      var uid = job.at("metadata", "uid");
      if (!selector.at("matchLabels", UID_LABEL).hasValueOf(uid)
          && !selector.at("matchLabels", "controller-uid").hasValueOf(uid)) {
        problems.invalid(selector, "`selector` not auto-generated");
      }
    }
    if (!Forms.matches(selector, labels)) {
      problems.invalid(labels, "`selector` does not match template `labels`");
    }
  }

  /** The pods of an indexed job are hosts by the job's name and their index. */
  private static void indexedName(Problems problems, Field job) {
    var spec = job.at("spec");
    long completions = spec.at("completions").number(0);
    if (spec.at("completionMode").is("Indexed") && completions > 0) {
      var host = job.at("metadata", "name").text() + "-" + (completions - 1);
      if (host.length() > INDEXED_NAME_MAX) {
        problems.invalid(
            job.at("metadata", "name"),
            "will not able to create pod with invalid DNS label: " + host);
      }
    }
  }

  /** Checks the spec of a job, or of a job template, but for its selector. */
  static void checkSpec(Problems problems, Field spec) {
    problems.notNegative(
        spec.at("parallelism"),
        spec.at("completions"),
        spec.at("activeDeadlineSeconds"),
        spec.at("backoffLimit"),
        spec.at("ttlSecondsAfterFinished"),
        spec.at("backoffLimitPerIndex"),
        spec.at("maxFailedIndexes"));
    problems.oneOf(spec.at("completionMode"), "Indexed", "NonIndexed");
    if (spec.at("completionMode").is("Indexed")) {
      indexed(problems, spec);
    } else {
      for (var name : List.of("backoffLimitPerIndex", "maxFailedIndexes")) {
        if (spec.at(name).isPresent()) {
          problems.invalid(spec.at(name), "requires indexed completion mode");
        }
      }
    }
    if (spec.at("maxFailedIndexes").isPresent() && !spec.at("backoffLimitPerIndex").isPresent()) {
      problems.required(spec.at("backoffLimitPerIndex"), "when maxFailedIndexes is specified");
    }
    problems.oneOf(spec.at("podReplacementPolicy"), "Failed", "TerminatingOrFailed");
    managedBy(problems, spec.at("managedBy"));
    failurePolicy(problems, spec);
    successPolicy(problems, spec);
    template(problems, spec.at("template"));
  }

  private static void indexed(Problems problems, Field spec) {
    var completions = spec.at("completions");
    if (!completions.isPresent()) {
      problems.required(completions, "when completion mode is Indexed");
    }
    if (spec.at("parallelism").number(0) > PARALLELISM_MAX_PER_INDEX) {
      problems.invalid(
          spec.at("parallelism"),
          "must be less than or equal to 100000 when completion mode is Indexed");
    }
    if (spec.at("maxFailedIndexes").number(0) > completions.number(Long.MAX_VALUE)) {
      problems.invalid(
          spec.at("maxFailedIndexes"),
          "must be less than or equal to completions when maxFailedIndexes is specified");
    }
  }

  private static void managedBy(Problems problems, Field managedBy) {
    if (managedBy.isPresent()) {
      if (managedBy.text().indexOf('/') <= 0) {
        problems.invalid(managedBy, "must be a domain-prefixed path (such as \"acme.io/foo\")");
      } else {
        problems.form(managedBy, NameRules::labelKey);
      }
    }
  }

  private static void template(Problems problems, Field template) {
    if (!template.isPresent()) {
      problems.required(template, "");
      return;
    }
    PodSpecRules.template(problems, template);
    var policy = template.at("spec", "restartPolicy");
    if (policy.is("Always")) {
      problems.required(policy, "valid values: \"OnFailure\", \"Never\"");
    }
  }

  private static void failurePolicy(Problems problems, Field spec) {
    var policy = spec.at("podFailurePolicy");
    if (!policy.isPresent()) {
      return;
    }
    if (!spec.at("template", "spec", "restartPolicy").is("Never")) {
      problems.invalid(
          spec.at("template", "spec", "restartPolicy"),
          "only \"Never\" is supported when podFailurePolicy is specified");
    }
    for (var rule : policy.at("rules").items()) {
      var action = rule.at("action");
      problems.requireOneOf(action, "Count", "FailIndex", "FailJob", "Ignore");
      if (action.is("FailIndex") && !spec.at("backoffLimitPerIndex").isPresent()) {
        problems.invalid(action, "requires the backoffLimitPerIndex to be set");
      }
      var codes = rule.at("onExitCodes");
      boolean hasConditions = !rule.at("onPodConditions").isEmpty();
      if (codes.isPresent() == hasConditions) {
        problems.invalid(
            rule,
            codes.isPresent()
                ? "specifying both OnExitCodes and OnPodConditions is not supported"
                : "specifying one of OnExitCodes and OnPodConditions is required");
      }
      if (codes.isPresent()) {
        exitCodes(problems, spec, codes);
      }
      for (var condition : rule.at("onPodConditions").items()) {
        problems.requireForm(condition.at("type"), NameRules::labelKey);
        problems.requireOneOf(condition.at("status"), "False", "True", "Unknown");
      }
    }
  }

  private static void exitCodes(Problems problems, Field spec, Field codes) {
    problems.requireOneOf(codes.at("operator"), "In", "NotIn");
    var name = codes.at("containerName");
    if (!name.isEmpty() && !hasContainer(spec.at("template", "spec"), name.text())) {
      problems.invalid(
          name, "must be one of the container or initContainer names in the pod template");
    }
    if (codes.at("values").isEmpty()) {
      problems.invalid(codes.at("values"), "at least one value is required");
    }
    problems.unique(codes.at("values").items());
    for (var value : codes.at("values").items()) {
      if (codes.at("operator").is("In") && value.number(1) == 0) {
        problems.invalid(value, "must not be 0 for the In operator");
      }
    }
  }

  private static boolean hasContainer(Field spec, String name) {
    return List.of("containers", "initContainers").stream()
        .flatMap(list -> spec.at(list).items().stream())
        .anyMatch(container -> container.at("name").is(name));
  }

  private static void successPolicy(Problems problems, Field spec) {
    var policy = spec.at("successPolicy");
    if (!policy.isPresent()) {
      return;
    }
    if (!spec.at("completionMode").is("Indexed")) {
      problems.invalid(policy, "requires indexed completion mode");
      return;
    }
    if (policy.at("rules").isEmpty()) {
      problems.required(
          policy.at("rules"),
          "at least one rules must be specified when the successPolicy is specified");
    }
    for (var rule : policy.at("rules").items()) {
      if (!rule.at("succeededCount").isPresent() && !rule.at("succeededIndexes").isPresent()) {
        problems.required(
            rule, "at least one of succeededCount or succeededIndexes must be specified");
      }
      problems.positive(rule.at("succeededCount"));
      if (rule.at("succeededCount").number(0) > spec.at("completions").number(0)) {
        problems.invalid(
            rule.at("succeededCount"),
            "must be less than or equal to "
                + spec.at("completions").number(0)
                + " (the number of specified completions)");
      }
    }
  }

  static void checkUpdate(Problems problems, Field job, Field old) {
    check(problems, job);
    var spec = job.at("spec");
    var before = old.at("spec");
    completions(problems, spec, before);
    for (var name :
        List.of(
            "selector",
            "completionMode",
            "podFailurePolicy",
            "backoffLimitPerIndex",
            "managedBy",
            "successPolicy")) {
      problems.immutable(spec.at(name), before.at(name));
    }
    if (!JsonValues.same(withoutScheduling(spec, before, old), before.at("template").node())) {
      problems.invalid(spec.at("template"), Problems.IMMUTABLE);
    }
    var queue = job.at("metadata", "labels", QUEUE_NAME);
    var oldQueue = old.at("metadata", "labels", QUEUE_NAME);
    if (!spec.at("suspend").flag(false) && !before.at("suspend").flag(false)) {
      var path = "metadata.labels[" + QUEUE_NAME + "]";
      problems.immutable(new Field(queue.node(), path, QUEUE_NAME), oldQueue);
    }
  }

  /** An indexed job grows and shrinks as long as it is all parallel. */
  private static void completions(Problems problems, Field spec, Field before) {
    boolean isElastic =
        spec.at("completionMode").is("Indexed")
            && spec.at("completions").isPresent()
            && before.at("completions").isPresent()
            && spec.at("completions").hasValueOf(spec.at("parallelism"))
            && before.at("completions").hasValueOf(before.at("parallelism"));
    if (!isElastic) {
      problems.immutable(spec.at("completions"), before.at("completions"));
    }
  }

  /**
   * The template, with what a queue may still decide about a suspended job of which no pod runs put
   * back to what it was: where its pods go, how they are labelled and what they ask for.
   */
  private static JsonNode withoutScheduling(Field spec, Field before, Field old) {
    var template = spec.at("template").node().deepCopy();
    if (!isAtRest(old) || !(template instanceof ObjectNode object)) {
      return template;
    }
    for (var name :
        List.of("nodeSelector", "affinity", "tolerations", "schedulingGates", "schedulingGroup")) {
      copy(before.at("template", "spec"), object.withObject("spec"), name);
    }
    for (var name : List.of("labels", "annotations")) {
      copy(before.at("template", "metadata"), object.withObject("metadata"), name);
    }
    if (!before.at("template", "metadata").isPresent()) {
      object.remove("metadata");
    }
    resources(before.at("template", "spec"), object.withObject("spec"));
    return object;
  }

  /** Whether a job is suspended and none of its pods runs, any more or ever. */
  private static boolean isAtRest(Field job) {
    var status = job.at("status");
    var isStopped =
        status.at("conditions").items().stream()
            .anyMatch(each -> each.at("type").is("Suspended") && each.at("status").is("True"));
    return job.at("spec", "suspend").flag(false)
        && status.at("active").number(0) == 0
        && (isStopped || !status.at("startTime").isPresent());
  }

  private static void resources(Field before, ObjectNode spec) {
    for (var list : List.of("containers", "initContainers")) {
      for (int i = 0; i < spec.path(list).size(); i++) {
        if (spec.path(list).path(i) instanceof ObjectNode container
            && i < before.at(list).items().size()) {
          copy(before.at(list).items().get(i), container, "resources");
        }
      }
    }
  }

  private static void copy(Field from, ObjectNode to, String name) {
    if (from.at(name).node().isMissingNode()) {
      to.remove(name);
    } else {
      to.set(name, from.at(name).node());
    }
  }
}
