package dev.nauarch.apiserver;

import dev.nauarch.api.FieldError;
import dev.nauarch.api.catalog.InactiveFields;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.api.catalog.Schema;
import dev.nauarch.apiserver.crd.RuleSet;
import dev.nauarch.apiserver.registry.SchemaRules;
import dev.nauarch.apiserver.schema.ObjectForm;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/** The rules of the kinds' schemas: their form, their values, and their rules in CEL. */
final class CatalogSchemas implements SchemaRules {

  /** What was made of the schema of one kind. */
  private record Made<T>(Schema schema, T of) {}

  private final Map<String, Made<RuleSet>> rulesByKind = new ConcurrentHashMap<>();
  private final Map<String, Made<InactiveFields>> inactiveByKind = new ConcurrentHashMap<>();

  @Override
  public void applyDefaults(Kind kind, ObjectNode object) {
    ObjectForm.fillDefaults(object, kind);
  }

  @Override
  public List<String> conform(Kind kind, ObjectNode object) {
    return ObjectForm.conform(object, kind);
  }

  @Override
  public List<String> conform(Schema schema, String kind, String version, ObjectNode object) {
    return ObjectForm.conform(object, schema, kind, version);
  }

  @Override
  public List<String> warnings(Kind kind, ObjectNode object, ObjectNode old) {
    var inactive = made(inactiveByKind, kind, InactiveFields::of);
    var uses = inactive.usesIn(object);
    if (uses.isEmpty()) {
      return List.of();
    }
    var known = inactive.usesIn(old);
    return uses.stream().filter(use -> !known.contains(use)).map(CatalogSchemas::warning).toList();
  }

  private static String warning(InactiveFields.Use use) {
    return use.path() + ": accepted, but not acted upon yet: " + use.instead();
  }

  @Override
  public List<FieldError> wrongTypes(Kind kind, ObjectNode object, Optional<ObjectNode> old) {
    return ObjectForm.isCustom(kind) ? ObjectForm.wrongTypes(object, kind, old) : List.of();
  }

  @Override
  public List<FieldError> validate(Kind kind, ObjectNode object, Optional<ObjectNode> old) {
    var errors = new ArrayList<FieldError>(ObjectForm.validate(object, kind, old));
    // Rules may rely on the form: they are not asked about an object that does not have it.
    // The one built-in schema that holds itself is that of schemas, and it has no rules.
    if (errors.isEmpty() && !kind.group().equals("apiextensions.k8s.io")) {
      errors.addAll(
          made(rulesByKind, kind, each -> RuleSet.of(each.schema()))
              .problems(object, old.map(any -> any)));
    }
    return errors;
  }

  private static <T> T made(Map<String, Made<T>> byKind, Kind kind, Function<Kind, T> maker) {
    var name = kind.apiVersion() + "/" + kind.kind();
    var known = byKind.get(name);
    if (known == null || !known.schema.equals(kind.schema())) {
      known = new Made<>(kind.schema(), maker.apply(kind));
      byKind.put(name, known);
    }
    return known.of;
  }
}
