package dev.nauarch.apiserver.admission.dynamic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.apiserver.SecureCluster;
import dev.nauarch.apiserver.audit.AuditedCluster;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.port.MemoryView;
import dev.nauarch.apiserver.webhook.WebhookServer;
import dev.nauarch.apiserver.webhook.WebhookServer.Reply;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What webhooks, policies and Pod Security say in the audit log. */
class AdmissionAuditTest {

  private static final String ADMISSION = "/apis/admissionregistration.k8s.io/v1/";
  private static final String MAPS = "/api/v1/namespaces/default/configmaps";
  private static final String RULE =
      "{'operations':['CREATE'],'apiGroups':[''],'apiVersions':['v1'],'resources':['configmaps']}";

  @SuppressWarnings("NullAway.Init") // set before the first test
  private static AuditedCluster audited;

  @SuppressWarnings("NullAway.Init") // set before the first test
  private static SecureCluster.Caller admin;

  @SuppressWarnings("NullAway.Init") // set before the first test
  private static WebhookServer webhook;

  private static int count;

  @BeforeAll
  static void start(@TempDir Path directory) throws Exception {
    audited =
        AuditedCluster.start(
            directory,
            """
            omitStages: [RequestReceived]
            rules:
            - {level: Metadata, userGroups: [terse]}
            - {level: Request, resources: [{group: "", resources: [configmaps, pods]}, {group: apps}]}
            """);
    admin = audited.cluster().admin();
    webhook = WebhookServer.start((path, body) -> answer(path, body), "127.0.0.1");
  }

  @AfterAll
  static void stop() throws Exception {
    webhook.close();
    audited.close();
  }

  @AfterEach
  void forget() throws Exception {
    for (var plural :
        List.of(
            "validatingwebhookconfigurations",
            "mutatingwebhookconfigurations",
            "validatingadmissionpolicybindings",
            "validatingadmissionpolicies")) {
      assertEquals(200, admin.delete(ADMISSION + plural).code());
    }
  }

  @Test
  void mutatingWebhooksSayWhoChangedWhat() throws Exception {
    webhooks("mutating", "/none", "/patch", "/broken");
    var told = annotations(admin, "{'data':{'a':'b'}}", 201);
    assertEquals(
        "{\"configuration\":\"c\",\"webhook\":\"none.example.com\",\"mutated\":false}",
        told.path("mutation.webhook.admission.k8s.io/round_0_index_0").asString());
    assertEquals(
        "{\"configuration\":\"c\",\"webhook\":\"patch.example.com\",\"mutated\":true}",
        told.path("mutation.webhook.admission.k8s.io/round_0_index_1").asString());
    assertEquals(
        "{\"configuration\":\"c\",\"webhook\":\"patch.example.com\",\"patch\":[{\"op\":\"add\","
            + "\"path\":\"/data/p\",\"value\":\"q\"}],\"patchType\":\"JSONPatch\"}",
        told.path("patch.webhook.admission.k8s.io/round_0_index_1").asString());
    assertFalse(told.has("patch.webhook.admission.k8s.io/round_0_index_0"), told.toString());
    assertEquals(
        "broken.example.com",
        told.path("failed-open.mutation.webhook.admission.k8s.io/round_0_index_2").asString());
    assertEquals("said", told.path("patch.example.com/word").asString());
    // A key that is no name is left out, and the request goes on.
    assertFalse(told.toString().contains("no name"), told.toString());
    // Who may only know who asked what is not told what was changed.
    var terse = audited.cluster().user("terse", "system:masters", "terse");
    told = annotations(terse, "{'data':{'a':'b'}}", 201);
    assertTrue(told.has("mutation.webhook.admission.k8s.io/round_0_index_1"), told.toString());
    assertFalse(told.has("patch.webhook.admission.k8s.io/round_0_index_1"), told.toString());
  }

  @Test
  void validatingWebhooksSayWhatTheyWantAndThatTheyFailed() throws Exception {
    webhooks("validating", "/none", "/broken");
    var told = annotations(admin, "{'data':{'a':'b'}}", 201);
    assertEquals("said", told.path("none.example.com/word").asString());
    assertEquals(
        "broken.example.com",
        told.path("failed-open.validating.webhook.admission.k8s.io/round_0_index_1").asString());
    assertEquals(200, admin.delete(ADMISSION + "validatingwebhookconfigurations").code());
    webhooks("validating", "/deny");
    assertEquals("said", annotations(admin, "{}", 400).path("deny.example.com/word").asString());
  }

