package dev.nauarch.apiserver;

import dev.nauarch.api.FieldError;
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
import tools.jackson.databind.node.ObjectNode;

/** The rules of the kinds' schemas: their form, their values, and their rules in CEL. */
final class CatalogSchemas implements SchemaRules {

  /** The compiled rules of one kind, and the schema that they were compiled from. */
  private record Compiled(Schema schema, RuleSet rules) {}

  private final Map<String, Compiled> compiledByKind = new ConcurrentHashMap<>();

  @Override
  public void applyDefaults(Kind kind, ObjectNode object) {
    ObjectForm.fillDefaults(object, kind);
  }

  @Override
  public List<String> conform(Kind kind, ObjectNode object) {
    return ObjectForm.conform(object, kind);
  }

  @Override
  public List<String> inactiveFields(Kind kind, ObjectNode object) {
    return ObjectForm.inactiveFields(object, kind);
  }

  @Override
  public List<FieldError> validate(Kind kind, ObjectNode object, Optional<ObjectNode> old) {
    var errors = new ArrayList<FieldError>(ObjectForm.validate(object, kind));
    // Rules may rely on the form: they are not asked about an object that does not have it.
    // The one built-in schema that holds itself is that of schemas, and it has no rules.
    if (errors.isEmpty() && !kind.group().equals("apiextensions.k8s.io")) {
      errors.addAll(rules(kind).problems(object, old.map(any -> any)));
    }
    return errors;
  }

  private RuleSet rules(Kind kind) {
    var name = kind.apiVersion() + "/" + kind.kind();
    var known = compiledByKind.get(name);
    if (known == null || !known.schema.equals(kind.schema())) {
      known = new Compiled(kind.schema(), RuleSet.of(kind.schema()));
      compiledByKind.put(name, known);
    }
    return known.rules;
  }
}
