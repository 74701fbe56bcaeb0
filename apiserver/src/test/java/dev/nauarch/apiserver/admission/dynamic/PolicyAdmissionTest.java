package dev.nauarch.apiserver.admission.dynamic;

import static dev.nauarch.apiserver.admission.dynamic.AdmissionClient.ADMISSION;
import static dev.nauarch.apiserver.admission.dynamic.AdmissionClient.MAPS;
import static dev.nauarch.apiserver.admission.dynamic.AdmissionClient.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.port.MemoryView;
import dev.nauarch.apiserver.webhook.WebhookServer.Reply;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/** Policies in expressions, over the wire. */
class PolicyAdmissionTest {

  private static final String MATCH =
      "'matchConstraints':{'resourceRules':[{'operations':['CREATE','UPDATE'],'apiGroups':[''],"
          + "'apiVersions':['v1'],'resources':['configmaps']}]}";
  private static final String DENY = "'validationActions':['Deny']";

  @RegisterExtension
  private static final AdmissionCluster CLUSTER =
      new AdmissionCluster((_, _) -> new Reply.Silence());

  private static AdmissionClient client() {
    return CLUSTER.client();
  }

  @Test
  void aFalseValidationRefusesInItsWords() {
    policy(
        "'validations':[{'expression':'object.data.n == string(1)','reason':'Forbidden',"
            + "'messageExpression':'object.metadata.name + string(2)','message':'never said'}]");
    client().post(201, MAPS, "{'metadata':{'name':'free'},'data':{'n':'0'}}");
    binding(DENY);
    client().post(201, MAPS, "{'metadata':{'name':'a'},'data':{'n':'1'}}");
    var refused = client().post(403, MAPS, "{'metadata':{'name':'b'},'data':{'n':'2'}}");
    assertEquals(
        "configmaps \"b\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied"
            + " request: b2",
        message(refused));
    assertEquals("Forbidden", Json.text(refused, "reason"));
    var cause = refused.path("details").path("causes").path(0);
    assertEquals(
        "ValidatingAdmissionPolicy 'p' with binding 'b' denied request: b2",
        cause.path("message").asString());
    // An update is held to it too, a deletion is not.
    client().patch(403, MAPS + "/a", "{'data':{'n':'2'}}");
    client().delete(200, MAPS + "/a");
  }

  @Test
  void withoutAMessageTheExpressionIsNamed() {
    policy("'validations':[{'expression':'has(object.data)'}]");
    binding(DENY);
    var refused = client().post(422, MAPS, "{'metadata':{'name':'a'}}");
    assertTrue(
        message(refused).endsWith("denied request: failed expression: has(object.data)"),
        message(refused));
    assertEquals("Invalid", Json.text(refused, "reason"));
  }

  @Test
  void whatFailsFollowsTheFailurePolicy() {
    policy("'validations':[{'expression':'object.data.n == string(1)'}]");
    binding(DENY);
    var refused = client().post(422, MAPS, "{'metadata':{'name':'a'}}");
    assertTrue(
        message(refused)
            .endsWith(
                "expression 'object.data.n == string(1)' resulted in error: no such key: data"),
        message(refused));
    client()
        .patch(
            200,
            ADMISSION + "validatingadmissionpolicies/p",
            "{'spec':{'failurePolicy':'Ignore'}}");
    client().post(201, MAPS, "{'metadata':{'name':'a'}}");
  }

  @Test
  void aWarningLetsTheRequestPass() {
    policy("'validations':[{'expression':'false','message':'mind it'}]");
    binding("'validationActions':['Warn']");
    client().post(201, MAPS, "{'metadata':{'name':'a'}}");
    assertEquals(
        List.of("Validation failed for ValidatingAdmissionPolicy 'p' with binding 'b': mind it"),
        client().warnings());
  }

  @Test
  void variablesReadEachOtherAndAreComputedWhenRead() {
    policy(
        "'variables':[{'name':'n','expression':'object.data.n'},{'name':'twice','expression':"
            + "'variables.n + variables.n'},{'name':'bad','expression':'object.no.such'}],"
            + "'validations':[{'expression':'variables.twice == string(11)','messageExpression':"
            + "'string(variables.twice)'}]");
    binding(DENY);
    client().post(201, MAPS, "{'metadata':{'name':'a'},'data':{'n':'1'}}");
    var refused = client().post(422, MAPS, "{'metadata':{'name':'b'},'data':{'n':'2'}}");
    assertTrue(message(refused).endsWith("denied request: 22"), message(refused));
  }

  @Test
  void matchConditionsNamespacesAndWhoAsks() {
    policy(
        "'matchConditions':[{'name':'c','expression':'object.metadata.name != string(1)'}],"
            + "'validations':[{'expression':'namespaceObject.metadata.name == request.namespace &&"
            + " authorizer.group(string()).resource(string(1)).check(string(1)).allowed()'}]"
                .replace("string()", "request.resource.group"));
    binding(DENY);
    client().post(201, MAPS, "{'metadata':{'name':'1'}}");
    client().post(201, MAPS, "{'metadata':{'name':'a'}}");
  }

