package dev.nauarch.apiserver.strategy.limits;

import dev.nauarch.api.FieldError;
import dev.nauarch.api.quota.Amount;
import dev.nauarch.apiserver.port.Strategy;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Problems;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The kind ResourceQuota: what a namespace may ask for as a whole. */
public final class QuotaStrategy implements Strategy {

  private static final Set<String> OF_PODS =
      Set.of(
          "pods",
          "cpu",
          "memory",
          "limits.cpu",
          "limits.memory",
          "requests.cpu",
          "requests.memory");
  private static final Set<String> OF_CLAIMS = Set.of("persistentvolumeclaims", "requests.storage");

  /** What may be limited of the objects of each scope. */
  private static final Map<String, Set<String>> SCOPES =
      Map.of(
          "Terminating", OF_PODS,
          "NotTerminating", OF_PODS,
          "NotBestEffort", OF_PODS,
          "PriorityClass", OF_PODS,
          "CrossNamespacePodAffinity", OF_PODS,
          "BestEffort", Set.of("pods"),
          "VolumeAttributesClass", OF_CLAIMS);

  private static final Set<String> THERE_OR_NOT =
      Set.of(
          "BestEffort",
          "NotBestEffort",
          "Terminating",
          "NotTerminating",
          "CrossNamespacePodAffinity");
  private static final List<Set<String>> OPPOSITES =
      List.of(Set.of("BestEffort", "NotBestEffort"), Set.of("Terminating", "NotTerminating"));
  private static final String NO_SCOPE = "unsupported scope";
  private static final String NOT_OF_SCOPE = "unsupported scope applied to resource";

  @Override
  public List<FieldError> validate(ObjectNode object) {
    var problems = new Problems();
    check(problems, Field.of(object).at("spec"));
    return problems.errors();
  }

  @Override
  public List<FieldError> validateUpdate(ObjectNode object, ObjectNode old, String subresource) {
    var problems = new Problems();
    var quota = Field.of(object);
    if (subresource.equals("status")) {
      amounts(problems, quota.at("status", "hard"));
      amounts(problems, quota.at("status", "used"));
    } else {
      check(problems, quota.at("spec"));
      var scopes = quota.at("spec", "scopes");
      if (!names(scopes).equals(names(Field.of(old).at("spec", "scopes")))) {
        problems.invalid(shown(scopes), Problems.IMMUTABLE);
      }
    }
    return problems.errors();
  }

  private static Set<String> names(Field scopes) {
    var names = new TreeSet<String>();
    scopes.items().forEach(scope -> names.add(scope.text()));
    return names;
  }

  private static void check(Problems problems, Field spec) {
    amounts(problems, spec.at("hard"));
    var limited = new TreeSet<String>();
    spec.at("hard").entries().forEach(amount -> limited.add(amount.key()));
    limited.removeIf(name -> name.indexOf('/') >= 0 || !ResourceNames.isOfQuotas(name));
    var scopes = spec.at("scopes");
    for (var scope : scopes.items()) {
      if (!SCOPES.containsKey(scope.text())) {
        problems.invalid(scopes, NO_SCOPE);
      }
      unlimitable(scope.text(), limited).forEach(_ -> problems.invalid(scopes, NOT_OF_SCOPE));
    }
    opposites(problems, scopes, names(scopes));
    selector(problems, spec, limited);
  }

  private static void amounts(Problems problems, Field amounts) {
    for (var amount : amounts.entries()) {
      ResourceNames.ofQuota(problems, amount);
      var value = Amount.parse(amount.node().asString("0"));
      if (value.value().signum() < 0) {
        problems.invalid(amount, "must be greater than or equal to 0");
      }
      if (ResourceNames.isWhole(amount.key()) && !value.isWhole()) {
        problems.invalid(amount, "must be an integer");
      }
    }
  }

