package dev.nauarch.apiserver.admission.dynamic;

import static dev.nauarch.apiserver.admission.dynamic.AdmissionClient.ADMISSION;
import static dev.nauarch.apiserver.admission.dynamic.AdmissionClient.MAPS;
import static dev.nauarch.apiserver.admission.dynamic.AdmissionClient.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.port.MemoryView;
import dev.nauarch.apiserver.webhook.WebhookServer.Reply;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Policies that change objects, over the wire; what is expected is what Kubernetes answers. */
class MutatingPolicyTest {

  private static final String LABELLED =
      "[JSONPatch{op:\"add\",path:\"/metadata/labels\",value:{\"a\":\"b\"}}]";

  /** Puts another letter at the end of an annotation, where it is. */
  private static final String COUNTED =
      "Object{metadata: Object.metadata{annotations: {\"n\": (has(object.metadata.annotations) &&"
          + " has(object.metadata.annotations.n) ? object.metadata.annotations.n : \"\") + \"%s\"}}}";

  @RegisterExtension
  private static final AdmissionCluster CLUSTER =
      new AdmissionCluster((_, review) -> count(review));

  private static Reply count(JsonNode review) {
    var before = review.at("/request/object/metadata/annotations/n").asString("");
    return Reviews.patch(
        review, "[{'op':'add','path':'/metadata/annotations','value':{'n':'" + before + "W'}}]");
  }

  private static AdmissionClient client() {
    return CLUSTER.client();
  }

  @BeforeAll
  static void parameters() {
    client().post(201, "/api/v1/namespaces", "{'metadata':{'name':'parameters'}}");
    for (var name : List.of("1", "2")) {
      client()
          .post(
              201,
              "/api/v1/namespaces/parameters/configmaps",
              "{'metadata':{'name':'p%s','labels':{'p':'1'}},'data':{'k':'%s'}}"
                  .formatted(name, name));
    }
  }

  @Test
  void everyMutationIsTriedAndEveryFailureNamed() {
    var first = "Object{metadata: Object.metadata{labels: {\"a\": object.no.x}}}";
    policy("p", "Fail", applied(first), patched(LABELLED));
    policy("q", "Fail", applied(first));
    bind("p", "{}");
    bind("q", "{}");
    var why = " denied request: expression '" + first + "' resulted in error: no such key: no";
    var refused = client().post(403, MAPS, "{'metadata':{'name':'a'}}");
    assertEquals("Invalid", Json.text(refused, "reason"));
    assertEquals("policy 'p' with binding 'p'" + why, message(refused));
    assertEquals(
        List.of("policy 'p' with binding 'p'" + why, "policy 'q' with binding 'q'" + why),
        causes(refused));
    remove();
    policy("p", "Ignore", applied(first), patched(LABELLED));
    bind("p", "{}");
    assertEquals("b", label(client().post(201, MAPS, "{'metadata':{'name':'a'}}"), "a"));
  }