  @Test
  void parametersByNameAndBySelector() {
    client()
        .post(
            201, MAPS, "{'metadata':{'name':'limit','labels':{'is':'limit'}},'data':{'max':'3'}}");
    policy(
        "'paramKind':{'apiVersion':'v1','kind':'ConfigMap'},'validations':[{'expression':"
            + "'object.data.n <= params.data.max','messageExpression':'string(params.data.max)'}]");
    binding(
        DENY
            + ",'paramRef':{'name':'limit','namespace':'default','parameterNotFoundAction':'Deny'}");
    client().post(201, MAPS, "{'metadata':{'name':'a'},'data':{'n':'3'}}");
    var refused = client().post(422, MAPS, "{'metadata':{'name':'b'},'data':{'n':'4'}}");
    assertTrue(message(refused).endsWith("denied request: 3"), message(refused));
    client().delete(200, ADMISSION + "validatingadmissionpolicybindings/b");
    binding(
        DENY
            + ",'paramRef':{'selector':{'matchLabels':{'is':'limit'}},'parameterNotFoundAction':'Allow'}");
    client().post(422, MAPS, "{'metadata':{'name':'b'},'data':{'n':'4'}}");
    client()
        .patch(
            200,
            ADMISSION + "validatingadmissionpolicybindings/b",
            "{'spec':{'paramRef':{'selector':{'matchLabels':{'is':'gone'}}}}}");
    client().post(201, MAPS, "{'metadata':{'name':'b'},'data':{'n':'4'}}");
    client()
        .patch(
            200,
            ADMISSION + "validatingadmissionpolicybindings/b",
            "{'spec':{'paramRef':{'parameterNotFoundAction':'Deny'}}}");
    refused = client().post(422, MAPS, "{'metadata':{'name':'c'},'data':{'n':'4'}}");
    assertTrue(
        message(refused)
            .endsWith(
                "failed to configure binding: no params found for policy binding with `Deny`"
                    + " parameterNotFoundAction"),
        message(refused));
  }

  @Test
  void bindingsNarrowAndExcludesSpare() {
    policy("'validations':[{'expression':'false'}]");
    binding(DENY + ",'matchResources':{'namespaceSelector':{'matchLabels':{'no':'such'}}}");
    client().post(201, MAPS, "{'metadata':{'name':'a'}}");
    client().delete(200, ADMISSION + "validatingadmissionpolicybindings/b");
    binding(
        DENY
            + ",'matchResources':{'excludeResourceRules':[{'operations':['*'],'apiGroups':['*'],"
            + "'apiVersions':['*'],'resources':['*'],'resourceNames':['spared']}]}");
    client().post(201, MAPS, "{'metadata':{'name':'spared'}}");
    client().post(422, MAPS, "{'metadata':{'name':'b'}}");
  }

  @Test
  void anExpressionThatCostsTooMuchIsStopped() {
    policy(
        "'validations':[{'expression':'object.data.l.split(string(1)).all(a,"
            + " object.data.l.split(string(1)).all(b, object.data.l.split(string(1)).all(c, a == b"
            + " || b == c || true)))'}]");
    binding(DENY);
    var list = "0,1".repeat(300);
    var refused =
        client().post(422, MAPS, "{'metadata':{'name':'a'},'data':{'l':'%s'}}".formatted(list));
    assertTrue(
        message(refused).endsWith("operation cancelled: actual cost limit exceeded"),
        message(refused));
  }

  @Test
  void appliedMutationsMerge() {
    mutating(
        "'mutations':[{'patchType':'ApplyConfiguration','applyConfiguration':{'expression':'Object{metadata:"
            + " Object.metadata{labels: Object.metadata.labels{added: object.data.n}}, data:"
            + " Object.data{more: string(1)}}'}}]");
    var made =
        client().post(201, MAPS, "{'metadata':{'name':'a','labels':{'own':'l'}},'data':{'n':'1'}}");
    assertEquals(MemoryView.tree("{'own':'l','added':'1'}"), made.path("metadata").path("labels"));
    assertEquals(MemoryView.tree("{'n':'1','more':'1'}"), made.path("data"));
    client().delete(200, MAPS + "/a");
    var refused = client().post(403, MAPS, "{'metadata':{'name':'b'}}");
    assertEquals(
        "policy 'p' with binding 'b' denied request: expression 'Object{metadata:"
            + " Object.metadata{labels: Object.metadata.labels{added: object.data.n}}, data:"
            + " Object.data{more: string(1)}}' resulted in error: no such key: data",
        message(refused));
  }

