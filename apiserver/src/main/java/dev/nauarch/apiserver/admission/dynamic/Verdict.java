package dev.nauarch.apiserver.admission.dynamic;

import dev.nauarch.apiserver.object.Json;
import dev.nauarch.expression.CelProgram;
import dev.nauarch.expression.Compilation;
import dev.nauarch.expression.Evaluation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a validating policy makes of one request with one set of parameters.
 *
 * @param objections what its binding decides about
 * @param notes what the audit log is told
 * @param failures why something that the audit log should be told is not known; these refuse the
 *     request, whatever the binding says
 */
record Verdict(List<Objection> objections, List<Note> notes, List<String> failures) {

  private static final int MESSAGE_BYTES_MAX = 5 * 1024;

  /**
   * Something against a request.
   *
   * @param index which validation says so
   * @param message why
   * @param reason a word of a Status; empty for the usual one
   */
  record Objection(int index, String message, String reason) {}

  /** Something for the audit log. */
  record Note(String key, String value) {}

  /** That of a policy on values of its variables. */
  static Verdict of(Policy policy, Map<String, Object> values) {
    return switch (policy.conditions().ask(values)) {
      case MatchConditions.Outcome.Fails _ -> new Verdict(List.of(), List.of(), List.of());
      case MatchConditions.Outcome.Broken(var why) -> broken(policy, why);
      case MatchConditions.Outcome.Holds _ -> {
        var validations = policy.programs().validations();
        var budget = new Budget();
        policy.programs().variables().addTo(values, budget);
        var objections = new ArrayList<Objection>();
        for (int i = 0; i < validations.size(); i++) {
          if (budget.isExhausted()) {
            failure(policy, i, PolicyCosts.EXHAUSTED).ifPresent(objections::add);
            break;
          }
          objection(policy, i, values, budget).ifPresent(objections::add);
        }
        yield withNotes(policy, values, List.copyOf(objections));
      }
    };
  }

  private static Verdict broken(Policy policy, String why) {
    return new Verdict(failure(policy, 0, why).stream().toList(), List.of(), List.of());
  }

  private static Optional<Objection> objection(
      Policy policy, int index, Map<String, Object> values, Budget budget) {
    var validation = policy.programs().validations().get(index);
    if (!(validation.program() instanceof Compilation.Compiled(CelProgram program))) {
      return failure(policy, index, Programs.refusal(validation.program()));
    }
    return switch (budget.evaluate(program, values)) {
      case Evaluation.Value(var value, var _) ->
          Boolean.TRUE.equals(value)
              ? Optional.empty()
              : Optional.of(
                  new Objection(
                      index,
                      message(validation, values, budget),
                      Json.text(validation.node(), "reason")));
      case Evaluation.Failed(var why, var _) ->
          failure(policy, index, told(validation.text(), why));
      case Evaluation.TooExpensive _ ->
          failure(policy, index, PolicyCosts.tooExpensive(validation.text()));
    };
  }

  private static String told(String expression, String why) {
    return "expression '" + expression + "' resulted in error: " + why;
  }

  private static Optional<Objection> failure(Policy policy, int index, String why) {
    return policy.isFailureIgnored()
        ? Optional.empty()
        : Optional.of(new Objection(index, why, ""));
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

  /** Annotations have a budget of their own; who exceeds it is taken to be broken. */
  private static Verdict withNotes(
      Policy policy, Map<String, Object> values, List<Objection> objections) {
    var budget = new Budget();
    policy.programs().variables().addTo(values, budget);
    var notes = new ArrayList<Note>();
    var failures = new ArrayList<String>();
    for (var annotation : policy.programs().annotations()) {
      if (budget.isExhausted()) {
        return broken(policy, PolicyCosts.EXHAUSTED);
      }
      if (!(annotation.program() instanceof Compilation.Compiled(CelProgram program))) {
        failures.add(Programs.refusal(annotation.program()));
        continue;
      }
      switch (budget.evaluate(program, values)) {
        case Evaluation.Value(var value, var _) -> {
          if (value instanceof String text && !text.isBlank()) {
            notes.add(new Note(annotation.key(), text.strip()));
          }
        }
        case Evaluation.Failed(var why, var _) -> failures.add(told(annotation.text(), why));
        case Evaluation.TooExpensive _ -> failures.add(PolicyCosts.tooExpensive(annotation.text()));
      }
    }
    var told = policy.isFailureIgnored() ? List.<String>of() : List.copyOf(failures);
    return new Verdict(objections, List.copyOf(notes), told);
  }
}
