package dev.nauarch.apiserver.strategy.pod;

import dev.nauarch.api.FieldError;
import dev.nauarch.apiserver.port.Strategy;
import dev.nauarch.apiserver.port.User;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Problems;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** What is peculiar to pods. */
public final class PodStrategy implements Strategy {

  private static final long GRACE_SECONDS_DEFAULT = 30;

  @Override
  public void prepareForCreate(ObjectNode object, User user) {
    PodDefaults.fill(object.withObject("spec"));
    var status = object.putObject("status");
    status.put("phase", "Pending");
    status.put("qosClass", PodDefaults.qosClass(Field.of(object).at("spec")));
    if (!object.path("spec").path("schedulingGates").isEmpty()) {
      status
          .putArray("conditions")
          .addObject()
          .put("type", "PodScheduled")
          .put("status", "False")
          .put("reason", "SchedulingGated")
          .put("message", "Scheduling is blocked due to non-empty scheduling gates");
    }
  }

  @Override
  public void prepareForUpdate(ObjectNode object, ObjectNode old, String subresource, User user) {
    switch (subresource) {
      case "resize" -> PodParts.keepAroundResize(object, old);
      case "ephemeralcontainers" -> PodParts.keepAroundEphemeral(object, old);
      default -> {
        // What else may change is told by rules.
      }
    }
    PodDefaults.fill(object.withObject("spec"));
    var qosClass = old.path("status").path("qosClass").asString("");
    if (!qosClass.isEmpty() && object.path("status") instanceof ObjectNode status) {
      status.put("qosClass", qosClass);
    }
  }

  @Override
  public List<FieldError> validate(ObjectNode object) {
    var problems = new Problems();
    PodSpecRules.check(problems, Field.of(object).at("spec"));
    if (!Field.of(object).at("spec", "ephemeralContainers").isEmpty()) {
      problems.forbidden(
          Field.of(object).at("spec", "ephemeralContainers"), "cannot be set on create");
    }
    return problems.errors();
  }

  @Override
  public List<FieldError> validateUpdate(ObjectNode object, ObjectNode old, String subresource) {
    var problems = new Problems();
    switch (subresource) {
      case "status", "binding" -> {
        // The spec is the stored one, and what a status may say is its agent's business.
      }
      case "resize" -> ResizeRules.check(problems, object, old);
      case "ephemeralcontainers" -> PodParts.ephemeral(problems, object, old);
      default -> PodUpdateRules.check(problems, object, old);
    }
    return problems.errors();
  }

  @Override
  public List<String> warnings(ObjectNode object, ObjectNode old) {
    return PodParts.warnings(object, old);
  }

  @Override
  public boolean allowsUnconditionalUpdate() {
    return true;
  }

  @Override
  public boolean isMarkedFirst() {
    return true;
  }

  @Override
  public long gracePeriodSeconds(ObjectNode object, long requestedSeconds) {
    var spec = object.path("spec");
    var phase = object.path("status").path("phase").asString("");
    // Nobody runs it: there is nothing to wait for.
    if (spec.path("nodeName").asString("").isEmpty()
        || phase.equals("Failed")
        || phase.equals("Succeeded")) {
      return 0;
    }
    long own = spec.path("terminationGracePeriodSeconds").asLong(GRACE_SECONDS_DEFAULT);
    return requestedSeconds >= 0 ? requestedSeconds : own < 0 ? 1 : own;
  }
}
