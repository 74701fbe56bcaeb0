package dev.nauarch.apiserver.crd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.FieldError;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.api.catalog.Schema;
import dev.nauarch.apiserver.port.User;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class CustomKindsTest {

  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final CustomKinds KINDS =
      new CustomKinds(Schema.builder(Schema.Type.OBJECT).definition("ObjectMeta").build());

  @Test
  void aDefinitionIsCompletedAcceptedAndServed() {
    var definition = accepted(definition("ships", "Ship"));
    assertEquals("ship", definition.path("spec").path("names").path("singular").asString());
    assertEquals("ShipList", definition.path("spec").path("names").path("listKind").asString());
    assertEquals("[\"v1\"]", definition.path("status").path("storedVersions").toString());
    assertEquals(
        List.of("NamesAccepted=True", "Established=True"),
        definition.path("status").path("conditions").values().stream()
            .map(c -> c.path("type").asString() + "=" + c.path("status").asString())
            .toList());

    var kinds = KINDS.of(definition);
    assertEquals(List.of("v1", "v1beta1"), kinds.stream().map(Kind::version).toList());
    var kind = kinds.getFirst();
    assertEquals("dev.test.v1.Ship", kind.schema().definition());
    assertEquals(
        List.of("Name", "Sails", "Age"), kind.columns().stream().map(Kind.Column::name).toList());
    assertEquals(
        Map.of("specReplicasPath", ".spec.sails", "statusReplicasPath", ".status.sails"),
        kind.subresource("scale").orElseThrow().paths());
    assertEquals(List.of("spec.port"), kind.selectableFields());
    var spec = kind.schema().property("spec").orElseThrow();
    assertEquals(Schema.Type.INTEGER, spec.property("sails").orElseThrow().type());
    assertEquals(Schema.ListType.MAP, spec.property("crew").orElseThrow().listType());
    assertEquals("ObjectMeta", kind.schema().property("metadata").orElseThrow().definition());
    assertEquals(Schema.Type.STRING, kind.schema().property("kind").orElseThrow().type());
  }

  @Test
  void aDeprecatedVersionWarnsWhoeverUsesIt() {
    var definition = accepted(definition("ships", "Ship"));
    var old = (ObjectNode) definition.path("spec").path("versions").path(1);
    assertEquals("v1beta1", old.path("name").asString());
    old.put("deprecated", true);
    assertEquals(
        List.of("", "test.dev/v1beta1 Ship is deprecated; use test.dev/v1 Ship"),
        warnings(definition));
    old.put("deprecationWarning", "sail with v1");
    assertEquals(List.of("", "sail with v1"), warnings(definition));
  }

  private static List<String> warnings(ObjectNode definition) {
    return KINDS.of(definition).stream().map(Kind::deprecation).toList();
  }

  @Test
  void aDefinitionWhoseNamesAreTakenIsNotServed() {
    var first = accepted(definition("ships", "Ship"));
    var second =
        DefinitionStatus.updated(definition("boats", "Ship"), List.of(first), NOW.plusSeconds(1));
    var condition = second.path("status").path("conditions").path(0);
    assertEquals("NamesAccepted", condition.path("type").asString());
    assertEquals("False", condition.path("status").asString());
    assertEquals("ListKindConflict", condition.path("reason").asString());
    assertEquals("\"ShipList\" is already in use", condition.path("message").asString());
    assertEquals(List.of(), KINDS.of(second));
  }

  @Test
  void anUpToDateStatusStaysAsItIs() {
    var definition = accepted(definition("ships", "Ship"));
    assertEquals(
        definition, DefinitionStatus.updated(definition, List.of(definition), NOW.plusSeconds(9)));
  }

  @Test
  void aSoundDefinitionHasNoProblems() {
    assertEquals(List.of(), new DefinitionStrategy().validate(definition("ships", "Ship")));
  }

  @Test
  void problemsAreNamedAsKubernetesNamesThem() {
    assertProblem(
        "metadata.name: Invalid value: \"boats.test.dev\": must be"
            + " spec.names.plural+\".\"+spec.group",
        object -> ((ObjectNode) object.path("metadata")).put("name", "boats.test.dev"));
    assertProblem(
        "spec.scope: Unsupported value: \"World\": supported values: \"Cluster\", \"Namespaced\"",
        object -> ((ObjectNode) object.path("spec")).put("scope", "World"));
    assertProblem(
        "spec.versions[0].schema.openAPIV3Schema.properties[spec].properties[sails].type:"
            + " Required value: must not be empty for specified object fields",
        object -> ((ObjectNode) spec(object).path("properties").path("sails")).remove("type"));
    assertProblem(
        "spec.versions[0].schema.openAPIV3Schema.properties[spec].properties[crew].items"
            + ".properties[name].default: Required value: this property is in"
            + " x-kubernetes-list-map-keys, so it must have a default or be a required property",
        object ->
            ((ObjectNode) spec(object).path("properties").path("crew").path("items"))
                .remove("required"));
    assertProblem(
        "spec.versions[0].schema.openAPIV3Schema.properties[spec].allOf[0].type: Forbidden: must be"
            + " empty to be structural",
        object -> spec(object).putArray("allOf").addObject().put("type", "object"));
    assertProblem(
        "spec.versions[0].schema.openAPIV3Schema.properties[spec].properties[port].pattern: Invalid"
            + " value: \"(\": must be a valid regular expression, but isn't: error parsing regexp:"
            + " missing closing ): `(`",
        object -> ((ObjectNode) spec(object).path("properties").path("port")).put("pattern", "("));
    assertProblem(
        "spec.names.kind: Invalid value: \"1Ship\": may have mixed case, but should otherwise"
            + " match: a DNS-1035 label must consist of lower case alphanumeric characters or '-',"
            + " start with an alphabetic character, and end with an alphanumeric character (e.g."
            + " 'my-name',  or 'abc-123', regex used for validation is"
            + " '[a-z]([-a-z0-9]*[a-z0-9])?')",
        object -> ((ObjectNode) object.path("spec").path("names")).put("kind", "1Ship"));
  }

  @Test
  void aRuleThatDoesNotCompileIsRefused() {
    var object = definition("ships", "Ship");
    spec(object).putArray("x-kubernetes-validations").addObject().put("rule", "self.sails");
    assertEquals(
        List.of(
            "spec.versions[0].schema.openAPIV3Schema.properties[spec].x-kubernetes-validations[0]"
                + ".rule: Invalid value: {\"Rule\":\"self.sails\",\"Message\":\"\","
                + "\"MessageExpression\":\"\",\"Reason\":null,\"FieldPath\":\"\","
                + "\"OptionalOldSelf\":null}: cel expression must evaluate to a bool"),
        new DefinitionStrategy().validate(object).stream().map(FieldError::toString).toList());
  }

  @Test
  void twoStorageVersionsAreRefused() {
    var object = definition("ships", "Ship");
    ((ObjectNode) object.path("spec").path("versions").path(1)).put("storage", true);
    var problems = new DefinitionStrategy().validate(object);
    assertEquals(1, problems.size());
    assertTrue(
        problems
            .getFirst()
            .message()
            .endsWith("must have exactly one version marked as storage version"));
  }

  @Test
  void namesOfAnEstablishedDefinitionStay() {
    var old = accepted(definition("ships", "Ship"));
    var updated = old.deepCopy();
    ((ObjectNode) updated.path("spec").path("names")).put("kind", "Boat");
    ((ObjectNode) updated.path("spec")).put("scope", "Cluster");
    assertEquals(
        List.of(
            "spec.scope: Invalid value: \"Cluster\": field is immutable",
            "spec.names.kind: Invalid value: \"Boat\": field is immutable"),
        new DefinitionStrategy()
            .validateUpdate(updated, old, "").stream().map(FieldError::toString).toList());
  }

  @Test
  void versionsAreOrderedByStabilityThenNumber() {
    assertEquals(
        List.of("v10", "v2", "v1", "v2beta2", "v2beta1", "v1beta1", "v3alpha1", "bar", "foo10"),
        java.util.stream.Stream.of(
                "v1beta1", "foo10", "v2beta1", "v1", "v3alpha1", "bar", "v10", "v2beta2", "v2")
            .sorted(VersionOrder.NEWEST_FIRST)
            .toList());
  }

  private static void assertProblem(
      String expected, java.util.function.Consumer<ObjectNode> mistake) {
    var object = definition("ships", "Ship");
    mistake.accept(object);
    assertEquals(
        List.of(expected),
        new DefinitionStrategy().validate(object).stream().map(FieldError::toString).toList());
  }

  private static ObjectNode spec(ObjectNode definition) {
    return (ObjectNode)
        definition
            .path("spec")
            .path("versions")
            .path(0)
            .path("schema")
            .path("openAPIV3Schema")
            .path("properties")
            .path("spec");
  }

  private static ObjectNode accepted(ObjectNode definition) {
    return DefinitionStatus.updated(definition, List.of(), NOW);
  }

  private static ObjectNode definition(String plural, String kind) {
    var json =
        """
        {"metadata":{"name":"PLURAL.test.dev"},
         "spec":{"group":"test.dev","scope":"Namespaced","names":{"plural":"PLURAL","kind":"KIND"},
          "versions":[
           {"name":"v1","served":true,"storage":true,
            "subresources":{"status":{},
             "scale":{"specReplicasPath":".spec.sails","statusReplicasPath":".status.sails"}},
            "selectableFields":[{"jsonPath":".spec.port"}],
            "additionalPrinterColumns":[
             {"name":"Sails","type":"integer","jsonPath":".spec.sails"},
             {"name":"Age","type":"date","jsonPath":".metadata.creationTimestamp"}],
            "schema":{"openAPIV3Schema":{"type":"object","properties":{
             "spec":{"type":"object","properties":{
              "sails":{"type":"integer"},"port":{"type":"string"},
              "crew":{"type":"array","x-kubernetes-list-type":"map",
               "x-kubernetes-list-map-keys":["name"],
               "items":{"type":"object","required":["name"],
                "properties":{"name":{"type":"string"}}}}}},
             "status":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}}},
           {"name":"v1beta1","served":true,"storage":false,
            "schema":{"openAPIV3Schema":{"type":"object",
             "x-kubernetes-preserve-unknown-fields":true}}}]}}
        """
            .replace("PLURAL", plural)
            .replace("KIND", kind);
    var object = (ObjectNode) JsonMapper.shared().readTree(json);
    new DefinitionStrategy().prepareForCreate(object, new User("admin", "", List.of(), Map.of()));
    return object;
  }
}