  /** What is limited and can't be of the objects of a scope. */
  private static List<String> unlimitable(String scope, Set<String> limited) {
    var possible = SCOPES.getOrDefault(scope, limited);
    return limited.stream().filter(name -> !possible.contains(name)).toList();
  }

  private static void opposites(Problems problems, Field scopes, Set<String> names) {
    for (var pair : OPPOSITES) {
      if (names.containsAll(pair)) {
        problems.invalid(shown(scopes), "conflicting scopes");
      }
    }
  }

  private static void selector(Problems problems, Field spec, Set<String> limited) {
    var expressions = spec.at("scopeSelector", "matchExpressions");
    var names = new TreeSet<String>();
    for (var expression : expressions.items()) {
      var name = expression.at("scopeName");
      names.add(name.text());
      if (!SCOPES.containsKey(name.text())) {
        problems.invalid(below(expressions, name), NO_SCOPE);
      }
      var whole = new Field(inner(spec), expressions.path(), expressions.key());
      unlimitable(name.text(), limited).forEach(_ -> problems.invalid(whole, NOT_OF_SCOPE));
      operator(problems, expressions, expression);
    }
    opposites(problems, spec.at("scopes"), names);
  }

  private static void operator(Problems problems, Field expressions, Field expression) {
    var operator = below(expressions, expression.at("operator"));
    var values = below(expressions, expression.at("values"));
    if (THERE_OR_NOT.contains(expression.at("scopeName").text()) && !operator.is("Exists")) {
      problems.invalid(
          operator,
          "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating,"
              + " ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort,"
              + " ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity");
    }
    switch (operator.text()) {
      case "In", "NotIn" -> {
        if (values.isEmpty()) {
          problems.required(
              values,
              "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector");
        }
      }
      case "Exists", "DoesNotExist" -> {
        if (!values.isEmpty()) {
          problems.invalid(
              values,
              "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector");
        }
      }
      default -> problems.invalid(operator, "not a valid selector operator");
    }
  }

  /** The field of an expression, by the path that Kubernetes names: without its index. */
  private static Field below(Field expressions, Field field) {
    return new Field(field.node(), expressions.path() + "." + field.key(), field.key());
  }

  /** The selector as Kubernetes shows it here: with the names that it has inside. */
  private static JsonNode inner(Field spec) {
    var shown = JsonNodeFactory.instance.objectNode();
    var list = shown.putArray("MatchExpressions");
    for (var expression : spec.at("scopeSelector", "matchExpressions").items()) {
      var item = list.addObject();
      item.put("ScopeName", expression.at("scopeName").text());
      item.put("Operator", expression.at("operator").text());
      var values = expression.at("values");
      item.set("Values", values.isPresent() ? values.node() : JsonNodeFactory.instance.nullNode());
    }
    return shown;
  }

  /** A list that is shown as null where there is none. */
  private static Field shown(Field scopes) {
    return scopes.isPresent()
        ? scopes
        : new Field(JsonNodeFactory.instance.nullNode(), scopes.path(), scopes.key());
  }

  /**
   * What a new quota is warned of: requests that may be more than limits.
   *
   * @return sentences
   */
  public static List<String> warnings(ObjectNode quota) {
    var hard = quota.path("spec").path("hard");
    var warnings = new ArrayList<String>();
    for (var resource : List.of("cpu", "memory", "storage", "ephemeral-storage")) {
      var request = ResourceNames.REQUESTS + resource;
      boolean isPlain = resource.equals("cpu") || resource.equals("memory");
      if (isPlain && !hard.has(request)) {
        request = resource;
      }
      var limit = "limits." + resource;
      if (hard.has(request) && hard.has(limit)) {
        var asked = Amount.parse(hard.path(request).asString("0"));
        var most = Amount.parse(hard.path(limit).asString("0"));
        if (asked.compareTo(most) > 0) {
          warnings.add(
              "ResourceQuota %s (%s) should be less than %s (%s)"
                  .formatted(request, asked, limit, most));
        }
      }
    }
    return warnings;
  }
}
