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

/** Webhooks that do harm, by mistake or not. */
class WebhookMischiefTest {

  private static final String RULE =
      "{'operations':['*'],'apiGroups':[''],'apiVersions':['v1'],'resources':['configmaps']}";
  private static final int HUGE = 5 << 20;

  /** The patch that is wished for. */
  private static volatile String patches = "[]";

  @RegisterExtension
  private static final AdmissionCluster CLUSTER = new AdmissionCluster(WebhookMischiefTest::reply);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {'op':'add','path':'/data','value':{'bad key':'v'}} | 422 | ConfigMap "a" is invalid: data[bad key]: Invalid value: "bad key"
          {'op':'add','path':'/data','value':7} | 500 | Internal error occurred:
          {'op':'replace','path':'','value':[]} | 500 | Internal error occurred:
          {'op':'test','path':'/data','value':1} | 500 | Internal error occurred:
          {'op':'odd','path':'/data'} | 500 | Internal error occurred:
          """)
  void aPatchThatSpoilsTheObjectIsRefused(String patch, int code, String why) {
    var hook = configuration("/patch", "mutating");
    patches = "[" + patch + "]";
    CLUSTER.client().post(201, ADMISSION + "mutatingwebhookconfigurations", hook);
    var refused = CLUSTER.client().post(code, MAPS, "{'metadata':{'name':'a'}}");
    assertTrue(message(refused).startsWith(why), message(refused));
    CLUSTER.client().get(404, MAPS + "/a");
    CLUSTER.client().get(404, MAPS + "/b");
  }

  @Test
  void aRedirectIsNotFollowed() {
    validating("/redirect");
    var refused = CLUSTER.client().post(500, MAPS, "{'metadata':{'name':'a'}}");
    assertTrue(message(refused).contains("failed to call webhook: "), message(refused));
    assertEquals(List.of("/redirect?timeout=10s"), CLUSTER.webhook().paths());
  }

  @Test
  void aHugeAnswerIsNotTaken() {
    validating("/huge");
    var refused = CLUSTER.client().post(500, MAPS, "{'metadata':{'name':'a'}}");
    assertTrue(message(refused).contains("failed to call webhook: "), message(refused));
  }

  @Test
  void aCertificateOfAnotherNameIsNotBelieved() {
    var configuration = configuration("/allow", "validating");
    var config = (ObjectNode) configuration.at("/webhooks/0/clientConfig");
    config.put("url", config.path("url").asString().replace("127.0.0.1", "localhost"));
    CLUSTER.client().post(201, ADMISSION + "validatingwebhookconfigurations", configuration);
    var refused = CLUSTER.client().post(500, MAPS, "{'metadata':{'name':'a'}}");
    assertTrue(
        message(refused).contains("x509: certificate is not valid for localhost"),
        message(refused));
    assertEquals(List.of(), CLUSTER.webhook().bodies());
  }

  @Test
  void aWebhookThatRemovesItselfIsAskedNoMore() {
    validating("/suicide");
    CLUSTER.client().post(201, MAPS, "{'metadata':{'name':'a'}}");
    assertEquals(1, CLUSTER.webhook().bodies().size());
    CLUSTER.client().post(201, MAPS, "{'metadata':{'name':'b'}}");
    assertEquals(1, CLUSTER.webhook().bodies().size());
  }

  private static Reply reply(String path, ObjectNode review) {
    return switch (path) {
      case "/patch" -> Reviews.patch(review, patches);
      case "/redirect" ->
          new Reply.Raw(
              "HTTP/1.1 307 Temporary Redirect\r\nLocation: /allow\r\nContent-Length: 0\r\n\r\n");
      case "/huge" ->
          new Reply.Raw(
              "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
                      .formatted(HUGE)
                  + "x".repeat(HUGE));
      case "/suicide" -> {
        other().delete(200, ADMISSION + "validatingwebhookconfigurations/mischief");
        yield Reviews.allow(review);
      }
      default -> Reviews.allow(review);
    };
  }

  private static AdmissionClient other() {
    return new AdmissionClient(CLUSTER.server());
  }

  private static void validating(String path) {
    CLUSTER
        .client()
        .post(
            201, ADMISSION + "validatingwebhookconfigurations", configuration(path, "validating"));
  }

  private static ObjectNode configuration(String path, String what) {
    var hook =
        MemoryView.tree(
            ("{'name':'%s.example.com','sideEffects':'None','admissionReviewVersions':['v1'],"
                    + "'rules':[%s]}")
                .formatted(what, RULE));
    hook.set("clientConfig", CLUSTER.webhook().clientConfig(path));
    var configuration = Json.object();
    configuration.putObject("metadata").put("name", "mischief");
    configuration.putArray("webhooks").add(hook);
    return configuration;
  }
}
