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
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What webhooks are asked about beyond plain objects, and how they are found. */
class WebhookReachTest {

  private static final String CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
  private static final String VALIDATING = ADMISSION + "validatingwebhookconfigurations";
  private static final String MUTATING = ADMISSION + "mutatingwebhookconfigurations";

  @RegisterExtension
  private static final AdmissionCluster CLUSTER =
      new AdmissionCluster((path, body) -> answer(path, body.path("request")));

  private static AdmissionClient client() {
    return CLUSTER.client();
  }

  private static WebhookServer webhook() {
    return CLUSTER.webhook();
  }

  @Test
  void aConnectionCanBeRefused() {
    var pods = "/api/v1/namespaces/default/pods";
    client()
        .post(
            201,
            pods,
            "{'metadata':{'name':'p'},'spec':{'containers':[{'name':'c','image':'i'}]}}");
    configure(
        VALIDATING, "/deny", "'operations':['CONNECT'],'apiGroups':[''],'resources':['pods/*']");
    var refused = client().post(400, pods + "/p/exec?command=ls&container=c", "{}");
    assertEquals("admission webhook \"a.b.c\" denied the request: no", message(refused));
    var request = webhook().bodies().getFirst().path("request");
    assertEquals("CONNECT", request.path("operation").asString());
    assertEquals("exec", request.path("subResource").asString());
    assertEquals("PodExecOptions", request.path("kind").path("kind").asString());
    assertEquals("ls", request.path("object").path("command").path(0).asString());
    assertTrue(request.path("options").isNull());
  }

  @Test
  void customObjectsAreChangedAndPruned() {
    client()
        .post(
            201,
            CRDS,
            "{'metadata':{'name':'things.example.com'},'spec':{'group':'example.com','scope':'Cluster',"
                + "'names':{'plural':'things','kind':'Thing'},'versions':[{'name':'v1','served':true,"
                + "'storage':true,'schema':{'openAPIV3Schema':{'type':'object','properties':{'spec':{"
                + "'type':'object','properties':{'n':{'type':'string'},'filled':{'type':'string',"
                + "'default':'in'}}}}}}}]}}");
    configure(
        MUTATING,
        "/mutate",
        "'operations':['CREATE'],'apiGroups':['example.com'],'resources':['things']");
    var things = "/apis/example.com/v1/things";
    for (var tries = 0; client().status("GET", things) == 404 && tries < 500; tries++) {
      Thread.onSpinWait();
    }
    var made =
        client()
            .post(
                201,
                things,
                "{'apiVersion':'example.com/v1','kind':'Thing','metadata':{'name':'t'},'spec':{}}");
    assertEquals(
        MemoryView.tree("{'filled':'in','n':'webhook'}"),
        MemoryView.tree(made.path("spec").toString()));
    assertFalse(made.path("spec").has("unknown"));
  }

  @Test
  void aServiceIsFoundByItsEndpoints() {
    client()
        .post(
            201,
            "/api/v1/namespaces/default/services",
            "{'metadata':{'name':'hook'},'spec':{'ports':[{'port':443}]}}");
    var configuration =
        configuration(
            "/deny", "'operations':['CREATE'],'apiGroups':[''],'resources':['configmaps']");
    var config = Json.object().put("caBundle", webhook().authority());
    config.set("service", MemoryView.tree("{'namespace':'default','name':'hook','path':'/deny'}"));
    ((ObjectNode) configuration.path("webhooks").path(0)).set("clientConfig", config);
    client().post(201, VALIDATING, configuration);
    var refused = client().post(500, MAPS, "{'metadata':{'name':'a'}}");
    assertEquals(
        "Internal error occurred: failed calling webhook \"a.b.c\": failed to call webhook: Post"
            + " \"https://hook.default.svc:443/deny?timeout=10s\": no endpoints available for"
            + " service \"hook\"",
        message(refused));
    client()
        .post(
            201,
            "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices",
            ("{'metadata':{'name':'hook-1','labels':{'kubernetes.io/service-name':'hook'}},"
                    + "'addressType':'IPv4','endpoints':[{'addresses':['127.0.0.1'],'conditions':{"
                    + "'ready':true}}],'ports':[{'name':'','port':%d}]}")
                .formatted(webhook().port()));
    refused = client().post(400, MAPS, "{'metadata':{'name':'a'}}");
    assertEquals("admission webhook \"a.b.c\" denied the request: no", message(refused));
  }

  private static void configure(String path, String hook, String rule) {
    client().post(201, path, configuration(hook, rule));
  }

  private static ObjectNode configuration(String hook, String rule) {
    var configuration =
        MemoryView.tree(
            ("{'metadata':{'name':'c'},'webhooks':[{'name':'a.b.c','sideEffects':'None',"
                    + "'admissionReviewVersions':['v1'],'rules':[{%s,'apiVersions':['*']}]}]}")
                .formatted(rule));
    ((ObjectNode) configuration.path("webhooks").path(0))
        .set("clientConfig", webhook().clientConfig(hook));
    return configuration;
  }

  private static Reply answer(String path, JsonNode request) {
    var response = Json.object().put("uid", request.path("uid").asString());
    response.put("allowed", !path.equals("/deny"));
    response.putObject("status").put("message", "no");
    if (path.equals("/mutate")) {
      var patch =
          "[{\"op\":\"add\",\"path\":\"/spec/n\",\"value\":\"webhook\"},"
              + "{\"op\":\"add\",\"path\":\"/spec/unknown\",\"value\":1}]";
      var bytes = patch.getBytes(StandardCharsets.UTF_8);
      response.put("patchType", "JSONPatch");
      response.put("patch", Base64.getEncoder().encodeToString(bytes));
    }
    var review = Json.object().put("kind", "AdmissionReview");
    review.put("apiVersion", "admission.k8s.io/v1").set("response", response);
    return new Reply.Answer(review);
  }
}