  @Test
  void whoIsAskedIsSettledBeforeAnybodyChangesTheObject() {
    policy("a", "Fail", patched(LABELLED));
    bind("a", "{}");
    var seen = applied("Object{metadata: Object.metadata{annotations: {\"seen\": \"yes\"}}}");
    var selecting = spec("Fail", seen);
    selecting
        .withObject("matchConstraints")
        .set("objectSelector", MemoryView.tree("{'matchLabels':{'a':'b'}}"));
    policy("b", selecting);
    bind("b", "{}");
    var made = client().post(201, MAPS, "{'metadata':{'name':'a'}}");
    assertEquals("", annotation(made, "seen"));
    client().delete(200, ADMISSION + "mutatingadmissionpolicies/b");
    // Conditions see what earlier policies have made of it.
    var conditional = spec("Fail", seen);
    conditional
        .putArray("matchConditions")
        .add(
            MemoryView.tree("{'name':'c'}")
                .put(
                    "expression",
                    "has(object.metadata.labels) && object.metadata.labels.a == 'b'"));
    policy("b", conditional);
    made = client().post(201, MAPS, "{'metadata':{'name':'b'}}");
    assertEquals("yes", annotation(made, "seen"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {'name':'p1','namespace':'parameters','parameterNotFoundAction':'Deny'} | 1
          {'selector':{'matchLabels':{'p':'1'}},'namespace':'parameters','parameterNotFoundAction':'Deny'} | 1 2
          {'selector':{},'namespace':'parameters','parameterNotFoundAction':'Deny'} | 1 2
          {'name':'none','namespace':'parameters','parameterNotFoundAction':'Allow'} |
          {'name':'none','namespace':'parameters','parameterNotFoundAction':'Deny'} | failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction
          {'selector':{'matchLabels':{'q':'1'}},'parameterNotFoundAction':'Deny'} | failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction
          {'name':'p1','parameterNotFoundAction':'Deny'} | failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction
          """)
  void parametersComeByNameAndBySelector(String reference, String labels) {
    var spec =
        spec(
            "Fail",
            applied(
                "Object{metadata: Object.metadata{labels: has(params.data) ? {\"k\" +"
                    + " params.data.k: \"x\"} : {}}}"));
    spec.set("paramKind", MemoryView.tree("{'apiVersion':'v1','kind':'ConfigMap'}"));
    policy("p", spec);
    bind("p", "{'paramRef':" + reference + "}");
    if (labels != null && labels.startsWith("failed")) {
      var refused = client().post(403, MAPS, "{'metadata':{'name':'a'}}");
      assertEquals("policy 'p' with binding 'p' denied request: " + labels, message(refused));
      assertEquals("Forbidden", Json.text(refused, "reason"));
      return;
    }
    var made = client().post(201, MAPS, "{'metadata':{'name':'a'}}");
    for (var key : List.of("1", "2")) {
      var isWanted = labels != null && labels.contains(key);
      assertEquals(isWanted ? "x" : "", label(made, "k" + key));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {'apiVersion':'q.io/v1','kind':'Q'} | {} | policy "p" denied request: failed to configure policy: failed to find resource referenced by paramKind: 'q.io/v1, Kind=Q'
          {'apiVersion':'v1','kind':'Namespace'} | {'paramRef':{'name':'default','namespace':'default','parameterNotFoundAction':'Allow'}} | policy 'p' with binding 'p' denied request: failed to configure binding: paramRef.namespace must not be provided for a cluster-scoped `paramKind`
          """)
  void parametersThatCanNotBeFollowTheFailurePolicy(String kind, String binding, String why) {
    for (var failure : List.of("Fail", "Ignore")) {
      var spec = spec(failure, patched(LABELLED));
      spec.set("paramKind", MemoryView.tree(kind));
      policy("p", spec);
      bind("p", binding);
      if (failure.equals("Fail")) {
        var refused = client().post(403, MAPS, "{'metadata':{'name':'a'}}");
        assertEquals(why, message(refused));
        assertEquals("Forbidden", Json.text(refused, "reason"));
      } else {
        assertEquals("", label(client().post(201, MAPS, "{'metadata':{'name':'a'}}"), "a"));
      }
      remove();
    }
  }

  @Test
  void anUnknownKindOfParametersRefusesWhereAPolicyOnlyLooksToo() {
    client()
        .post(
            201,
            ADMISSION + "validatingadmissionpolicies",
            "{'metadata':{'name':'p'},'spec':{'paramKind':{'apiVersion':'q.io/v1','kind':'Q'},"
                + "'matchConstraints':{'resourceRules':[{'operations':['*'],'apiGroups':[''],"
                + "'apiVersions':['v1'],'resources':['configmaps']}]},'validations':[{"
                + "'expression':'true'}]}}");
    client()
        .post(
            201,
            ADMISSION + "validatingadmissionpolicybindings",
            "{'metadata':{'name':'b'},'spec':{'policyName':'p','validationActions':['Deny']}}");
    var refused = client().post(422, MAPS, "{'metadata':{'name':'a'}}");
    assertTrue(
        message(refused)
            .endsWith(
                "ValidatingAdmissionPolicy 'p' denied request: failed to configure policy: failed to"
                    + " find resource referenced by paramKind: 'q.io/v1, Kind=Q'"),
        message(refused));
  }

  @ParameterizedTest
  @CsvSource({
    "Never,Never,ab",
    "IfNeeded,Never,aba",
    "Never,IfNeeded,abb",
    "IfNeeded,IfNeeded,abab"
  })
  void whoWantsToIsAskedAgain(String first, String second, String letters) {
    policy("a", spec("Fail", applied(COUNTED.formatted("a"))).put("reinvocationPolicy", first));
    policy("b", spec("Fail", applied(COUNTED.formatted("b"))).put("reinvocationPolicy", second));
    bind("a", "{}");
    bind("b", "{}");
    var made = client().post(201, MAPS, "{'metadata':{'name':'a'}}");
    assertEquals(letters, annotation(made, "n"));
  }

  @Test
  void policiesComeBeforeWebhooksAndSeeTheirChangesInASecondRound() {
    policy(
        "a", spec("Fail", applied(COUNTED.formatted("a"))).put("reinvocationPolicy", "IfNeeded"));
    bind("a", "{}");
    hook("Never");
    assertEquals("aWa", annotation(client().post(201, MAPS, "{'metadata':{'name':'a'}}"), "n"));
    client().delete(200, ADMISSION + "mutatingwebhookconfigurations/hook");
    hook("IfNeeded");
    assertEquals("aWaW", annotation(client().post(201, MAPS, "{'metadata':{'name':'b'}}"), "n"));
  }

  @Test
  void aDryRunIsChangedAndToldSo() {
    policy(
        "p",
        "Fail",
        applied("Object{metadata: Object.metadata{labels: {\"dry\": string(request.dryRun)}}}"));
    bind("p", "{}");
    assertEquals(
        "true",
        label(client().post(201, MAPS + "?dryRun=All", "{'metadata':{'name':'a'}}"), "dry"));
    client().get(404, MAPS + "/a");
    assertEquals("false", label(client().post(201, MAPS, "{'metadata':{'name':'a'}}"), "dry"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          [JSONPatch{op:"add",path:"/nope",value:"x"}] | 500 | Internal error occurred: strict decoding error: unknown field "nope"
          [JSONPatch{op:"add",path:"/data",value:5}] | 500 | Internal error occurred: json: cannot unmarshal number into Go struct field ConfigMap.data of type map[string]string
          [JSONPatch{op:"replace",path:"/kind",value:"Nope"}] | 500 | Internal error occurred: no kind "Nope" is registered for version "v1"
          [JSONPatch{op:"replace",path:"/metadata/namespace",value:"x"}] | 400 | the namespace of the provided object does not match the namespace sent on the request
          [JSONPatch{op:"remove",path:"/metadata"}] | 422 | ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required
          [JSONPatch{op:"remove",path:"/data/no"}] | 403 | policy 'p' with binding 'p' denied request: JSON Patch: error in remove for path: '/data/no': Unable to remove nonexistent key: no: missing value
          [JSONPatch{op:"odd",path:"/data"}] | 403 | policy 'p' with binding 'p' denied request: JSON Patch: Unexpected kind: odd
          [JSONPatch{path:"/data"}] | 403 | policy 'p' with binding 'p' denied request: JSON Patch: Unexpected kind:
          [JSONPatch{op:"add",value:1}] | 403 | policy 'p' with binding 'p' denied request: JSON Patch: add operation does not apply: doc is missing path: "": missing value
          [JSONPatch{op:"add",path:"/metadata",value:Object.metadata{labels: Object.spec{}}}] | 403 | policy 'p' with binding 'p' denied request: type mismatch: unexpected type name "Object.spec", expected "Object.metadata.labels", which matches field name path from root Object type
          [JSONPatch{op:"test",path:"/data/a",value:"x"},JSONPatch{op:"remove",path:"/data"}] | 201 |
          [JSONPatch{op:"copy",from:"/data/a",path:"/data/c"},JSONPatch{op:"move",from:"/data/a",path:"/data/d"}] | 201 | {'c':'b','d':'b'}
          [JSONPatch{op:"add",path:"/data/q",value:b"abc"}] | 201 | {'a':'b','q':'YWJj'}
          [JSONPatch{op:"add",path:"/data/q",value:duration("90s")}] | 201 | {'a':'b','q':'90s'}
          """)
  void patchesDoWhatTheObjectAllows(String patch, int code, String outcome) {
    policy("p", "Fail", patched(patch));
    bind("p", "{}");
    var answer = client().post(code, MAPS, "{'metadata':{'name':'a'},'data':{'a':'b'}}");
    if (code == 201) {
      assertEquals(MemoryView.tree(outcome == null ? "{'a':'b'}" : outcome), answer.path("data"));
    } else {
      assertEquals(outcome, message(answer).strip());
      client().get(404, MAPS + "/a");
    }
  }

  @Test
  void eachMutationMayCostAsMuchAsOneMay() {
    // Nine tenths of what one expression may cost, twelve times; all may cost ten times as much.
    var mutations = new ArrayList<JsonNode>();
    for (var i = 0; i < 12; i++) {
      mutations.add(searching("[1,2,3,4,5,6,7,8,9,10]"));
    }
    policy("p", "Fail", mutations.toArray(JsonNode[]::new));
    bind("p", "{}");
    var map = MemoryView.tree("{'metadata':{'name':'a'}}");
    map.putObject("data").put("a", "a".repeat(30_000)).put("b", "b".repeat(300));
    assertEquals("true", label(client().post(201, MAPS, map), "c"));
    remove();
    policy("p", "Fail", searching("[1,2,3,4,5,6,7,8,9,10,11,12]"));
    bind("p", "{}");
    map.withObject("metadata").put("name", "b");
    assertTrue(
        message(client().post(403, MAPS, map))
            .endsWith("operation cancelled: actual cost limit exceeded"));
  }

  private static ObjectNode searching(String times) {
    return applied(
        "Object{metadata: Object.metadata{labels: {\"c\": string(%s.all(i,".formatted(times)
            + " !object.data.a.contains(object.data.b)))}}}");
  }

  @Test
  void variablesCanNotMakeObjects() {
    var spec = spec("Fail", applied("variables.v"));
    spec.putArray("variables").add(MemoryView.tree("{'name':'v','expression':'Object{}'}"));
    var policy = Json.object();
    policy.putObject("metadata").put("name", "p");
    policy.set("spec", spec);
    var refused = client().post(422, ADMISSION + "mutatingadmissionpolicies", policy);
    assertTrue(message(refused).contains("undeclared reference to 'Object'"), message(refused));
  }

  private static List<String> causes(ObjectNode status) {
    var causes = new ArrayList<String>();
    status.at("/details/causes").forEach(cause -> causes.add(Json.text(cause, "message")));
    return causes;
  }

  private static String label(ObjectNode object, String key) {
    return object.path("metadata").path("labels").path(key).asString("");
  }

  private static String annotation(ObjectNode object, String key) {
    return object.path("metadata").path("annotations").path(key).asString("");
  }

  private static ObjectNode applied(String expression) {
    var mutation = Json.object().put("patchType", "ApplyConfiguration");
    mutation.putObject("applyConfiguration").put("expression", expression);
    return mutation;
  }

  private static ObjectNode patched(String expression) {
    var mutation = Json.object().put("patchType", "JSONPatch");
    mutation.putObject("jsonPatch").put("expression", expression);
    return mutation;
  }

  private static ObjectNode spec(String failurePolicy, JsonNode... mutations) {
    var spec =
        MemoryView.tree(
            "{'reinvocationPolicy':'Never','matchConstraints':{'resourceRules':[{'operations':"
                + "['CREATE','UPDATE'],'apiGroups':[''],'apiVersions':['v1'],'resources':"
                + "['configmaps']}]}}");
    var list = spec.put("failurePolicy", failurePolicy).putArray("mutations");
    for (var mutation : mutations) {
      list.add(mutation);
    }
    return spec;
  }

  private static void policy(String name, String failurePolicy, JsonNode... mutations) {
    policy(name, spec(failurePolicy, mutations));
  }

  private static void policy(String name, ObjectNode spec) {
    var policy = Json.object();
    policy.putObject("metadata").put("name", name);
    policy.set("spec", spec);
    client().post(201, ADMISSION + "mutatingadmissionpolicies", policy);
  }

  private static void bind(String policy, String spec) {
    var binding = Json.object();
    binding.putObject("metadata").put("name", policy);
    binding.set("spec", MemoryView.tree(spec).put("policyName", policy));
    client().post(201, ADMISSION + "mutatingadmissionpolicybindings", binding);
  }

  private static void remove() {
    client().delete(200, ADMISSION + "mutatingadmissionpolicybindings");
    client().delete(200, ADMISSION + "mutatingadmissionpolicies");
  }

  private static void hook(String reinvocation) {
    var hook =
        MemoryView.tree(
            "{'name':'hook.example.com','sideEffects':'None','admissionReviewVersions':['v1'],"
                + "'rules':[{'operations':['CREATE'],'apiGroups':[''],'apiVersions':['v1'],"
                + "'resources':['configmaps']}]}");
    hook.put("reinvocationPolicy", reinvocation);
    hook.set("clientConfig", CLUSTER.webhook().clientConfig("/count"));
    var configuration = Json.object();
    configuration.putObject("metadata").put("name", "hook");
    configuration.putArray("webhooks").add(hook);
    client().post(201, ADMISSION + "mutatingwebhookconfigurations", configuration);
  }
}
