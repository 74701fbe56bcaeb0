package dev.nauarch.apiserver.admission.dynamic;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.admission.expression.TreeValues;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.port.AdmissionRequest;
import dev.nauarch.expression.CelProgram;
import dev.nauarch.expression.Compilation;
import dev.nauarch.expression.Evaluation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** Lets policies object to requests. */
final class ValidatingPolicies {

  private static final int MESSAGE_BYTES_MAX = 5 * 1024;

  private final World world;
  private final Prepared<Policy> policies;
  private final Prepared<Binding> bindings;

  ValidatingPolicies(World world) {
    this.world = world;
    this.policies = new Prepared<>(world.view(), "validatingadmissionpolicies", Policy::validating);
    this.bindings =
        new Prepared<>(world.view(), "validatingadmissionpolicybindings", Binding::allOf);
  }

  /** A reason to refuse a request; the reason is a word of a Status. */
  private record Objection(String message, String reason) {}

  void validate(AdmissionRequest request) {
    var all = bindings.items();
    if (all.isEmpty()) {
      return;
    }
    var denials = new ArrayList<Objection>();
    var reviewed = new Reviewed(request, world);
    for (var policy : policies.items()) {
      var bound = all.stream().filter(each -> each.policy().equals(policy.name())).toList();
      var kind = bound.isEmpty() ? Optional.<Kind>empty() : policy.selection().match(reviewed);
      if (kind.isPresent()) {
        bound.forEach(binding -> check(policy, binding, reviewed, kind.get(), denials));
      }
    }
    if (!denials.isEmpty()) {
      throw refusal(reviewed, denials.getFirst());
    }
  }

  private static ApiException refusal(Reviewed reviewed, Objection denial) {
    var forbidden = reviewed.forbidden(denial.message);
    var reason = denial.reason.isEmpty() ? "Invalid" : denial.reason;
    var code =
        switch (reason) {
          case "Forbidden" -> 403;
          case "Unauthorized" -> 401;
          case "RequestEntityTooLarge" -> 413;
          default -> 422;
        };
    return Refusals.withCause(
        reason, code, String.valueOf(forbidden.getMessage()), denial.message, forbidden.details());
  }

  private static void check(
      Policy policy, Binding binding, Reviewed reviewed, Kind kind, List<Objection> denials) {
    var head =
        "ValidatingAdmissionPolicy '%s' with binding '%s' denied request: "
            .formatted(policy.name(), binding.name());
    if (!binding.matches(reviewed)) {
      return;
    }
    List<Optional<ObjectNode>> parameters;
    try {
      parameters = Parameters.of(reviewed, policy.spec().path("paramKind"), binding.paramRef());
    } catch (Parameters.MisconfiguredException e) {
      if (!policy.isFailureIgnored()) {
        denials.add(new Objection(head + "failed to configure binding: " + e.getMessage(), ""));
      }
      return;
    }
    for (var parameter : parameters) {
      var values = RequestVariables.of(reviewed, kind);
      values.put("params", TreeValues.of(parameter));
      for (var objection : objections(policy, values)) {
        if (binding.actions().contains("Deny")) {
          denials.add(new Objection(head + objection.message, objection.reason));
        }
        if (binding.actions().contains("Warn")) {
          var warning =
              "Validation failed for ValidatingAdmissionPolicy '%s' with binding '%s': %s"
                  .formatted(policy.name(), binding.name(), objection.message);
          reviewed.request().context().warnings().accept(warning);
        }
      }
    }
  }

  private static List<Objection> objections(Policy policy, Map<String, Object> values) {
    switch (policy.conditions().ask(values)) {
      case MatchConditions.Outcome.Fails _ -> {
        return List.of();
      }
      case MatchConditions.Outcome.Broken(var why) -> {
        return policy.isFailureIgnored() ? List.of() : List.of(new Objection(why, ""));
      }
      case MatchConditions.Outcome.Holds _ -> {
        // It is asked.
      }
    }
    var programs = policy.programs();
    var budget = new Budget();
    programs.variables().addTo(values, budget);
    var objections = new ArrayList<Objection>();
    for (var validation : programs.validations()) {
      if (budget.isExhausted()) {
        if (!policy.isFailureIgnored()) {
          objections.add(new Objection(PolicyCosts.EXHAUSTED, ""));
        }
        break;
      }
      objection(policy, validation, values, budget).ifPresent(objections::add);
    }
    return objections;
  }

  private static Optional<Objection> objection(
      Policy policy, Programs.Validation validation, Map<String, Object> values, Budget budget) {
    if (!(validation.program() instanceof Compilation.Compiled(CelProgram program))) {
      return failure(policy, "compilation error: " + validation.program());
    }
    return switch (budget.evaluate(program, values)) {
      case Evaluation.Value(var value, var _) ->
          Boolean.TRUE.equals(value)
              ? Optional.empty()
              : Optional.of(
                  new Objection(
                      message(validation, values, budget), Json.text(validation.node(), "reason")));
      case Evaluation.Failed(var why, var _) ->
          failure(policy, "expression '" + validation.text() + "' resulted in error: " + why);
      case Evaluation.TooExpensive _ ->
          failure(policy, PolicyCosts.tooExpensive(validation.text()));
    };
  }

  private static Optional<Objection> failure(Policy policy, String why) {
    return policy.isFailureIgnored() ? Optional.empty() : Optional.of(new Objection(why, ""));
  }

  private static String message(
      Programs.Validation validation, Map<String, Object> values, Budget budget) {
    if (validation.message().isPresent()
        && validation.message().get() instanceof Compilation.Compiled(CelProgram program)
        && budget.evaluate(program, values) instanceof Evaluation.Value(var value, _)
        && value instanceof String text
        && !text.isBlank()
        && text.length() <= MESSAGE_BYTES_MAX
        && !text.strip().contains("\n")) {
      return text.strip();
    }
    var message = Json.text(validation.node(), "message").strip();
    return message.isEmpty() ? "failed expression: " + validation.text().strip() : message;
  }
}
