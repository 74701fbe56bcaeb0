package dev.nauarch.apiserver.strategy.admission;

import dev.nauarch.apiserver.admission.expression.RequestExpressions;
import dev.nauarch.apiserver.admission.expression.RequestExpressions.Reads;
import dev.nauarch.apiserver.object.NameRules;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Forms;
import dev.nauarch.apiserver.strategy.field.Problems;
import dev.nauarch.expression.CelProgram;
import dev.nauarch.expression.Compilation;
import dev.nauarch.expression.ReservedWords;
import dev.nauarch.expression.ValueType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.node.StringNode;

/** The rules of admission policies and their bindings. */
final class PolicyRules {

  private static final int ANNOTATIONS_MAX = 20;
  private static final int ANNOTATION_BYTES_MAX = 5 * 1024;
  private static final Pattern IDENTIFIER = Pattern.compile("[_a-zA-Z][_a-zA-Z0-9]*");

  private PolicyRules() {}

  /** Checks a policy that validates. */
  static void validating(Problems problems, Field policy) {
    var spec = policy.at("spec");
    common(problems, spec);
    var expressions = variables(problems, spec, expressions(spec));
    var validations = spec.at("validations");
    var annotations = spec.at("auditAnnotations");
    if (validations.isEmpty() && annotations.isEmpty()) {
      var why = "validations or auditAnnotations must contain at least one item";
      problems.required(validations, why);
      problems.required(annotations, why);
    }
    for (var validation : validations.items()) {
      validation(problems, validation, expressions, withoutAuthorizer(spec));
    }
    annotations(problems, annotations, policy.at("metadata", "name").text(), expressions);
  }

  /** Checks a policy that mutates. */
  static void mutating(Problems problems, Field policy) {
    var spec = policy.at("spec");
    common(problems, spec);
    for (var rule : spec.at("matchConstraints", "resourceRules").items()) {
      mutatingOperations(problems, rule, spec.at("matchConstraints", "resourceRules"));
    }
    var expressions = variables(problems, spec, expressions(spec)).makingPatches();
    if (spec.at("mutations").isEmpty()) {
      problems.required(spec.at("mutations"), "mutations must contain at least one item");
    }
    for (var mutation : spec.at("mutations").items()) {
      mutation(problems, mutation, expressions);
    }
    problems.requireOneOf(spec.at("reinvocationPolicy"), "IfNeeded", "Never");
  }

  private static void common(Problems problems, Field spec) {
    problems.requireOneOf(spec.at("failurePolicy"), "Fail", "Ignore");
    var paramKind = spec.at("paramKind");
    if (paramKind.isPresent()) {
      paramKind(problems, paramKind);
    }
    var constraints = spec.at("matchConstraints");
    if (!constraints.isPresent()) {
      problems.required(constraints, "");
    } else {
      ResourceRules.match(problems, constraints);
      if (constraints.at("resourceRules").isEmpty()) {
        problems.required(constraints.at("resourceRules"), "");
      }
    }
    ConditionRules.matchConditions(
        problems, spec.at("matchConditions"), paramKind.isPresent(), Set.of());
  }

  private static void paramKind(Problems problems, Field paramKind) {
    var apiVersion = paramKind.at("apiVersion");
    if (problems.require(apiVersion)) {
      var parts = apiVersion.text().split("/", -1);
      if (parts.length > 2) {
        problems.invalid(apiVersion, "unexpected GroupVersion string: " + apiVersion.text());
      } else {
        if (parts.length == 2 && !parts[0].isEmpty()) {
          NameRules.subdomain(parts[0]).ifPresent(why -> part(problems, apiVersion, parts[0], why));
        }
        var version = parts[parts.length - 1];
        if (version.isEmpty()) {
          problems.invalid(apiVersion, "version must be specified");
        } else {
          NameRules.dns1035(version).ifPresent(why -> part(problems, apiVersion, version, why));
        }
      }
    }
    var kind = paramKind.at("kind");
    if (problems.require(kind)) {
      NameRules.dns1035(kind.text().toLowerCase(Locale.ROOT))
          .ifPresent(
              why ->
                  problems.invalid(
                      kind, "may have mixed case, but should otherwise match: " + why));
    }
  }

