package dev.nauarch.apiserver.admission.dynamic;

import static dev.nauarch.apiserver.admission.dynamic.AdmissionClient.ADMISSION;
import static dev.nauarch.apiserver.admission.dynamic.AdmissionClient.MAPS;
import static dev.nauarch.apiserver.admission.dynamic.AdmissionClient.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.port.MemoryView;
import dev.nauarch.apiserver.webhook.WebhookServer;
import dev.nauarch.apiserver.webhook.WebhookServer.Reply;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Webhooks that are asked about requests, over the wire on both sides. */
class WebhookAdmissionTest {

  private static final String RULE =
      "{'operations':['*'],'apiGroups':[''],'apiVersions':['v1'],'resources':['configmaps']}";

  /** What the webhook does with a review, by the path that it is asked at. */
  private static final Map<String, Function<ObjectNode, Reply>> BEHAVIOURS =
      new ConcurrentHashMap<>();

  @RegisterExtension
  private static final AdmissionCluster CLUSTER =
      new AdmissionCluster(
          (path, body) -> BEHAVIOURS.getOrDefault(path, Reviews::allow).apply(body));

  @AfterEach
  void forget() {
    BEHAVIOURS.clear();
  }

  private static AdmissionClient client() {
    return CLUSTER.client();
  }

  private static WebhookServer webhook() {
    return CLUSTER.webhook();
  }

  @Test
  void aWebhookSeesTheWholeRequest() {
    validating("{}");
    client().post(201, MAPS + "?fieldManager=me", "{'metadata':{'name':'a','labels':{'l':'v'}}}");
    var review = webhook().bodies().getFirst();
    assertEquals("AdmissionReview", Json.text(review, "kind"));
    assertEquals("admission.k8s.io/v1", Json.text(review, "apiVersion"));
    var request = review.path("request");
    assertEquals(36, request.path("uid").asString().length());
    assertEquals(
        MemoryView.tree("{'group':'','version':'v1','kind':'ConfigMap'}"), request.path("kind"));
    assertEquals(
        MemoryView.tree("{'group':'','version':'v1','resource':'configmaps'}"),
        request.path("requestResource"));
    assertEquals("a", request.path("name").asString());
    assertEquals("default", request.path("namespace").asString());
    assertEquals("CREATE", request.path("operation").asString());
    assertTrue(request.path("userInfo").path("groups").toString().contains("system:masters"));
    assertEquals("ConfigMap", request.path("object").path("kind").asString());
    assertEquals("v", request.path("object").path("metadata").path("labels").path("l").asString());
    assertTrue(request.path("oldObject").isNull());
    assertFalse(request.path("dryRun").asBoolean());
    assertEquals(
        MemoryView.tree(
            "{'kind':'CreateOptions','apiVersion':'meta.k8s.io/v1','fieldManager':'me'}"),
        request.path("options"));
    client().patch(200, MAPS + "/a", "{'data':{'k':'v'}}");
    var update = webhook().bodies().getLast().path("request");
    assertEquals("UPDATE", update.path("operation").asString());
    assertEquals("UpdateOptions", update.path("options").path("kind").asString());
    assertEquals("v", update.path("object").path("data").path("k").asString());
    assertTrue(update.path("oldObject").path("data").isMissingNode());
    client().delete(200, MAPS + "/a");
    var delete = webhook().bodies().getLast().path("request");
    assertEquals("DELETE", delete.path("operation").asString());
    assertTrue(delete.path("object").isNull());
    assertEquals("a", delete.path("oldObject").path("metadata").path("name").asString());
  }

