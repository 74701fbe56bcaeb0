package dev.nauarch.apiserver.admission.dynamic;

import static dev.nauarch.apiserver.admission.dynamic.AdmissionClient.ADMISSION;
import static dev.nauarch.apiserver.admission.dynamic.AdmissionClient.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.port.MemoryView;
import dev.nauarch.apiserver.webhook.WebhookServer.Reply;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What webhooks are shown of writes to subresources, and of posts that store nothing. */
class SubresourceAdmissionTest {

  private static final String VALIDATING = ADMISSION + "validatingwebhookconfigurations";
  private static final String MUTATING = ADMISSION + "mutatingwebhookconfigurations";
  private static final String PODS = "/api/v1/namespaces/default/pods";
  private static final String DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments";

  @RegisterExtension
  private static final AdmissionCluster CLUSTER =
      new AdmissionCluster((path, body) -> answer(path, body.path("request")));

  @AfterEach
  void forget() {
    client().delete(200, PODS + "?gracePeriodSeconds=0");
    client().delete(200, DEPLOYMENTS);
  }

  private static AdmissionClient client() {
    return CLUSTER.client();
  }

  @Test
  void aScaleIsShownAsAScale() {
    deployment();
    ask(VALIDATING, "/allow", "'UPDATE'", "apps", "*", "deployments/scale");
    client().patch(200, DEPLOYMENTS + "/d/scale", "{'spec':{'replicas':3}}");
    var request = onlyRequest();
    assertEquals(
        MemoryView.tree("{'group':'autoscaling','version':'v1','kind':'Scale'}"),
        request.path("kind"));
    assertEquals("deployments", request.at("/resource/resource").asString());
    assertEquals("scale", request.path("subResource").asString());
    assertEquals("UPDATE", request.path("operation").asString());
    assertEquals("Scale", request.at("/object/kind").asString());
    assertEquals(3, request.at("/object/spec/replicas").asInt());
    assertEquals(1, request.at("/oldObject/spec/replicas").asInt());
    // Who asks for the object itself is not asked about its scale.
    client().delete(200, VALIDATING);
    CLUSTER.webhook().bodies().clear();
    ask(VALIDATING, "/deny", "'UPDATE'", "apps", "*", "deployments");
    var scale = client().get(200, DEPLOYMENTS + "/d/scale");
    Json.childOf(scale, "spec").put("replicas", 2);
    client().put(200, DEPLOYMENTS + "/d/scale", scale);
    assertEquals(List.of(), CLUSTER.webhook().bodies());
  }

  @Test
  void aScaleCanBeChangedAndRefused() {
    deployment();
    ask(MUTATING, "/seven", "'UPDATE'", "apps", "v1", "deployments/scale");
    var scaled = client().patch(200, DEPLOYMENTS + "/d/scale", "{'spec':{'replicas':3}}");
    assertEquals(7, scaled.at("/spec/replicas").asInt());
    assertEquals(7, client().get(200, DEPLOYMENTS + "/d").at("/spec/replicas").asInt());
    ask(VALIDATING, "/deny", "'UPDATE'", "apps", "v1", "deployments/scale");
    var refused = client().patch(400, DEPLOYMENTS + "/d/scale", "{'spec':{'replicas':3}}");
    assertEquals("admission webhook \"a.b.c\" denied the request: no", message(refused));
  }

  @Test
  void anEquivalentVersionIsAskedAboutItsScale() {
    client()
        .post(
            201,
            "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
            "{'metadata':{'name':'crews.example.com'},'spec':{'group':'example.com','scope':"
                + "'Namespaced','names':{'plural':'crews','kind':'Crew'},'versions':[%s,%s]}}"
                    .formatted(version("v1", true), version("v2", false)));
    var crews = "/apis/example.com/v2/namespaces/default/crews";
    for (var tries = 0; client().status("GET", crews) == 404 && tries < 500; tries++) {
      Thread.onSpinWait();
    }
    client()
        .post(
            201,
            crews,
            "{'apiVersion':'example.com/v2','kind':'Crew','metadata':{'name':'c'},'spec':{'replicas':1}}");
    ask(VALIDATING, "/allow", "'UPDATE'", "example.com", "v1", "crews/scale");
    client().patch(200, crews + "/c/scale", "{'spec':{'replicas':5}}");
    var request = onlyRequest();
    assertEquals("v1", request.at("/resource/version").asString());
    assertEquals("v2", request.at("/requestResource/version").asString());
    assertEquals("Scale", request.at("/kind/kind").asString());
    assertEquals(5, request.at("/object/spec/replicas").asInt());
    assertEquals(1, request.at("/oldObject/spec/replicas").asInt());
    client().delete(200, VALIDATING);
    CLUSTER.webhook().bodies().clear();
    var hook = configuration("/allow", "'UPDATE'", "example.com", "v1", "crews/scale");
    ((ObjectNode) hook.path("webhooks").path(0)).put("matchPolicy", "Exact");
    client().post(201, VALIDATING, hook);
    client().patch(200, crews + "/c/scale", "{'spec':{'replicas':6}}");
    assertEquals(List.of(), CLUSTER.webhook().bodies());
  }

