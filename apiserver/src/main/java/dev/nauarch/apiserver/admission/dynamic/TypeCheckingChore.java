package dev.nauarch.apiserver.admission.dynamic;

import dev.nauarch.api.catalog.Catalog;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.admission.expression.RequestExpressions;
import dev.nauarch.apiserver.admission.expression.RequestExpressions.Reads;
import dev.nauarch.apiserver.crd.CelTypes;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.port.User;
import dev.nauarch.apiserver.upkeep.Chore;
import dev.nauarch.apiserver.upkeep.Due;
import dev.nauarch.apiserver.upkeep.Write;
import dev.nauarch.expression.Compilation;
import dev.nauarch.expression.ValueType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Says in the status of a validating policy which of its expressions can't be right for the kinds
 * that it is about, by the schemas of these. What it says changes nothing of what the policy does.
 */
public final class TypeCheckingChore implements Chore {

  private static final String NAME = "validatingadmissionpolicy-status-controller";
  private static final String PLURAL = "validatingadmissionpolicies";
  private static final int KINDS_MAX = 10;

  private final Supplier<Catalog> catalog;

  /** A chore that looks up schemas in the kinds of the moment. */
  public TypeCheckingChore(Supplier<Catalog> catalog) {
    this.catalog = catalog;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public User user() {
    return Chore.account(NAME);
  }

  @Override
  public Followed followed() {
    return new Followed("admissionregistration.k8s.io", "v1", PLURAL, "");
  }

  @Override
  public Due due(List<ObjectNode> objects, Instant now) {
    var writes = new ArrayList<Write>();
    for (var policy : objects) {
      if (isNew(policy)) {
        var name = Json.text(policy, "metadata", "name");
        writes.add(new Write.Change(PLURAL, "", name, "status", this::checked));
      }
    }
    return Due.now(writes);
  }

  private static boolean isNew(ObjectNode policy) {
    return generation(policy) > policy.path("status").path("observedGeneration").asLong(0);
  }

  private static long generation(ObjectNode policy) {
    return policy.path("metadata").path("generation").asLong(0);
  }

  private ObjectNode checked(ObjectNode policy) {
    if (isNew(policy)) {
      var status = Json.childOf(policy, "status");
      status.put("observedGeneration", generation(policy));
      var checking = status.putObject("typeChecking");
      var warnings = warnings(policy.path("spec"));
      if (!warnings.isEmpty()) {
        checking.set("expressionWarnings", warnings);
      }
    }
    return policy;
  }

  /** Expressions as they are compiled for one kind. */
  private record Typed(Kind kind, RequestExpressions expressions) {}

  private ArrayNode warnings(JsonNode spec) {
    var typed = kinds(spec).stream().flatMap(kind -> typed(kind, spec).stream()).toList();
    var warnings = Json.MAPPER.createArrayNode();
    var validations = spec.path("validations");
    for (int i = 0; i < validations.size(); i++) {
      for (var field : List.of("expression", "messageExpression")) {
        var warning = warning(typed, Json.text(validations.path(i), field));
        if (!warning.isEmpty()) {
          warnings
              .addObject()
              .put("fieldRef", "spec.validations[" + i + "]." + field)
              .put("warning", warning);
        }
      }
    }
    return warnings;
  }

  private static String warning(List<Typed> typed, String expression) {
    var lines = new ArrayList<String>();
    for (var each : typed) {
      if (!expression.isEmpty()
          && each.expressions.compile(expression) instanceof Compilation.Rejected(var why)) {
        var kind = each.kind;
        lines.add("%s, Kind=%s: %s\n".formatted(kind.apiVersion(), kind.kind(), why));
      }
    }
    return String.join("\n", lines);
  }

  /** The kinds that are named in full, in the order of their names. */
  private List<Kind> kinds(JsonNode spec) {
    var kinds = new LinkedHashSet<Kind>();
    for (var rule : spec.path("matchConstraints").path("resourceRules")) {
      for (var group : names(rule.path("apiGroups"))) {
        for (var version : names(rule.path("apiVersions"))) {
          for (var plural : texts(rule.path("resources"))) {
            if (kinds.size() < KINDS_MAX && !plural.contains("*") && !plural.contains("/")) {
              catalog.get().find(group, version, plural).ifPresent(kinds::add);
            }
          }
        }
      }
    }
    return kinds.stream()
        .sorted(
            Comparator.comparing(Kind::group)
                .thenComparing(Kind::version)
                .thenComparing(Kind::kind))
        .toList();
  }

  /** Names that are all named in full; none where one of them stands for many. */
  private static List<String> names(JsonNode list) {
    var names = texts(list);
    return names.stream().anyMatch(name -> name.contains("*")) ? List.of() : names;
  }

  private static List<String> texts(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false)
        .map(item -> item.asString(""))
        .sorted()
        .toList();
  }

  private Optional<Typed> typed(Kind kind, JsonNode spec) {
    return type(kind, "object")
        .map(
            object -> {
              var paramKind = spec.path("paramKind");
              var base = RequestExpressions.reading(Reads.AUTHORIZER);
              if (paramKind.isObject()) {
                base = RequestExpressions.reading(Reads.PARAMS, Reads.AUTHORIZER);
                var param =
                    catalog
                        .get()
                        .findKind(Json.text(paramKind, "apiVersion"), Json.text(paramKind, "kind"))
                        .flatMap(found -> type(found, "params"));
                base = param.isPresent() ? base.about("params", param.get()) : base;
              }
              base = base.about("object", object).about("oldObject", object);
              return new Typed(kind, new Variables(spec.path("variables"), base).expressions());
            });
  }

  private static Optional<ValueType> type(Kind kind, String variable) {
    return CelTypes.of(kind.schema(), false, variable + "." + kind.kind());
  }
}
