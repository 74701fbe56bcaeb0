package dev.nauarch.apiserver.strategy.workload;

import dev.nauarch.api.FieldError;
import dev.nauarch.apiserver.port.Strategy;
import dev.nauarch.apiserver.port.User;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Problems;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** What is peculiar to jobs: they are told apart by a selector that is made for them. */
final class JobStrategy implements Strategy {

  private static final int BACKOFF_LIMIT = 6;

  @Override
  public void prepareForCreate(ObjectNode object, User user) {
    fill(object);
    if (!object.path("spec").path("manualSelector").asBoolean(false)) {
      generateSelector(object);
    }
  }

  @Override
  public void prepareForUpdate(ObjectNode object, ObjectNode old, String subresource, User user) {
    fill(object);
  }

  @Override
  public List<FieldError> validate(ObjectNode object) {
    var problems = new Problems();
    JobRules.check(problems, Field.of(object));
    return problems.errors();
  }

  @Override
  public List<FieldError> validateUpdate(ObjectNode object, ObjectNode old, String subresource) {
    var problems = new Problems();
    if (subresource.isEmpty()) {
      JobRules.checkUpdate(problems, Field.of(object), Field.of(old));
    } else {
      ReplicaStatus.counts(problems, Field.of(object), Field.of(old));
    }
    return problems.errors();
  }

  /** Fills in the spec of a job, or of a job template. */
  static void fillSpec(ObjectNode spec) {
    if (!spec.hasNonNull("completions") && !spec.hasNonNull("parallelism")) {
      spec.put("completions", 1).put("parallelism", 1);
    }
    Templates.put(spec, "parallelism", 1);
    Templates.put(
        spec,
        "backoffLimit",
        spec.hasNonNull("backoffLimitPerIndex") ? Integer.MAX_VALUE : BACKOFF_LIMIT);
    Templates.put(spec, "completionMode", "NonIndexed");
    Templates.put(spec, "suspend", false);
    Templates.put(spec, "manualSelector", false);
    Templates.put(
        spec,
        "podReplacementPolicy",
        spec.hasNonNull("podFailurePolicy") ? "Failed" : "TerminatingOrFailed");
    for (var rule : spec.path("podFailurePolicy").path("rules")) {
      for (var pattern : rule.path("onPodConditions")) {
        if (pattern instanceof ObjectNode condition) {
          Templates.put(condition, "status", "True");
        }
      }
    }
    Templates.fill(spec);
  }

  private static void fill(ObjectNode job) {
    var spec = job.withObject("spec");
    var templateLabels = spec.path("template").path("metadata").path("labels");
    var metadata = job.withObject("metadata");
    if (metadata.path("labels").isEmpty() && !templateLabels.isEmpty()) {
      metadata.set("labels", templateLabels.deepCopy());
    }
    fillSpec(spec);
  }

  private static void generateSelector(ObjectNode job) {
    var uid = job.path("metadata").path("uid").asString("");
    var name = job.path("metadata").path("name").asString("");
    var spec = job.withObject("spec");
    var labels = spec.withObject("template").withObject("metadata").withObject("labels");
    labels.put("batch.kubernetes.io/controller-uid", uid);
    labels.put("batch.kubernetes.io/job-name", name);
    labels.put("controller-uid", uid);
    labels.put("job-name", name);
    if (spec.path("selector").path("matchLabels").isEmpty()
        && spec.path("selector").path("matchExpressions").isEmpty()) {
      spec.putObject("selector")
          .putObject("matchLabels")
          .put("batch.kubernetes.io/controller-uid", uid);
    }
  }
}