  private static void part(Problems problems, Field field, String part, String why) {
    problems.invalid(new Field(StringNode.valueOf(part), field.path(), field.key()), why);
  }

  private static RequestExpressions expressions(Field spec) {
    return spec.at("paramKind").isPresent()
        ? RequestExpressions.reading(Reads.PARAMS, Reads.AUTHORIZER)
        : RequestExpressions.reading(Reads.AUTHORIZER);
  }

  private static RequestExpressions withoutAuthorizer(Field spec) {
    return spec.at("paramKind").isPresent()
        ? RequestExpressions.reading(Reads.PARAMS)
        : RequestExpressions.reading();
  }

  /** Checks the variables, and gives what may read them. */
  private static RequestExpressions variables(
      Problems problems, Field spec, RequestExpressions base) {
    var types = new LinkedHashMap<String, ValueType>();
    var current = base;
    for (var variable : spec.at("variables").items()) {
      var name = variable.at("name");
      if (name.text().isBlank()) {
        problems.required(name, "name is not specified");
      } else if (!IDENTIFIER.matcher(name.text()).matches()
          || ReservedWords.contains(name.text())) {
        problems.invalid(name, "must be a valid CEL identifier");
      }
      var expression = variable.at("expression");
      if (expression.text().isBlank()) {
        problems.required(expression, "expression is not specified");
        continue;
      }
      var compilation = current.compile(expression.text());
      ConditionRules.compiled(problems, expression, compilation);
      types.put(
          name.text(),
          compilation instanceof Compilation.Compiled(CelProgram program)
              ? program.type()
              : ValueType.Scalar.ANY);
      current = base.with(types);
    }
    return current;
  }

  private static void validation(
      Problems problems,
      Field validation,
      RequestExpressions expressions,
      RequestExpressions messages) {
    var expression = validation.at("expression");
    if (expression.text().isBlank()) {
      problems.required(expression, "expression is not specified");
    } else {
      ConditionRules.compiled(problems, expression, expressions.compile(expression.text(), "bool"));
    }
    var messageExpression = validation.at("messageExpression");
    if (!messageExpression.isEmpty() && messageExpression.text().isBlank()) {
      problems.invalid(messageExpression, "must be non-empty if specified");
    } else if (!messageExpression.isEmpty()) {
      // One that reads variables is compiled with them; one that does not may not ask who may what.
      var with = messageExpression.text().contains("variables.") ? expressions : messages;
      ConditionRules.compiled(
          problems, messageExpression, with.compile(messageExpression.text(), "string"));
    }
    var message = validation.at("message");
    if (!message.isEmpty() && message.text().isBlank()) {
      problems.invalid(message, "must be non-empty if specified");
    } else if (message.text().strip().contains("\n") || message.text().strip().contains("\r")) {
      problems.invalid(message, "must not contain line breaks");
    }
    problems.oneOf(validation.at("reason"), "Forbidden", "Invalid", "RequestEntityTooLarge");
  }

  private static void annotations(
      Problems problems, Field annotations, String policy, RequestExpressions expressions) {
    var items = annotations.items();
    if (items.size() > ANNOTATIONS_MAX) {
      problems.invalid(
          annotations, "must not have more than " + ANNOTATIONS_MAX + " auditAnnotations");
    }
    var keys = new ArrayList<Field>();
    for (var annotation : items) {
      var key = annotation.at("key");
      NameRules.labelKey(policy + "/" + key.text()).ifPresent(why -> problems.invalid(key, why));
      keys.add(key);
      var value = annotation.at("valueExpression");
      if (value.text().isBlank()) {
        problems.required(value, "valueExpression is not specified");
      } else if (value.text().strip().length() > ANNOTATION_BYTES_MAX) {
        problems.required(value, "must not exceed " + ANNOTATION_BYTES_MAX + " bytes in length");
      } else {
        ConditionRules.compiled(
            problems, value, expressions.compile(value.text().strip(), "string", "null_type"));
      }
    }
    problems.unique(keys);
  }

