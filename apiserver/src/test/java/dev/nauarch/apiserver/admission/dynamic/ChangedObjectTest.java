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
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/**
 * What becomes of objects whose metadata or kind webhooks change, and of answers of wrong types.
 */
class ChangedObjectTest {

  private static final String FOOS = "/apis/changed.example.com/v1/namespaces/default/foos";

  private static volatile String response = "{'allowed':true}";
  private static volatile String patches = "[]";

  @RegisterExtension
  private static final AdmissionCluster CLUSTER = new AdmissionCluster(ChangedObjectTest::reply);

  private static Reply reply(String path, ObjectNode review) {
    return path.equals("/patch")
        ? Reviews.patch(review, patches)
        : Reviews.answer(review, response);
  }

  private static AdmissionClient client() {
    return CLUSTER.client();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {'op':'replace','path':'/metadata/name','value':'b'} | 422 | ConfigMap "b" is invalid: metadata.name: Invalid value: "b": field is immutable
          {'op':'remove','path':'/metadata/name'} | 422 | ConfigMap "" is invalid: [metadata.name: Required value: name or generateName is required, metadata.name: Invalid value: "": field is immutable]
          {'op':'replace','path':'/metadata/namespace','value':'b'} | 400 | the namespace of the provided object does not match the namespace sent on the request
          {'op':'remove','path':'/metadata/namespace'} | 200 |
          {'op':'add','path':'/metadata/uid','value':'u'} | 422 | ConfigMap "a" is invalid: metadata.uid: Invalid value: "u": field is immutable
          {'op':'remove','path':'/metadata/uid'} | 200 |
          {'op':'add','path':'/metadata/resourceVersion','value':'5'} | 409 | Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again
          {'op':'add','path':'/metadata/creationTimestamp','value':'2001-01-01T00:00:00Z'} | 200 |
          {'op':'add','path':'/metadata/deletionTimestamp','value':'2001-01-01T00:00:00Z'} | 422 | ConfigMap "a" is invalid: metadata.deletionTimestamp: Invalid value: "2001-01-01T00:00:00Z": field is immutable
          {'op':'add','path':'/metadata/deletionGracePeriodSeconds','value':5} | 422 | ConfigMap "a" is invalid: metadata.deletionGracePeriodSeconds: Invalid value: 5: field is immutable
          {'op':'remove','path':'/metadata'} | 422 | ConfigMap "" is invalid: [metadata.name: Required value: name or generateName is required, metadata.name: Invalid value: "": field is immutable]
          {'op':'replace','path':'/metadata','value':'x'} | 500 | Internal error occurred: json: cannot unmarshal string into Go struct field ConfigMap.metadata of type v1.ObjectMeta
          {'op':'remove','path':'/kind'} | 200 |
          {'op':'remove','path':'/apiVersion'} | 200 |
          {'op':'replace','path':'/kind','value':5} | 500 | Internal error occurred: couldn't get version/kind; json parse error: json: cannot unmarshal number into Go struct field .kind of type string
          {'op':'replace','path':'/kind','value':'Nope'} | 500 | Internal error occurred: no kind "Nope" is registered for version "v1"
          {'op':'replace','path':'/apiVersion','value':'a/b/c'} | 500 | Internal error occurred: unexpected GroupVersion string: a/b/c
          5 | 500 | Internal error occurred: failed calling webhook "hook.example.com": received undecodable patch in webhook response: json: cannot unmarshal number into Go value of type jsonpatch.Operation
          """)
  void anUpdateIsWhatItsObjectAllows(String patch, int code, String why) {
    client().post(201, MAPS, "{'metadata':{'name':'a'}}");
    var before = client().get(200, MAPS + "/a").path("metadata");
    hook("/patch", patch, "['UPDATE']");
    var answer = client().patch(code, MAPS + "/a", "{'data':{'k':'v'}}");
    assertEquals(why == null ? "" : why, message(answer));
    var after = client().get(200, MAPS + "/a");
    for (var field : List.of("name", "namespace", "uid", "creationTimestamp")) {
      assertEquals(before.path(field), after.path("metadata").path(field));
    }
    assertEquals(code == 200 ? "v" : "", after.path("data").path("k").asString(""));
    client().get(404, MAPS + "/b");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {'op':'replace','path':'/metadata/name','value':'b'} | 201 |
          {'op':'replace','path':'/metadata/name','value':'B b'} | 422 | ConfigMap "B b" is invalid: metadata.name: Invalid value: "B b": a lowercase
          {'op':'remove','path':'/metadata'} | 422 | ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required
          {'op':'replace','path':'/metadata/namespace','value':'b'} | 400 | the namespace of the provided object does not match the namespace sent on the request
          {'op':'remove','path':'/metadata/namespace'} | 201 |
          {'op':'add','path':'/metadata/resourceVersion','value':'5'} | 500 | resourceVersion should not be set on objects to be created
          {'op':'add','path':'/metadata/uid','value':'u'} | 201 |
          {'op':'add','path':'/metadata/deletionTimestamp','value':'2001-01-01T00:00:00Z'} | 201 |
          """)
  void whatIsCreatedMayBeNamedByAWebhook(String patch, int code, String why) {
    hook("/patch", patch, "['CREATE']");
    var answer = client().post(code, MAPS, "{'metadata':{'name':'a','namespace':'default'}}");
    if (why != null) {
      assertTrue(message(answer).startsWith(why), message(answer));
      client().get(404, MAPS + "/a");
    } else {
      var name = patch.contains("/metadata/name'") ? "b" : "a";
      assertEquals(name, Json.text(answer, "metadata", "name"));
      var made = client().get(200, MAPS + "/" + name).path("metadata");
      assertEquals(36, Json.text(made, "uid").length());
      assertTrue(made.path("deletionTimestamp").isMissingNode());
    }
  }

