package dev.nauarch.apiserver.crd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.FieldError;
import dev.nauarch.api.catalog.Schema;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class RuleSetTest {

  private static final String SPEC =
      """
      {"type":"object","properties":{
        "min":{"type":"integer"},"max":{"type":"integer"},
        "class":{"type":"string","x-kubernetes-validations":[
          {"rule":"self == oldSelf","message":"class is immutable","reason":"FieldValueForbidden"}]},
        "for-whom":{"type":"string","format":"date-time"},
        "port":{"x-kubernetes-int-or-string":true},
        "crew":{"type":"array","maxItems":100,"x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["name"],
          "items":{"type":"object","required":["name"],"properties":{
            "name":{"type":"string"},
            "age":{"type":"integer","x-kubernetes-validations":[{"rule":"self >= oldSelf"}]}}}},
        "limits":{"type":"object","maxProperties":10,"additionalProperties":{"type":"string","maxLength":30,
          "x-kubernetes-validations":[{"rule":"isQuantity(self)","message":"must be a quantity"}]}}},
       "x-kubernetes-validations":[
        {"rule":"!has(self.min) || !has(self.max) || self.min <= self.max",
         "messageExpression":"'min %d is over max %d'.format([self.min, self.max])",
         "fieldPath":".min"},
        {"rule":"!has(self.for__dash__whom) || self.for__dash__whom > timestamp('2026-01-01T00:00:00Z')",
         "message":"too early"},
        {"rule":"!has(self.port) || (type(self.port) == int ? self.port < 9 : self.port == 'http')"}]}
      """;

  private static final RuleSet RULES = RuleSet.of(resource(SPEC));

  private static Schema resource(String spec) {
    var metadata = Schema.builder(Schema.Type.OBJECT).build();
    var json = "{\"type\":\"object\",\"properties\":{\"spec\":" + spec + "}}";
    return new SchemaReader(metadata).resource("dev.test.v1.Ship", json(json));
  }

  @Test
  void anObjectThatKeepsTheRulesHasNoProblems() {
    assertEquals(List.of(), RULES.mistakes("schema"));
    assertEquals(
        List.of(),
        problems(
            "{'min':1,'max':2,'class':'a','for-whom':'2026-02-01T00:00:00Z','port':'http',"
                + "'limits':{'cpu':'1'}}"));
  }

  @Test
  void aBrokenRuleIsReportedWhereItPoints() {
    assertEquals(
        List.of("spec.min: Invalid value: min 3 is over max 2"), problems("{'min':3,'max':2}"));
    assertEquals(
        List.of("spec: Invalid value: too early"), problems("{'for-whom':'2025-02-01T00:00:00Z'}"));
    assertEquals(
        List.of(
            "spec: Invalid value: failed rule: !has(self.port) || (type(self.port) =="
                + " int ? self.port < 9 : self.port == 'http')"),
        problems("{'port':10}"));
    assertEquals(
        List.of("spec.limits[cpu]: Invalid value: \"many\": must be a quantity"),
        problems("{'limits':{'cpu':'many','memory':'1Gi'}}"));
  }

  @Test
  void transitionRulesCompareWithTheOldValue() {
    assertEquals(List.of(), problems("{'class':'b'}"));
    assertEquals(
        List.of("spec.class: Forbidden: class is immutable"),
        problems("{'class':'b'}", "{'class':'a'}"));
    assertEquals(
        List.of("spec.crew[0].age: Invalid value: 1: failed rule: self >= oldSelf"),
        problems(
            "{'crew':[{'name':'x','age':1},{'name':'y','age':5}]}",
            "{'crew':[{'name':'y','age':4},{'name':'x','age':2}]}"));
  }

  @Test
  void anUnchangedValueIsNotHeldAgainstAnUpdate() {
    var bad = "{'min':1,'limits':{'cpu':'many'}}";
    assertEquals(1, problems(bad).size());
    assertEquals(List.of(), problems(bad.replace("1", "2"), bad));
  }

  @Test
  void anOptionalOldValueIsAbsentOnCreation() {
    var rules =
        RuleSet.of(
            resource(
                """
                {"type":"object","properties":{"n":{"type":"integer","x-kubernetes-validations":[
                  {"rule":"oldSelf.hasValue() ? self > oldSelf.value() : self == 1",
                   "optionalOldSelf":true}]}}}
                """));
    assertEquals(List.of(), rules.mistakes(""));
    assertEquals(0, rules.problems(object("{'n':1}")).size());
    assertEquals(1, rules.problems(object("{'n':2}")).size());
    assertEquals(0, rules.problems(object("{'n':2}"), Optional.of(object("{'n':1}"))).size());
    assertEquals(1, rules.problems(object("{'n':1}"), Optional.of(object("{'n':2}"))).size());
  }

  @Test
  void aRuleThatCostsTooMuchEndsTheValidation() {
    var rules =
        RuleSet.of(
            resource(
                """
                {"type":"object","properties":{"l":{"type":"array","items":{"type":"integer"},
                 "x-kubernetes-validations":[
                  {"rule":"self.all(a, self.all(b, self.all(c, a + b + c >= 0)))"},
                  {"rule":"false"}]}}}
                """));
    var list = "[" + "1,".repeat(300) + "1]";
    var problems = rules.problems(object("{'l':" + list + "}"));
    assertEquals(1, problems.size());
    assertTrue(problems.getFirst().message().contains("actual cost limit exceeded"));
  }

  @Test
  void aRuleThatDoesNotCompileIsAMistake() {
    var rules =
        RuleSet.of(
            resource(
                """
                {"type":"object","properties":{"n":{"type":"integer"}},
                 "x-kubernetes-validations":[{"rule":"self.n == 'one'"},{"rule":"self.n"},
                  {"rule":"self.bogus > 1","messageExpression":"1"}]}
                """));
    var mistakes = rules.mistakes("schema").stream().map(FieldError::field).toList();
    assertEquals(
        List.of(
            "schema.properties[spec].x-kubernetes-validations[0].rule",
            "schema.properties[spec].x-kubernetes-validations[1].rule",
            "schema.properties[spec].x-kubernetes-validations[2].rule"),
        mistakes);
  }

  @Test
  void aSchemaWithoutRulesHasNone() {
    assertTrue(RuleSet.of(resource("{\"type\":\"object\"}")).isEmpty());
  }

  private static List<String> problems(String spec) {
    return RULES.problems(object(spec)).stream().map(FieldError::toString).toList();
  }

  private static List<String> problems(String spec, String old) {
    return RULES.problems(object(spec), Optional.of(object(old))).stream()
        .map(FieldError::toString)
        .toList();
  }

  private static JsonNode object(String spec) {
    return json("{\"spec\":" + spec.replace('\'', '"') + "}");
  }

  private static JsonNode json(String text) {
    return JsonMapper.shared().readTree(text);
  }
}