  @Test
  void policiesSayWhatTheirExpressionsMake() throws Exception {
    policy(
        "'variables':[{'name':'n','expression':'object.data.n'}],"
            + "'validations':[{'expression':'true'},{'expression':'object.data.n == string(1)',"
            + "'message':'wrong n'}],'auditAnnotations':[{'key':'n','valueExpression':'string(variables.n)'},"
            + "{'key':'none','valueExpression':'null'},{'key':'long','valueExpression':"
            + "'string(object.data.n) + string(1)'}]");
    bind("audit", "['Audit','Warn']");
    var told = annotations(admin, "{'data':{'n':'2'}}", 201);
    assertEquals("2", told.path("p/n").asString());
    assertEquals("21", told.path("p/long").asString());
    assertFalse(told.has("p/none"), told.toString());
    assertEquals(
        "[{\"message\":\"wrong n\",\"policy\":\"p\",\"binding\":\"audit\",\"expressionIndex\":1,"
            + "\"validationActions\":[\"Audit\",\"Warn\"]}]",
        told.path("validation.policy.admission.k8s.io/validation_failure").asString());
    told = annotations(admin, "{'data':{'n':'1'}}", 201);
    assertFalse(told.has("validation.policy.admission.k8s.io/validation_failure"));
    // What can't be said refuses the request, though the binding only wants it written down.
    var why = "ValidatingAdmissionPolicy 'p' with binding 'audit' denied request: ";
    var refused = admin.send("POST", MAPS, "{'metadata':{'name':'x'},'data':{}}");
    assertEquals(422, refused.code(), refused.text());
    assertTrue(refused.message().contains(why), refused.message());
    assertTrue(refused.message().contains("no such key: data"), refused.message());
  }

  @Test
  void severalParametersSayTheirWordsInOneLine() throws Exception {
    for (var n : List.of("1", "2")) {
      admin.create(
          MAPS,
          "{'metadata':{'name':'param%s','labels':{'p':'p'}},'data':{'v':'%s'}}".formatted(n, n));
    }
    policy(
        "'paramKind':{'apiVersion':'v1','kind':'ConfigMap'},'auditAnnotations':[{'key':'v',"
            + "'valueExpression':'string(params.data.v)'},{'key':'same','valueExpression':'string(7)'}]");
    bind(
        "b",
        "['Deny'],'paramRef':{'selector':{'matchLabels':{'p':'p'}},"
            + "'parameterNotFoundAction':'Deny'}");
    var told = annotations(admin, "{}", 201);
    assertEquals("1, 2", told.path("p/v").asString());
    assertEquals("7", told.path("p/same").asString());
  }

  @Test
  void podSecuritySaysWhatItHoldsPodsTo() throws Exception {
    admin.create(
        "/api/v1/namespaces",
        "{'metadata':{'name':'held','labels':{'pod-security.kubernetes.io/enforce':'baseline',"
            + "'pod-security.kubernetes.io/audit':'restricted',"
            + "'pod-security.kubernetes.io/audit-version':'v1.30'}}}");
    admin.create("/api/v1/namespaces/held/serviceaccounts", "{'metadata':{'name':'default'}}");
    var pod = "{'metadata':{'name':'%s'},'spec':{%s'containers':[{'name':'c','image':'i'}]}}";
    admin.create("/api/v1/namespaces/held/pods", pod.formatted("good", ""));
    var told = annotationsOf("/api/v1/namespaces/held/pods", "good");
    assertEquals(
        "baseline:latest", told.path("pod-security.kubernetes.io/enforce-policy").asString());
    var violations = told.path("pod-security.kubernetes.io/audit-violations").asString();
    assertTrue(
        violations.startsWith(
            "would violate PodSecurity \"restricted:v1.30\": allowPrivilegeEscalation != false"),
        violations);
    var refused =
        admin.send("POST", "/api/v1/namespaces/held/pods", pod.formatted("bad", "'hostPID':true,"));
    assertEquals(403, refused.code(), refused.text());
    told = annotationsOf("/api/v1/namespaces/held/pods", "bad");
    assertTrue(told.has("pod-security.kubernetes.io/audit-violations"), told.toString());
    admin.create("/api/v1/namespaces/default/serviceaccounts", "{'metadata':{'name':'default'}}");
    admin.create("/api/v1/namespaces/default/pods", pod.formatted("free", ""));
    told = annotationsOf("/api/v1/namespaces/default/pods", "free");
    assertEquals(
        "privileged:latest", told.path("pod-security.kubernetes.io/enforce-policy").asString());
    admin.create(
        "/apis/apps/v1/namespaces/held/deployments",
        ("{'metadata':{'name':'d'},'spec':{'selector':{'matchLabels':{'a':'a'}},'template':{"
            + "'metadata':{'labels':{'a':'a'}},'spec':{'containers':[{'name':'c','image':'i'}]}}}}"));
    told = annotationsOf("/apis/apps/v1/namespaces/held/deployments", "d");
    assertTrue(told.has("pod-security.kubernetes.io/audit-violations"), told.toString());
    assertFalse(told.has("pod-security.kubernetes.io/enforce-policy"), told.toString());
  }