  @Test
  void aRefusalIsPassedOn() {
    BEHAVIOURS.put(
        "/validate",
        review ->
            Reviews.answer(
                review,
                "{'allowed':false,'status':{'message':'no such','code':418,'reason':'Teapot',"
                    + "'details':{'causes':[{'reason':'Odd','field':'f','message':'m'}]}},"
                    + "'warnings':['mind the gap']}"));
    validating("{}");
    var refused = client().post(418, MAPS, "{'metadata':{'name':'a'}}");
    assertEquals(
        "admission webhook \"validate.example.com\" denied the request: no such", message(refused));
    assertEquals("Teapot", Json.text(refused, "reason"));
    assertEquals("m", refused.path("details").path("causes").path(0).path("message").asString());
    assertEquals(List.of("mind the gap"), client().warnings());
    BEHAVIOURS.put("/validate", review -> Reviews.answer(review, "{'allowed':false}"));
    refused = client().post(400, MAPS, "{'metadata':{'name':'a'}}");
    assertEquals(
        "admission webhook \"validate.example.com\" denied the request without explanation",
        message(refused));
    BEHAVIOURS.put(
        "/validate",
        review ->
            Reviews.answer(review, "{'allowed':false,'status':{'reason':'Because','code':200}}"));
    refused = client().post(400, MAPS, "{'metadata':{'name':'a'}}");
    assertEquals(
        "admission webhook \"validate.example.com\" denied the request: Because", message(refused));
  }

  @Test
  void refusedDeletionsHappenOneByOne() {
    BEHAVIOURS.put(
        "/validate",
        review ->
            Reviews.answer(
                review,
                review.path("request").path("operation").asString().equals("DELETE")
                    ? "{'allowed':false,'status':{'message':'stay'}}"
                    : "{'allowed':true}"));
    validating("{}");
    client().post(201, MAPS, "{'metadata':{'name':'a'}}");
    client().delete(400, MAPS + "/a");
    client().delete(400, MAPS);
    client().get(200, MAPS + "/a");
    client().delete(200, ADMISSION + "validatingwebhookconfigurations/validate");
    client().delete(200, MAPS + "/a");
  }

  @Test
  void aPatchChangesTheObject() {
    BEHAVIOURS.put(
        "/mutate",
        review ->
            Reviews.patch(review, "[{'op':'add','path':'/data','value':{'from':'webhook'}}]"));
    mutating("mutate", "{}");
    var made = client().post(201, MAPS, "{'metadata':{'name':'a'}}");
    assertEquals("webhook", made.path("data").path("from").asString());
    assertEquals("webhook", client().get(200, MAPS + "/a").path("data").path("from").asString());
    // A patch of nothing, and one of another kind of object, in an update.
    BEHAVIOURS.put("/mutate", review -> Reviews.patch(review, "[]"));
    client().patch(200, MAPS + "/a", "{'data':{'k':'v'}}");
    BEHAVIOURS.put(
        "/mutate",
        review -> Reviews.patch(review, "[{'op':'replace','path':'/kind','value':'Pod'}]"));
    assertTrue(
        message(client().patch(500, MAPS + "/a", "{'data':{'k':'w'}}"))
            .startsWith("Internal error occurred: the patched object is of kind"));
    BEHAVIOURS.put(
        "/mutate",
        review ->
            Reviews.patch(review, "[{'op':'replace','path':'/metadata/namespace','value':'x'}]"));
    client().patch(400, MAPS + "/a", "{'data':{'k':'w'}}");
    client().delete(500, MAPS + "/a");
    client().delete(200, ADMISSION + "mutatingwebhookconfigurations/mutate");
  }