  private static void mutation(Problems problems, Field mutation, RequestExpressions expressions) {
    var patch = mutation.at("jsonPatch");
    var apply = mutation.at("applyConfiguration");
    switch (mutation.at("patchType").text()) {
      case "" -> problems.required(mutation.at("patchType"), "");
      case "JSONPatch" -> {
        if (!patch.isPresent()) {
          problems.required(patch, "must be specified when patchType is JSONPatch");
        } else {
          expression(problems, patch.at("expression"), expressions, "list(JSONPatch)");
        }
        notBoth(problems, apply, "{applyConfiguration}", "JSONPatch");
      }
      case "ApplyConfiguration" -> {
        if (!apply.isPresent()) {
          problems.required(apply, "must be specified when patchType is ApplyConfiguration");
        } else {
          expression(problems, apply.at("expression"), expressions, "Object");
        }
        notBoth(problems, patch, "{jsonPatch}", "ApplyConfiguration");
      }
      default -> problems.oneOf(mutation.at("patchType"), "ApplyConfiguration", "JSONPatch");
    }
  }

  private static void notBoth(Problems problems, Field field, String shown, String type) {
    if (field.isPresent()) {
      part(problems, field, shown, "must not be specified when patchType is " + type);
    }
  }

  private static void expression(
      Problems problems, Field expression, RequestExpressions expressions, String type) {
    if (expression.text().isBlank()) {
      problems.required(expression, "");
    } else {
      ConditionRules.compiled(
          problems, expression, expressions.compile(expression.text().strip(), type));
    }
  }

  private static void mutatingOperations(Problems problems, Field rule, Field rules) {
    for (var operation : rule.at("operations").items()) {
      if (!Set.of("*", "CREATE", "UPDATE", "CONNECT").contains(operation.text())) {
        var at = rules.path() + ".operations";
        problems.oneOf(
            new Field(operation.node(), at, "operations"), "*", "CONNECT", "CREATE", "UPDATE");
      }
    }
  }

  /** Checks a binding of a policy that validates. */
  static void validatingBinding(Problems problems, Field binding) {
    binding(problems, binding);
    var actions = binding.at("spec", "validationActions");
    var items = actions.items();
    for (var action : items) {
      problems.oneOf(action, "Audit", "Deny", "Warn");
    }
    problems.unique(items);
    var denies = items.stream().anyMatch(action -> action.is("Deny"));
    if (denies && items.stream().anyMatch(action -> action.is("Warn"))) {
      problems.invalid(
          actions,
          "must not contain both Deny and Warn (repeating the same validation failure information"
              + " in the API response and headers serves no purpose)");
    }
    if (items.isEmpty()) {
      problems.required(actions, "at least one validation action is required");
    }
  }

  /** Checks a binding of a policy that mutates. */
  static void mutatingBinding(Problems problems, Field binding) {
    binding(problems, binding);
    var rules = binding.at("spec", "matchResources", "resourceRules");
    rules.items().forEach(rule -> mutatingOperations(problems, rule, rules));
  }

  private static void binding(Problems problems, Field binding) {
    var spec = binding.at("spec");
    problems.requireForm(spec.at("policyName"), NameRules::subdomain);
    var ref = spec.at("paramRef");
    if (ref.isPresent()) {
      paramRef(problems, ref);
    }
    ResourceRules.match(problems, spec.at("matchResources"));
  }

  private static void paramRef(Problems problems, Field ref) {
    var name = ref.at("name");
    var selector = ref.at("selector");
    if (!name.isEmpty()) {
      problems.form(name, NameRules::pathSegment);
    }
    if (!name.isEmpty() && selector.isPresent()) {
      problems.forbidden(name, "name and selector are mutually exclusive");
      problems.forbidden(selector, "name and selector are mutually exclusive");
    }
    if (selector.isPresent()) {
      Forms.selector(problems, selector);
    }
    if (name.isEmpty() && !selector.isPresent()) {
      problems.required(ref, "one of name or selector must be specified");
    }
    problems.requireOneOf(ref.at("parameterNotFoundAction"), "Deny", "Allow");
  }
}
