package dev.nauarch.apiserver.strategy.workload;

import dev.nauarch.api.kueue.Kueue;
import dev.nauarch.apiserver.object.NameRules;
import dev.nauarch.apiserver.patch.JsonValues;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Problems;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The rules of job sets that a schema can't say. */
final class JobSetRules {

  private static final int NAME_MAX = 63;

  // A pod's name ends in a hyphen and five letters that the job controller makes up.
  private static final int POD_SUFFIX = 6;

  private static final JsonPointer TEMPLATE_METADATA =
      JsonPointer.compile("/template/spec/template/metadata");

  private JobSetRules() {}

  /**
   * Fills in what a job set leaves open.
   *
   * @param old the one that it replaces; empty (no fields) for a creation
   */
  public static void fill(ObjectNode jobSet, ObjectNode old) {
    var spec = jobSet.withObject("spec");
    var success = spec.withObject("successPolicy");
    Templates.put(success, "operator", "All");
    var network = spec.withObject("network");
    Templates.put(network, "enableDNSHostnames", true);
    Templates.put(network, "publishNotReadyAddresses", true);
    for (var item : spec.path("replicatedJobs")) {
      if (item instanceof ObjectNode group) {
        Templates.put(group, "replicas", 1);
        var job = group.withObject("template").withObject("spec");
        Templates.put(job, "completionMode", "Indexed");
        // A worker that fails is its job's or its set's business, not its agent's.
        Templates.put(job.withObject("template").withObject("spec"), "restartPolicy", "OnFailure");
        JobStrategy.fillSpec(job);
        keepQueueMarks(group, old.path("spec").path("replicatedJobs"));
      }
    }
    int number = 0;
    for (var item : spec.path("failurePolicy").path("rules")) {
      if (item instanceof ObjectNode rule) {
        Templates.put(rule, "name", "failurePolicyRule" + number++);
      }
    }
  }

  /**
   * Whoever sends a manifest again sends a list without what the queue wrote into its templates;
   * that would be a change of what may not change.
   */
  private static void keepQueueMarks(ObjectNode group, JsonNode oldGroups) {
    for (var old : oldGroups) {
      if (old.path("name").equals(group.path("name"))) {
        var before = old.at(TEMPLATE_METADATA);
        keep(group, "labels", Kueue.POD_SET_LABEL, before);
        keep(group, "annotations", Kueue.WORKLOAD_ANNOTATION, before);
      }
    }
  }

  private static void keep(ObjectNode group, String map, String key, JsonNode metadataBefore) {
    var mark = metadataBefore.path(map).path(key).asString("");
    if (!mark.isEmpty()) {
      Templates.put(group.withObject(TEMPLATE_METADATA.appendProperty(map)), key, mark);
    }
  }

  /** Checks a job set. */
  public static void check(Problems problems, Field jobSet) {
    var spec = jobSet.at("spec");
    var groups = spec.at("replicatedJobs").items();
    var name = jobSet.at("metadata", "name");
    problems.unique(groups.stream().map(group -> group.at("name")).toList());
    var before = new HashSet<String>();
    for (var group : groups) {
      problems.requireForm(group.at("name"), NameRules::dns1035);
      JobRules.checkSpec(problems, group.at("template", "spec"));
      longestName(problems, name, group);
      for (var dependency : group.at("dependsOn").items()) {
        if (!before.contains(dependency.at("name").text())) {
          problems.invalid(
              dependency.at("name"), "must be one of the replicatedJobs that appear before");
        }
      }
      before.add(group.at("name").text());
    }
    var subdomain = spec.at("network", "subdomain");
    if (!subdomain.isEmpty()) {
      problems.form(subdomain, NameRules::dns1035);
    }
    targets(problems, spec.at("successPolicy", "targetReplicatedJobs"), before);
    for (var rule : spec.at("failurePolicy", "rules").items()) {
      targets(problems, rule.at("targetReplicatedJobs"), before);
    }
    coordinator(problems, spec, groups);
    var rules = new ArrayList<Field>();
    spec.at("failurePolicy", "rules").items().forEach(rule -> rules.add(rule.at("name")));
    problems.unique(rules);
  }

  private static void longestName(Problems problems, Field name, Field group) {
    long lastJob = Math.max(0, group.at("replicas").number(1) - 1);
    long lastPod = Math.max(0, group.at("template", "spec", "completions").number(1) - 1);
    var longest = name.text() + "-" + group.at("name").text() + "-" + lastJob + "-" + lastPod;
    if (longest.length() + POD_SUFFIX > NAME_MAX) {
      problems.invalid(
          name,
          "must be shorter: the pod "
              + longest
              + " would have a name of more than "
              + NAME_MAX
              + " characters");
    }
  }

  private static void targets(Problems problems, Field targets, Set<String> known) {
    for (var target : targets.items()) {
      if (!known.contains(target.text())) {
        problems.invalid(target, "does not appear in .spec.ReplicatedJobs");
      }
    }
  }

  private static void coordinator(Problems problems, Field spec, List<Field> groups) {
    var coordinator = spec.at("coordinator");
    if (!coordinator.isPresent()) {
      return;
    }
    var wanted = coordinator.at("replicatedJob").text();
    var group = groups.stream().filter(one -> one.at("name").is(wanted)).findFirst();
    if (group.isEmpty()) {
      problems.invalid(
          coordinator.at("replicatedJob"),
          "coordinator replicatedJob " + wanted + " does not exist");
      return;
    }
    var job = coordinator.at("jobIndex");
    if (job.number(0) < 0 || job.number(0) >= group.get().at("replicas").number(1)) {
      problems.invalid(job, "coordinator job index is invalid for replicatedJob " + wanted);
    }
    var pod = coordinator.at("podIndex");
    long pods = group.get().at("template", "spec", "completions").number(1);
    if (pod.number(0) < 0 || pod.number(0) >= pods) {
      problems.invalid(pod, "coordinator pod index is invalid for replicatedJob " + wanted);
    }
  }

  /** Checks a change of a job set: while it is suspended a queue may still say where pods go. */
  public static void change(Problems problems, Field jobSet, Field old) {
    var spec = jobSet.at("spec");
    boolean isSuspended = spec.at("suspend").flag(false) || old.at("spec", "suspend").flag(false);
    var now = spec.at("replicatedJobs").node().deepCopy();
    var before = old.at("spec", "replicatedJobs").node().deepCopy();
    if (isSuspended) {
      withoutScheduling(now);
      withoutScheduling(before);
    }
    if (!JsonValues.same(now, before)) {
      problems.invalid(spec.at("replicatedJobs"), Problems.IMMUTABLE);
    }
    for (var name :
        List.of("successPolicy", "failurePolicy", "startupPolicy", "network", "managedBy")) {
      problems.immutable(spec.at(name), old.at("spec", name));
    }
  }

  private static void withoutScheduling(JsonNode groups) {
    for (var group : groups) {
      var template = group.path("template").path("spec").path("template");
      if (template.path("spec") instanceof ObjectNode spec) {
        List.of("nodeSelector", "tolerations", "schedulingGates", "affinity", "schedulingGroup")
            .forEach(spec::remove);
      }
      if (template instanceof ObjectNode object) {
        object.remove("metadata");
      }
    }
  }
}
