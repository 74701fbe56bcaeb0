package dev.nauarch.apiserver.strategy.apiregistration;

import dev.nauarch.api.FieldError;
import dev.nauarch.apiserver.object.NameRules;
import dev.nauarch.apiserver.port.Strategy;
import dev.nauarch.apiserver.port.User;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Problems;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/** The rules of APIServices. */
public final class ApiServiceStrategy implements Strategy {

  private static final int GROUP_PRIORITY_MAX = 20_000;
  private static final int VERSION_PRIORITY_MAX = 1_000;
  private static final List<String> STATUSES = List.of("True", "False", "Unknown");

  @Override
  public void prepareForCreate(ObjectNode object, User user) {
    object.remove("status");
    if (!object.path("spec").path("service").isObject()) {
      // Nobody has to be asked whether this server is there.
      object
          .withObject("status")
          .withArray("conditions")
          .addObject()
          .put("type", "Available")
          .put("status", "True")
          .put("lastTransitionTime", object.path("metadata").path("creationTimestamp").asString(""))
          .put("reason", "Local")
          .put("message", "Local APIServices are always available");
    }
  }

  @Override
  public List<FieldError> validate(ObjectNode object) {
    var problems = new Problems();
    check(problems, Field.of(object));
    return problems.errors();
  }

  @Override
  public List<FieldError> validateUpdate(ObjectNode object, ObjectNode old, String subresource) {
    if (!subresource.equals("status")) {
      return validate(object);
    }
    var problems = new Problems();
    for (var condition : Field.of(object).at("status", "conditions").items()) {
      if (!STATUSES.contains(condition.at("status").text())) {
        problems.notSupported(condition.at("status"), STATUSES);
      }
    }
    return problems.errors();
  }

  private static void check(Problems problems, Field object) {
    var spec = object.at("spec");
    var group = spec.at("group");
    var version = spec.at("version");
    var wanted = version.text() + "." + group.text();
    var name = object.at("metadata", "name");
    if (!name.text().equals(wanted)) {
      problems.invalid(
          name, "must be `spec.version+\".\"+spec.group`: " + StringNode.valueOf(wanted));
    }
    if (group.isEmpty()) {
      if (!version.is("v1")) {
        problems.required(group, "only v1 may have an empty group and it better be legacy kube");
      }
    } else {
      problems.form(group, NameRules::subdomain);
    }
    problems.form(present(version), NameRules::dns1035);
    priority(problems, spec.at("groupPriorityMinimum"), GROUP_PRIORITY_MAX);
    priority(problems, spec.at("versionPriority"), VERSION_PRIORITY_MAX);
    if (spec.at("service").isPresent()) {
      remote(problems, spec);
    } else {
      local(problems, spec);
    }
  }

  /** A version that is left out is an empty one. */
  private static Field present(Field version) {
    return version.isPresent() ? version : new Field(StringNode.valueOf(""), version.path(), "");
  }

  private static void priority(Problems problems, Field priority, int max) {
    if (priority.number(0) <= 0 || priority.number(0) > max) {
      problems.invalid(
          priority.isPresent()
              ? priority
              : new Field(tools.jackson.databind.node.IntNode.valueOf(0), priority.path(), ""),
          "must be positive and less than " + max);
    }
  }

  private static void local(Problems problems, Field spec) {
    var bundle = spec.at("caBundle");
    if (!bundle.isEmpty()) {
      var length = bundle.text().replace("=", "").length() * 3 / 4 + " bytes";
      problems.invalid(
          new Field(StringNode.valueOf(length), bundle.path(), ""),
          "local APIServices may not have a caBundle");
    }
    if (spec.at("insecureSkipTLSVerify").flag(false)) {
      problems.invalid(
          spec.at("insecureSkipTLSVerify"), "local APIServices may not have insecureSkipTLSVerify");
    }
  }

  private static void remote(Problems problems, Field spec) {
    var service = spec.at("service");
    problems.require(service.at("namespace"));
    problems.require(service.at("name"));
    var port = service.at("port").number(443);
    if (port < 1 || port > 65_535) {
      problems.invalid(
          service.at("port"), "port is not valid: must be between 1 and 65535, inclusive");
    }
    if (spec.at("insecureSkipTLSVerify").flag(false) && !spec.at("caBundle").isEmpty()) {
      problems.invalid(spec.at("insecureSkipTLSVerify"), "may not be true if caBundle is present");
    }
  }
}