  private static String version(String name, boolean isStored) {
    return ("{'name':'%s','served':true,'storage':%b,'subresources':{'scale':{'specReplicasPath':"
            + "'.spec.replicas','statusReplicasPath':'.status.replicas'}},'schema':{'openAPIV3Schema':"
            + "{'type':'object','properties':{'spec':{'type':'object','properties':{'replicas':{"
            + "'type':'integer'}}},'status':{'type':'object','properties':{'replicas':{'type':"
            + "'integer'}}}}}}}")
        .formatted(name, isStored);
  }

  @Test
  void anEvictionIsCreatedAndItsPodNotDeleted() {
    pod();
    ask(VALIDATING, "/deny", "'CREATE'", "", "*", "pods/eviction");
    var eviction = "{'apiVersion':'policy/v1','kind':'Eviction','metadata':{'name':'p'}}";
    var refused = client().post(400, PODS + "/p/eviction", eviction);
    assertEquals("admission webhook \"a.b.c\" denied the request: no", message(refused));
    var request = onlyRequest();
    assertEquals("policy", request.at("/kind/group").asString());
    assertEquals("Eviction", request.at("/kind/kind").asString());
    assertEquals("eviction", request.path("subResource").asString());
    assertEquals("CREATE", request.path("operation").asString());
    assertEquals("p", request.path("name").asString());
    assertEquals("p", request.at("/object/metadata/name").asString());
    assertTrue(request.path("oldObject").isNull());
    client().get(200, PODS + "/p");
    client().delete(200, VALIDATING);
    ask(VALIDATING, "/deny", "'DELETE','UPDATE'", "", "*", "pods/*");
    ask(VALIDATING, "d", "/deny", "'DELETE','UPDATE'", "", "*", "pods");
    client().post(201, PODS + "/p/eviction", eviction);
  }

  @Test
  void aDryRunOfAnEvictionNeedsAWebhookWithoutSideEffects() {
    pod();
    var hook = configuration("/allow", "'CREATE'", "", "v1", "pods/eviction");
    ((ObjectNode) hook.path("webhooks").path(0)).put("sideEffects", "NoneOnDryRun");
    client().post(201, VALIDATING, hook);
    client().post(201, PODS + "/p/eviction?dryRun=All", "{'metadata':{'name':'p'}}");
    assertTrue(onlyRequest().path("dryRun").asBoolean());
    client().get(200, PODS + "/p");
  }

  @Test
  void aBindingIsCreatedAndItsPodNotUpdated() {
    pod();
    ask(VALIDATING, "/deny", "'UPDATE'", "", "*", "*/*");
    ask(MUTATING, "/allow", "'CREATE'", "", "v1", "pods/binding");
    client()
        .post(
            201,
            PODS + "/p/binding",
            "{'metadata':{'name':'p'},'target':{'kind':'Node','name':'n'}}");
    var request = onlyRequest();
    assertEquals("Binding", request.at("/kind/kind").asString());
    assertEquals("n", request.at("/object/target/name").asString());
    assertEquals("n", client().get(200, PODS + "/p").at("/spec/nodeName").asString());
  }

  @Test
  void aTokenIsCreatedAsItIsChanged() {
    ask(MUTATING, "/audience", "'CREATE'", "", "v1", "serviceaccounts/token");
    var made =
        client()
            .post(
                201,
                "/api/v1/namespaces/default/serviceaccounts/default/token",
                "{'spec':{'audiences':['mine']}}");
    assertEquals("theirs", made.at("/spec/audiences/0").asString());
    var request = onlyRequest();
    assertEquals("authentication.k8s.io", request.at("/kind/group").asString());
    assertEquals("TokenRequest", request.at("/kind/kind").asString());
    assertEquals("mine", request.at("/object/spec/audiences/0").asString());
  }

