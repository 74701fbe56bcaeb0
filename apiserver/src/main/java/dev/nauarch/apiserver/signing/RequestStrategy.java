package dev.nauarch.apiserver.signing;

import dev.nauarch.api.FieldError;
import dev.nauarch.apiserver.port.Strategy;
import dev.nauarch.apiserver.port.User;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Problems;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is peculiar to CertificateSigningRequests: they carry who made them, never change but
 * through their two subresources, and of these one approves and the other certifies.
 */
public final class RequestStrategy implements Strategy {

  private static final List<String> OF_USER = List.of("username", "uid", "groups", "extra");

  private final InstantSource clock;

  /** A strategy that dates conditions by this clock. */
  public RequestStrategy(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public void prepareForCreate(ObjectNode object, User user) {
    var spec = object.withObject("spec");
    OF_USER.forEach(spec::remove);
    spec.put("username", user.name());
    if (!user.uid().isEmpty()) {
      spec.put("uid", user.uid());
    }
    if (!user.groups().isEmpty()) {
      var groups = spec.putArray("groups");
      user.groups().forEach(groups::add);
    }
    if (!user.extra().isEmpty()) {
      var extra = spec.putObject("extra");
      for (var entry : new TreeMap<>(user.extra()).entrySet()) {
        var values = extra.putArray(entry.getKey());
        entry.getValue().forEach(values::add);
      }
    }
    object.putObject("status");
  }

  @Override
  public void prepareForUpdate(ObjectNode object, ObjectNode old, String subresource, User user) {
    object.set("spec", old.path("spec"));
    // A patch shares with the old object what it leaves as it is.
    object.set("status", object.path("status").deepCopy());
    switch (subresource) {
      case "status" -> {
        keep(object, old, Request.APPROVED);
        keep(object, old, Request.DENIED);
        date(object, old);
      }
      case "approval" -> {
        date(object, old);
        var conditions = new Request(object).conditions();
        var status = old.withObject("status").deepCopy();
        status.remove("conditions");
        if (!conditions.isEmpty()) {
          status.set("conditions", conditions);
        }
        object.set("status", status);
      }
      default -> object.set("status", old.path("status"));
    }
  }

  /** A status that names as many conditions of a type as there are leaves them as they are. */
  private static void keep(ObjectNode object, ObjectNode old, String type) {
    var before = new Request(old).conditions(type).iterator();
    if (new Request(object).conditions(type).size() != new Request(old).conditions(type).size()) {
      return;
    }
    for (var condition : new Request(object).conditions()) {
      if (Request.isOf(condition, type) && condition instanceof ObjectNode kept) {
        kept.removeAll();
        kept.setAll((ObjectNode) before.next());
      }
    }
  }

  private void date(ObjectNode object, ObjectNode old) {
    var now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    for (var each : new Request(object).conditions()) {
      if (each instanceof ObjectNode condition) {
        if (isUndated(condition, "lastUpdateTime")) {
          condition.put("lastUpdateTime", now);
        }
        if (isUndated(condition, "lastTransitionTime")) {
          condition.put("lastTransitionTime", lastTransition(condition, old).orElse(now));
        }
      }
    }
  }

  private static boolean isUndated(JsonNode condition, String field) {
    return condition.path(field).asString("").isEmpty();
  }

  private static Optional<String> lastTransition(JsonNode condition, ObjectNode old) {
    return new Request(old)
        .conditions(condition.path("type").asString("")).stream()
            .filter(before -> before.path("status").equals(condition.path("status")))
            .map(before -> before.path("lastTransitionTime").asString(""))
            .filter(time -> !time.isEmpty())
            .findFirst();
  }

  @Override
  public List<FieldError> validate(ObjectNode object) {
    var problems = new Problems();
    RequestRules.check(problems, Field.of(object));
    return problems.errors();
  }

  @Override
  public List<FieldError> validateUpdate(ObjectNode object, ObjectNode old, String subresource) {
    var problems = new Problems();
    RequestRules.check(problems, Field.of(object));
    RequestRules.change(problems, Field.of(object), Field.of(old), subresource);
    return problems.errors();
  }
}