  @Test
  void mutationsAreSeenByLaterOnesAndByWhoAsksAgain() {
    BEHAVIOURS.put("/first", review -> count(review, "first"));
    BEHAVIOURS.put("/second", review -> count(review, "second"));
    mutating("a-first", "first", "{'reinvocationPolicy':'IfNeeded'}");
    mutating("b-second", "second", "{}");
    var made = client().post(201, MAPS, "{'metadata':{'name':'a'},'data':{'n':''}}");
    // The first sees the second's change and is asked again, the second is not.
    assertEquals("first second first ", made.path("data").path("n").asString());
    assertEquals(3, webhook().bodies().size());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'response':null} | received invalid webhook response: webhook response was absent",
        "{'response':{'uid':'x','allowed':true}} | received invalid webhook response: expected"
            + " response.uid=",
        "{'kind':'AdmissionReview','apiVersion':'admission.k8s.io/v2','response':{'uid':'UID',"
            + "'allowed':true}} | received invalid webhook response: expected webhook response of"
            + " admission.k8s.io/v1, Kind=AdmissionReview, got admission.k8s.io/v2,"
            + " Kind=AdmissionReview",
        "{'response':{'uid':'UID','allowed':true}} | received invalid webhook response: expected"
            + " webhook response of admission.k8s.io/v1, Kind=AdmissionReview, got /, Kind=",
        "{REVIEW,'response':{'uid':'UID','allowed':'yes'}} | failed to call webhook: json: cannot"
            + " unmarshal string into Go struct field AdmissionResponse.response.allowed of type"
            + " bool",
        "{REVIEW,'response':{'uid':'UID','allowed':true,'patch':'W10='}} | received invalid webhook"
            + " response: webhook returned response.patch but not response.patchType",
        "{REVIEW,'response':{'uid':'UID','allowed':true,'patchType':'JSONPatch'}} | received"
            + " invalid webhook response: webhook returned response.patchType but not"
            + " response.patch",
        "{REVIEW,'response':{'uid':'UID','allowed':true,'patchType':'Odd','patch':'W10='}} |"
            + " unsupported patch type \"Odd\"",
        "{REVIEW,'response':{'uid':'UID','allowed':true,'patchType':'JSONPatch','patch':'!'}} |"
            + " failed to call webhook: illegal base64 data in response.patch",
        "{REVIEW,'response':{'uid':'UID','allowed':true,'patchType':'JSONPatch','patch':'e30='}} |"
            + " received undecodable patch in webhook response: json: cannot unmarshal object"
            + " into Go value of type jsonpatch.Patch",
      })
  void answersThatLieAreFailures(String answer, String why) {
    BEHAVIOURS.put(
        "/mutate",
        review ->
            new Reply.Answer(
                MemoryView.tree(
                    answer
                        .replace(
                            "REVIEW", "'kind':'AdmissionReview','apiVersion':'admission.k8s.io/v1'")
                        .replace("UID", review.path("request").path("uid").asString()))));
    mutating("mutate", "{'failurePolicy':'Fail'}");
    var refused = client().post(500, MAPS, "{'metadata':{'name':'a'}}");
    var prefix = "Internal error occurred: failed calling webhook \"mutate.example.com\": ";
    assertTrue(message(refused).startsWith(prefix + why), message(refused));
    assertEquals("InternalError", Json.text(refused, "reason"));
    client().delete(200, ADMISSION + "mutatingwebhookconfigurations/mutate");
    mutating("mutate", "{'failurePolicy':'Ignore'}");
    client().post(201, MAPS, "{'metadata':{'name':'a'}}");
  }

  @Test
  void aPatchThatDoesNotApplyIsAnInternalError() {
    BEHAVIOURS.put(
        "/mutate", review -> Reviews.patch(review, "[{'op':'remove','path':'/no/such/place'}]"));
    mutating("mutate", "{'failurePolicy':'Ignore'}");
    var refused = client().post(500, MAPS, "{'metadata':{'name':'a'}}");
    assertTrue(
        message(refused).startsWith("Internal error occurred: remove operation does not apply"),
        message(refused));
  }

  @Test
  void aPatchOfWhatIsDeletedIsAnInternalError() {
    client().post(201, MAPS, "{'metadata':{'name':'a'}}");
    BEHAVIOURS.put(
        "/mutate", review -> Reviews.patch(review, "[{'op':'add','path':'/data','value':{}}]"));
    mutating("mutate", "{}");
    assertEquals(
        "Internal error occurred: admission webhook \"mutate.example.com\" attempted to modify the"
            + " object, which is not supported for this operation",
        message(client().delete(500, MAPS + "/a")));
    client().delete(200, ADMISSION + "mutatingwebhookconfigurations/mutate");
  }

  @Test
  void silenceAndGarbageAreFailures() {
    BEHAVIOURS.put("/validate", _ -> new Reply.Silence());
    validating("{'timeoutSeconds':1}");
    var refused = client().post(500, MAPS, "{'metadata':{'name':'a'}}");
    assertEquals(
        "Internal error occurred: failed calling webhook \"validate.example.com\": failed to call"
            + " webhook: Post \"https://127.0.0.1:"
            + webhook().port()
            + "/validate?timeout=1s\": context deadline exceeded",
        message(refused));
    BEHAVIOURS.put("/validate", _ -> new Reply.Raw("HTTP/1.1 200 OK\r\n\r\n<html>"));
    refused = client().post(500, MAPS, "{'metadata':{'name':'a'}}");
    assertTrue(message(refused).contains("json parse error"), message(refused));
    BEHAVIOURS.put("/validate", _ -> new Reply.Raw(""));
    refused = client().post(500, MAPS, "{'metadata':{'name':'a'}}");
    assertTrue(message(refused).endsWith(": EOF"), message(refused));
    client().delete(200, ADMISSION + "validatingwebhookconfigurations/validate");
    validating("{'failurePolicy':'Ignore'}");
    client().post(201, MAPS, "{'metadata':{'name':'a'}}");
  }

  @Test
  void selectorsAndConditionsLeaveRequestsAlone() {
    BEHAVIOURS.put("/validate", review -> Reviews.answer(review, "{'allowed':false}"));
    validating(
        "{'objectSelector':{'matchLabels':{'watched':'yes'}},'namespaceSelector':{'matchLabels':"
            + "{'kubernetes.io/metadata.name':'default'}},'matchConditions':[{'name':'c','expression':'object"
            + " == null || !has(object.data) || object.data.skip !="
            + " string(1)'},{'name':'d','expression':'request.userInfo.groups.exists(g, g =="
            + " string(g))'},"
            + "{'name':'e','expression':'authorizer.requestResource.check(request.operation"
            + ".lowerAscii()).allowed()'}]}");
    client().post(201, MAPS, "{'metadata':{'name':'a'}}");
    client()
        .post(
            400, MAPS, "{'metadata':{'name':'b','labels':{'watched':'yes'}},'data':{'skip':'0'}}");
    client()
        .post(
            201, MAPS, "{'metadata':{'name':'b','labels':{'watched':'yes'}},'data':{'skip':'1'}}");
    var elsewhere = MAPS.replace("default", "kube-system");
    client().post(201, elsewhere, "{'metadata':{'name':'a','labels':{'watched':'yes'}}}");
    client().delete(200, elsewhere + "/a");
    // An object that had the label is watched too.
    client().patch(400, MAPS + "/b", "{'metadata':{'labels':null},'data':{'skip':'0'}}");
    client().delete(200, ADMISSION + "validatingwebhookconfigurations/validate");
  }

  @Test
  void aConditionThatFailsFollowsTheFailurePolicy() {
    var condition = "'matchConditions':[{'name':'c','expression':'object.data.no == string(1)'}]";
    validating("{'failurePolicy':'Fail'," + condition + "}");
    var refused = client().post(403, MAPS, "{'metadata':{'name':'a'},'data':{}}");
    assertEquals(
        "configmaps \"a\" is forbidden: expression 'object.data.no == string(1)' resulted in error:"
            + " no such key: data",
        message(refused));
    client().delete(200, ADMISSION + "validatingwebhookconfigurations/validate");
    validating("{'failurePolicy':'Ignore'," + condition + "}");
    client().post(201, MAPS, "{'metadata':{'name':'a'}}");
    assertEquals(List.of(), webhook().bodies());
  }

  @Test
  void aDryRunIsToldAndNeedsNoSideEffects() {
    validating("{}");
    client().post(201, MAPS + "?dryRun=All", "{'metadata':{'name':'a'}}");
    assertTrue(webhook().bodies().getFirst().path("request").path("dryRun").asBoolean());
    client().get(404, MAPS + "/a");
  }

  @Test
  void nobodyIsAskedAboutConfigurations() {
    BEHAVIOURS.put("/validate", review -> Reviews.answer(review, "{'allowed':false}"));
    validating(
        "{'rules':[{'operations':['*'],'apiGroups':['*'],'apiVersions':['*'],'resources':['*/*']}]}");
    client().post(400, "/api/v1/namespaces", "{'metadata':{'name':'n'}}");
    var path = ADMISSION + "validatingwebhookconfigurations/validate";
    client().patch(200, path, "{'metadata':{'labels':{'a':'b'}}}");
    client().delete(200, path);
    client().post(201, MAPS, "{'metadata':{'name':'a'}}");
  }

  @Test
  void statusAndOtherPartsAreAskedForByName() {
    client().post(201, "/api/v1/namespaces", "{'metadata':{'name':'parts'}}");
    validating(
        "{'rules':[{'operations':['UPDATE'],'apiGroups':[''],'apiVersions':['*'],'resources':"
            + "['namespaces/status'],'scope':'Cluster'}]}");
    client().patch(200, "/api/v1/namespaces/parts", "{'metadata':{'labels':{'a':'b'}}}");
    assertEquals(List.of(), webhook().bodies());
    client().patch(200, "/api/v1/namespaces/parts/status", "{'status':{'conditions':[]}}");
    var request = webhook().bodies().getFirst().path("request");
    assertEquals("status", request.path("subResource").asString());
    assertEquals("parts", request.path("namespace").asString());
  }

  @Test
  void anEquivalentVersionIsAskedInItsOwn() {
    validating(
        "{'matchPolicy':'Equivalent','rules':[{'operations':['CREATE'],'apiGroups':["
            + "'events.k8s.io'],'apiVersions':['v1'],'resources':['events']}]}");
    var event =
        "{'metadata':{'name':'e','namespace':'default'},'involvedObject':{'kind':'Pod','name':'p',"
            + "'namespace':'default'},'message':'hello','reason':'r','type':'Normal'}";
    client().post(201, "/api/v1/namespaces/default/events", event);
    var request = webhook().bodies().getFirst().path("request");
    assertEquals("events.k8s.io", request.path("kind").path("group").asString());
    assertEquals("", request.path("requestKind").path("group").asString());
    assertEquals("hello", request.path("object").path("note").asString());
  }

  private static ObjectNode configuration(String name, String path, String change) {
    var hook =
        MemoryView.tree(
            ("{'name':'%s.example.com','sideEffects':'None','admissionReviewVersions':['v1'],"
                    + "'rules':[%s]}")
                .formatted(path, RULE));
    hook.set("clientConfig", webhook().clientConfig("/" + path));
    hook.setAll(MemoryView.tree(change));
    var configuration = Json.object();
    configuration.putObject("metadata").put("name", name);
    configuration.putArray("webhooks").add(hook);
    return configuration;
  }

  private static void validating(String change) {
    client()
        .post(
            201,
            ADMISSION + "validatingwebhookconfigurations",
            configuration("validate", "validate", change));
  }

  private static void mutating(String path, String change) {
    mutating("mutate", path, change);
  }

  private static void mutating(String name, String path, String change) {
    client()
        .post(201, ADMISSION + "mutatingwebhookconfigurations", configuration(name, path, change));
  }

  private static Reply count(JsonNode review, String name) {
    var before = review.path("request").path("object").path("data").path("n").asString("");
    var patch = "[{'op':'replace','path':'/data/n','value':'" + before + name + " '}]";
    return Reviews.patch(review, patch);
  }
}