  @Test
  void reviewsAreCreatedToo() {
    ask(VALIDATING, "/deny", "'CREATE'", "authorization.k8s.io", "v1", "selfsubjectaccessreviews");
    client()
        .post(
            400,
            "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
            "{'spec':{'nonResourceAttributes':{'path':'/','verb':'get'}}}");
    assertEquals("SelfSubjectAccessReview", onlyRequest().at("/kind/kind").asString());
  }

  @ParameterizedTest
  @CsvSource({
    "pods/p/exec?command=ls&container=c, exec, PodExecOptions",
    "pods/p/attach?container=c, attach, PodAttachOptions",
    "pods/p/portforward?ports=80, portforward, PodPortForwardOptions",
    "pods/p/proxy/some/where, proxy, PodProxyOptions",
    "services/s/proxy/some/where, proxy, ServiceProxyOptions",
  })
  void connectionsAreShownAsTheirOptions(String path, String part, String kind) {
    pod();
    ask(VALIDATING, "/deny", "'CONNECT'", "", "v1", "*/*");
    var refused = client().post(400, "/api/v1/namespaces/default/" + path, "{}");
    assertEquals("admission webhook \"a.b.c\" denied the request: no", message(refused));
    var request = onlyRequest();
    assertEquals("CONNECT", request.path("operation").asString());
    assertEquals(part, request.path("subResource").asString());
    assertEquals(kind, request.at("/kind/kind").asString());
    assertEquals(kind, request.at("/object/kind").asString());
    if (part.equals("proxy")) {
      assertEquals("some/where", request.at("/object/path").asString().replaceFirst("^/", ""));
    }
  }

  private static void pod() {
    client()
        .post(
            201,
            PODS,
            "{'metadata':{'name':'p'},'spec':{'containers':[{'name':'c','image':'i'}]}}");
  }

  private static void deployment() {
    client()
        .post(
            201,
            DEPLOYMENTS,
            "{'metadata':{'name':'d'},'spec':{'replicas':1,'selector':{'matchLabels':{'a':'a'}},"
                + "'template':{'metadata':{'labels':{'a':'a'}},'spec':{'containers':[{'name':'c',"
                + "'image':'i'}]}}}}");
  }

  private static JsonNode onlyRequest() {
    assertEquals(1, CLUSTER.webhook().bodies().size(), CLUSTER.webhook().bodies().toString());
    return CLUSTER.webhook().bodies().getFirst().path("request");
  }

  private static void ask(
      String path, String hook, String operations, String group, String version, String resource) {
    client().post(201, path, configuration(hook, operations, group, version, resource));
  }

  private static void ask(
      String path,
      String name,
      String hook,
      String operations,
      String group,
      String version,
      String resource) {
    var configuration = configuration(hook, operations, group, version, resource);
    Json.childOf(configuration, "metadata").put("name", name);
    client().post(201, path, configuration);
  }

  private static ObjectNode configuration(
      String hook, String operations, String group, String version, String resource) {
    var configuration =
        MemoryView.tree(
            ("{'metadata':{'name':'c'},'webhooks':[{'name':'a.b.c','sideEffects':'None',"
                    + "'admissionReviewVersions':['v1'],'rules':[{'operations':[%s],'apiGroups':['%s'],"
                    + "'apiVersions':['%s'],'resources':['%s']}]}]}")
                .formatted(operations, group, version, resource));
    ((ObjectNode) configuration.path("webhooks").path(0))
        .set("clientConfig", CLUSTER.webhook().clientConfig(hook));
    return configuration;
  }

  private static Reply answer(String path, JsonNode request) {
    var response = Json.object().put("uid", request.path("uid").asString());
    response.put("allowed", !path.equals("/deny"));
    response.putObject("status").put("message", "no");
    var patch =
        switch (path) {
          case "/seven" -> "[{'op':'replace','path':'/spec/replicas','value':7}]";
          case "/audience" -> "[{'op':'replace','path':'/spec/audiences','value':['theirs']}]";
          default -> "";
        };
    if (!patch.isEmpty()) {
      var bytes = patch.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
      response.put("patchType", "JSONPatch");
      response.put("patch", Base64.getEncoder().encodeToString(bytes));
    }
    var review = Json.object().put("kind", "AdmissionReview");
    review.put("apiVersion", "admission.k8s.io/v1").set("response", response);
    return new Reply.Answer(review);
  }
}