  /** What the audit log says of the creation of a ConfigMap. */
  private static JsonNode annotations(SecureCluster.Caller who, String json, int code)
      throws Exception {
    count++;
    var map = MemoryView.tree(json);
    var name = "m" + count;
    map.putObject("metadata").put("name", name);
    // A list waits until the server knows of every write, by which the next one is judged.
    assertEquals(200, admin.get(MAPS + "?limit=1").code());
    var path = MAPS + "?fieldManager=" + name;
    var answer = who.send("POST", path, map.toString(), "application/json");
    assertEquals(code, answer.code(), answer.text());
    return audited
        .await(event -> event.path("requestURI").asString().equals(path))
        .path("annotations");
  }

  private static JsonNode annotationsOf(String path, String name) throws Exception {
    return audited
        .await(
            event ->
                event.path("requestURI").asString().equals(path)
                    && event.at("/requestObject/metadata/name").asString("").equals(name))
        .path("annotations");
  }

  private static Reply answer(String path, JsonNode review) {
    if (path.equals("/broken")) {
      return new Reply.Raw("HTTP/1.1 500 Broken\r\n\r\n");
    }
    var answer = Json.object().put("kind", "AdmissionReview");
    answer.put("apiVersion", "admission.k8s.io/v1");
    var response = answer.putObject("response").put("allowed", !path.equals("/deny"));
    response.set("uid", review.path("request").path("uid"));
    response.putObject("auditAnnotations").put("word", "said").put("no name/at all", "x");
    if (path.equals("/patch")) {
      var patch = "[{\"value\":\"q\",\"op\":\"add\",\"path\":\"/data/p\"}]";
      var bytes = patch.getBytes(StandardCharsets.UTF_8);
      response.put("patchType", "JSONPatch");
      response.put("patch", Base64.getEncoder().encodeToString(bytes));
    }
    return new Reply.Answer(answer);
  }

  private static void webhooks(String what, String... paths) throws Exception {
    var configuration = MemoryView.tree("{'metadata':{'name':'c'}}");
    var hooks = configuration.putArray("webhooks");
    for (var path : paths) {
      var hook =
          MemoryView.tree(
              "{'sideEffects':'None','failurePolicy':'Ignore','admissionReviewVersions':['v1'],'rules':[%s]}"
                  .formatted(RULE));
      hook.put("name", path.substring(1) + ".example.com");
      hook.set("clientConfig", webhook.clientConfig(path));
      hooks.add(hook);
    }
    make(what + "webhookconfigurations", configuration);
  }

  private static void policy(String spec) throws Exception {
    var json = "{'metadata':{'name':'p'},'spec':{'matchConstraints':{'resourceRules':[%s]},%s}}";
    make("validatingadmissionpolicies", MemoryView.tree(json.formatted(RULE, spec)));
  }

  private static void bind(String name, String actions) throws Exception {
    make(
        "validatingadmissionpolicybindings",
        MemoryView.tree(
            "{'metadata':{'name':'%s'},'spec':{'policyName':'p','validationActions':%s}}"
                .formatted(name, actions)));
  }

  private static void make(String plural, ObjectNode object) throws Exception {
    var answer = admin.send("POST", ADMISSION + plural, object.toString(), "application/json");
    assertEquals(201, answer.code(), answer.text());
  }
}