  @Test
  void aNameIsMadeAfterWebhooksHaveSeenTheObject() {
    hook("/patch", "{'op':'add','path':'/data','value':{'k':'v'}}", "['CREATE']");
    var made = client().post(201, MAPS, "{'metadata':{'generateName':'made-'}}");
    assertTrue(Json.text(made, "metadata", "name").startsWith("made-"));
    assertEquals("v", made.path("data").path("k").asString());
    var seen = CLUSTER.webhook().bodies().getFirst().path("request");
    assertTrue(seen.path("name").isMissingNode());
    assertTrue(seen.path("object").path("metadata").path("name").isMissingNode());
    var refused =
        client()
            .post(
                403,
                "/api/v1/namespaces/default/pods",
                "{'metadata':{'generateName':'made-'},'spec':{'serviceAccountName':'nobody',"
                    + "'containers':[{'name':'c','image':'i'}]}}");
    assertTrue(message(refused).startsWith("pods \"made-\" is forbidden: "), message(refused));
  }

  @Test
  void aClientToldWhatAnUpdateMayNotChange() {
    var made = client().post(201, MAPS, "{'metadata':{'name':'a'}}");
    var metadata = (ObjectNode) made.path("metadata");
    metadata.put("deletionTimestamp", "2001-01-01T00:00:00Z").put("generateName", "later-");
    assertEquals(
        "ConfigMap \"a\" is invalid: metadata.deletionTimestamp: Invalid value:"
            + " \"2001-01-01T00:00:00Z\": field is immutable",
        message(client().put(422, MAPS + "/a", made)));
    metadata.remove("deletionTimestamp");
    client().put(200, MAPS + "/a", made);
    assertEquals("later-", Json.text(client().get(200, MAPS + "/a"), "metadata", "generateName"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {'op':'replace','path':'/kind','value':'Bar'} | 422 | Bar.changed.example.com "a" is invalid: kind: Invalid value: "Bar": must be Foo
          {'op':'remove','path':'/kind'} | 500 | Internal error occurred: Object 'Kind' is missing in '{
          {'op':'replace','path':'/apiVersion','value':'v2'} | 500 | Internal error occurred: /v2, Kind=Foo is unstructured and is not suitable for converting to "changed.example.com/v1"
          {'op':'replace','path':'/metadata/name','value':'b'} | 201 |
          """)
  void customObjectsToo(String patch, int code, String why) {
    client()
        .send(
            client().status("GET", FOOS) == 200 ? 409 : 201,
            "POST",
            "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
            MemoryView.tree(
                    "{'metadata':{'name':'foos.changed.example.com'},'spec':{'group':"
                        + "'changed.example.com','names':{'plural':'foos','kind':'Foo'},'scope':"
                        + "'Namespaced','versions':[{'name':'v1','served':true,'storage':true,"
                        + "'schema':{'openAPIV3Schema':{'type':'object'}}}]}}")
                .toString(),
            "application/json");
    hook("/patch", patch, "['CREATE']");
    var foo = "{'apiVersion':'changed.example.com/v1','kind':'Foo','metadata':{'name':'a'}}";
    var answer = client().post(code, FOOS, foo);
    if (why == null) {
      client().get(200, FOOS + "/b");
    } else {
      assertTrue(message(answer).startsWith(why), message(answer));
    }
    client().delete(200, FOOS);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {'allowed':true,'warnings':'x'} | string into Go struct field AdmissionResponse.response.warnings of type []string
          {'allowed':true,'warnings':[1]} | number into Go struct field AdmissionResponse.response.warnings of type string
          {'allowed':true,'auditAnnotations':[]} | array into Go struct field AdmissionResponse.response.auditAnnotations of type map[string]string
          {'allowed':true,'auditAnnotations':{'a':{}}} | object into Go struct field AdmissionResponse.response.auditAnnotations of type string
          {'allowed':false,'status':'no'} | string into Go struct field AdmissionResponse.response.status of type v1.Status
          {'allowed':false,'status':{'code':'403'}} | string into Go struct field Status.response.status.code of type int32
          {'allowed':false,'status':{'code':4.5}} | number 4.5 into Go struct field Status.response.status.code of type int32
          {'allowed':false,'status':{'reason':5}} | number into Go struct field Status.response.status.reason of type v1.StatusReason
          {'allowed':true,'patchType':3} | number into Go struct field AdmissionResponse.response.patchType of type v1.PatchType
          """)
  void answersHaveTypes(String answer, String why) {
    response = answer;
    hook("/answer", "", "['CREATE']");
    assertEquals(
        "Internal error occurred: failed calling webhook \"hook.example.com\": failed to call"
            + " webhook: json: cannot unmarshal "
            + why,
        message(client().post(500, MAPS, "{'metadata':{'name':'a'}}")));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {"0,400", "-5,400", "200,400", "399,400", "418,418", "600,600", "1000,400"})
  void refusalsHaveCodes(int code, int answered) {
    response = "{'allowed':false,'status':{'code':%d,'message':'m'}}".formatted(code);
    hook("/answer", "", "['CREATE']");
    assertEquals(
        "admission webhook \"hook.example.com\" denied the request: m",
        message(client().post(answered, MAPS, "{'metadata':{'name':'a'}}")));
  }

  @Test
  void warningsAreCutWhereTheyAreTooLongTogether() {
    hook("/answer", "", "['CREATE']");
    var name = new int[1];
    var cases =
        List.of(
            List.of("one", "one", "", "tab\tand line\n", "gr\u00fc\u00dfe \u2603"),
            IntStream.range(0, 40).mapToObj(i -> "w" + i).toList(),
            List.of("y".repeat(3000)),
            List.of("y".repeat(3000), "z".repeat(1097), "short"),
            IntStream.range(0, 30).mapToObj(i -> i + "x".repeat(500)).toList());
    var told =
        cases.stream()
            .map(
                texts -> {
                  var warnings = Json.MAPPER.createArrayNode();
                  texts.forEach(warnings::add);
                  response = "{'allowed':true,'warnings':" + warnings + "}";
                  client().post(201, MAPS, "{'metadata':{'name':'w%d'}}".formatted(name[0]++));
                  return List.copyOf(client().warnings());
                })
            .toList();
    var bytes =
        new String(
            "gr\u00fc\u00dfe \u2603".getBytes(java.nio.charset.StandardCharsets.UTF_8),
            java.nio.charset.StandardCharsets.ISO_8859_1);
    assertEquals(List.of("one", "tab and line ", bytes), told.get(0));
    assertEquals(40, told.get(1).size());
    assertEquals(cases.get(2), told.get(2));
    assertEquals(List.of("y".repeat(256), "z".repeat(256), "short"), told.get(3));
    assertEquals(16, told.get(4).size());
    assertEquals(256, told.get(4).getLast().length());
  }

  private static void hook(String path, String patch, String operations) {
    patches = "[" + patch + "]";
    var hook =
        MemoryView.tree(
            ("{'name':'hook.example.com','sideEffects':'None','admissionReviewVersions':['v1'],"
                    + "'rules':[{'operations':%s,'apiGroups':['','changed.example.com'],"
                    + "'apiVersions':['v1'],'resources':['configmaps','foos']}]}")
                .formatted(operations));
    hook.set("clientConfig", CLUSTER.webhook().clientConfig(path));
    var configuration = Json.object();
    configuration.putObject("metadata").put("name", "changed");
    configuration.putArray("webhooks").add(hook);
    client().post(201, ADMISSION + "mutatingwebhookconfigurations", configuration);
  }
}
