package dev.nauarch.apiserver.admission.dynamic;

import dev.nauarch.apiserver.admission.expression.RequestExpressions;
import dev.nauarch.apiserver.admission.expression.RequestExpressions.Reads;
import dev.nauarch.apiserver.object.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A policy, compiled when it is first needed. Safe to share. */
final class Policy {

  private final String name;
  private final JsonNode spec;
  private final Selection selection;
  private final MatchConditions conditions;
  private final Reads[] reads;
  private volatile @Nullable Programs programs;

  private Policy(ObjectNode policy) {
    this.name = Json.text(policy, "metadata", "name");
    this.spec = policy.path("spec");
    this.selection = Selection.ofPolicy(spec.path("matchConstraints"));
    var hasParams = spec.path("paramKind").isObject();
    this.conditions = MatchConditions.of(spec.path("matchConditions"), hasParams, false);
    this.reads =
        hasParams ? new Reads[] {Reads.PARAMS, Reads.AUTHORIZER} : new Reads[] {Reads.AUTHORIZER};
  }

  /** The policies of all objects of their kind. */
  static List<Policy> allOf(List<ObjectNode> policies) {
    return policies.stream().map(Policy::new).toList();
  }

  String name() {
    return name;
  }

  JsonNode spec() {
    return spec;
  }

  Selection selection() {
    return selection;
  }

  MatchConditions conditions() {
    return conditions;
  }

  boolean isFailureIgnored() {
    return Json.text(spec, "failurePolicy").equals("Ignore");
  }

  boolean isCalledAgain() {
    return Json.text(spec, "reinvocationPolicy").equals("IfNeeded");
  }

  /** Its expressions, compiled. */
  Programs programs() {
    var known = programs;
    if (known == null) {
      var variables = new Variables(spec.path("variables"), RequestExpressions.reading(reads));
      known = Programs.of(spec, variables);
      programs = known;
    }
    return known;
  }
}