  @Test
  void patchesMutateAndTestsGuardThem() {
    mutating(
        "'variables':[{'name':'k','expression':'object.metadata.name'}],'mutations':[{'patchType':'JSONPatch','jsonPatch':{'expression':'has(object.data)"
            + " ? [JSONPatch{op: request.operation == string(1) ? string(1) : object.data.op, path:"
            + " object.data.path, value: jsonpatch.escapeKey(variables.k)}] : []'}}]");
    client().post(201, MAPS, "{'metadata':{'name':'none'}}");
    var made =
        client()
            .post(201, MAPS, "{'metadata':{'name':'a'},'data':{'op':'add','path':'/data/added'}}");
    assertEquals("a", made.path("data").path("added").asString());
    made =
        client()
            .post(201, MAPS, "{'metadata':{'name':'t'},'data':{'op':'test','path':'/data/op'}}");
    assertEquals("test", made.path("data").path("op").asString());
    var refused =
        client()
            .post(
                403, MAPS, "{'metadata':{'name':'c'},'data':{'op':'add','path':'/no/such/place'}}");
    assertTrue(message(refused).contains("denied request: JSON Patch: "), message(refused));
  }

  @Test
  void objectsMustBeNamedAfterTheirFields() {
    mutating(
        "'mutations':[{'patchType':'ApplyConfiguration','applyConfiguration':{'expression':"
            + "'Object{metadata: Object.wrong{}}'}}]");
    var refused = client().post(403, MAPS, "{'metadata':{'name':'a'}}");
    assertTrue(
        message(refused)
            .endsWith(
                "type mismatch: unexpected type name \"Object.wrong\", expected"
                    + " \"Object.metadata\", which matches field name path from root Object type"),
        message(refused));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'validations':[{'expression':'1'}] | spec.validations[0].expression: Invalid value: \"1\":"
            + " must evaluate to bool but got int",
        "'validations':[{'expression':'nothing'}] | undeclared reference to 'nothing'",
        "'validations':[{'expression':'params.x == 1'}] | undeclared reference to 'params'",
        "'validations':[{'expression':'true','messageExpression':'1'}] |"
            + " spec.validations[0].messageExpression: Invalid value: \"1\": must evaluate to"
            + " string but got int",
        "'validations':[{'expression':'true','reason':'Odd'}] | spec.validations[0].reason:"
            + " Unsupported value: \"Odd\": supported values: \"Forbidden\", \"Invalid\","
            + " \"RequestEntityTooLarge\"",
        "'validations':[] | spec.validations: Required value: validations or auditAnnotations must"
            + " contain at least one item",
        "'variables':[{'name':'a-b','expression':'1'}],'validations':[{'expression':'true'}] |"
            + " spec.variables[0].name: Invalid value: \"a-b\": must be a valid CEL identifier",
        "'variables':[{'name':'a','expression':'variables.b'}],'validations':[{'expression':'true'}]"
            + " | undeclared reference to 'variables'",
        "'paramKind':{'apiVersion':'v1'},'validations':[{'expression':'true'}] |"
            + " spec.paramKind.kind: Required value",
      })
  void badPoliciesAreRefused(String spec, String why) {
    var refused =
        client()
            .post(
                422,
                ADMISSION + "validatingadmissionpolicies",
                "{'metadata':{'name':'p'},'spec':{%s,%s}}".formatted(MATCH, spec));
    assertTrue(message(refused).contains(why), message(refused));
  }

  @Test
  void badMutationsAndBindingsAreRefused() {
    var refused =
        client()
            .post(
                422,
                ADMISSION + "mutatingadmissionpolicies",
                "{'metadata':{'name':'p'},'spec':{%s,'reinvocationPolicy':'Never','mutations':[{"
                        .formatted(MATCH)
                    + "'patchType':'JSONPatch','jsonPatch':{'expression':'Object{}'}},{'patchType':"
                    + "'ApplyConfiguration','applyConfiguration':{'expression':'1'}},{'patchType':'No'}]}}");
    assertTrue(
        message(refused).contains("\"Object{}\": must evaluate to list(JSONPatch) but got Object"),
        message(refused));
    assertTrue(message(refused).contains("must evaluate to Object but got int"), message(refused));
    refused =
        client()
            .post(
                422,
                ADMISSION + "validatingadmissionpolicybindings",
                "{'metadata':{'name':'b'},'spec':{'policyName':'p','validationActions':['Deny','Warn'],"
                    + "'paramRef':{'parameterNotFoundAction':'Deny'}}}");
    assertTrue(message(refused).contains("must not contain both Deny and Warn"), message(refused));
    assertTrue(
        message(refused).contains("spec.paramRef: Required value: one of name or selector"),
        message(refused));
  }

  private static void policy(String spec) {
    client()
        .post(
            201,
            ADMISSION + "validatingadmissionpolicies",
            "{'metadata':{'name':'p'},'spec':{%s,%s}}".formatted(MATCH, spec));
  }

  private static void binding(String spec) {
    client()
        .post(
            201,
            ADMISSION + "validatingadmissionpolicybindings",
            "{'metadata':{'name':'b'},'spec':{'policyName':'p',%s}}".formatted(spec));
  }

  private static void mutating(String spec) {
    ObjectNode binding = MemoryView.tree("{'metadata':{'name':'b'},'spec':{'policyName':'p'}}");
    client()
        .post(
            201,
            ADMISSION + "mutatingadmissionpolicies",
            "{'metadata':{'name':'p'},'spec':{%s,'reinvocationPolicy':'Never',%s}}"
                .formatted(MATCH, spec));
    client().post(201, ADMISSION + "mutatingadmissionpolicybindings", binding);
  }
}
