package dev.nauarch.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Evictions over HTTPS: a budget bounds them, in the words of Kubernetes. */
class EvictionTest {

  private static final String PODS = "/api/v1/namespaces/default/pods";
  private static final String BUDGETS = "/apis/policy/v1/namespaces/default/poddisruptionbudgets";
  private static final String EVICTION =
      "{'apiVersion':'policy/v1','kind':'Eviction','metadata':{'name':'p'}%s}";

  @SuppressWarnings("NullAway.Init") // set before each test
  private TestServer server;

  @BeforeEach
  void start(@TempDir Path directory) throws Exception {
    server = TestServer.startCluster(directory);
    var accounts = "/api/v1/namespaces/default/serviceaccounts";
    expect(201, send("POST", accounts, "{'metadata':{'name':'default'}}"));
    var pod =
        "{'metadata':{'name':'p','labels':{'app':'web'},'finalizers':['test.dev/hold']},"
            + "'spec':{'containers':[{'name':'c','image':'host'}]}}";
    expect(201, send("POST", PODS, pod));
    status(PODS + "/p", "{'phase':'Running','conditions':[{'type':'Ready','status':'True'}]}");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void budget(String name, String spec, String status) throws Exception {
    var budget = "{'metadata':{'name':'%s'},'spec':{'selector':{'matchLabels':{'app':'web'}}%s}}";
    expect(201, send("POST", BUDGETS, budget.formatted(name, spec)));
    status(BUDGETS + "/" + name, status);
  }

  private void status(String path, String status) throws Exception {
    var answer =
        server.send(
            "PATCH",
            path + "/status",
            ("{'status':" + status + "}").replace('\'', '"'),
            "Content-Type",
            "application/merge-patch+json");
    expect(200, answer);
  }

  private HttpResponse<String> evict(String more) throws Exception {
    return send("POST", PODS + "/p/eviction", EVICTION.formatted(more));
  }

  private HttpResponse<String> send(String method, String path, String body) throws Exception {
    return server.send(method, path, body.replace('\'', '"'), "Content-Type", "application/json");
  }

  private static void expect(int code, HttpResponse<String> answer) {
    assertEquals(code, answer.statusCode(), answer::body);
  }

  private JsonNode get(String path) throws Exception {
    return JsonMapper.shared().readTree(send("GET", path, "").body());
  }

  @Test
  void aPodThatNoBudgetIsAboutIsEvictedAndSaysSo() throws Exception {
    expect(201, evict(""));
    var pod = get(PODS + "/p");
    assertTrue(pod.path("metadata").has("deletionTimestamp"));
    var target = pod.path("status").path("conditions").path(1);
    assertEquals("DisruptionTarget", target.path("type").asString());
    assertEquals("EvictionByEvictionAPI", target.path("reason").asString());
  }

  @Test
  void aPodThatWantsToSaveItsWorkIsAskedFirstAndItsBudgetIsTakenFromOnce() throws Exception {
    var patch = "{'metadata':{'annotations':{'nauarch.dev/checkpoint-grace-seconds':'60'}}}";
    var merge = "application/merge-patch+json";
    expect(200, server.send("PATCH", PODS + "/p", patch.replace('\'', '"'), "Content-Type", merge));
    budget("b", "", "{'observedGeneration':1,'disruptionsAllowed':2,'desiredHealthy':2}");
    expect(201, evict(""));
    expect(201, evict(""));
    var pod = get(PODS + "/p");
    assertTrue(pod.path("metadata").path("deletionTimestamp").isMissingNode());
    assertEquals("nauarch.dev/Stopping", pod.at("/status/conditions/2/type").asString());
    assertEquals(1, get(BUDGETS + "/b").at("/status/disruptionsAllowed").asInt());
    // Who wants it gone at once gets that.
    expect(201, evict(",'deleteOptions':{'gracePeriodSeconds':0}"));
    assertTrue(get(PODS + "/p").path("metadata").has("deletionTimestamp"));
  }

  @Test
  void aBudgetThatAllowsOneDisruptionAllowsOne() throws Exception {
    budget(
        "b",
        "",
        "{'observedGeneration':1,'disruptionsAllowed':1,'currentHealthy':3,'desiredHealthy':2}");
    expect(201, evict(""));
    var status = get(BUDGETS + "/b").path("status");
    assertEquals(0, status.path("disruptionsAllowed").asInt());
    assertTrue(status.path("disruptedPods").has("p"));
  }

  @Test
  void aUsedUpBudgetRefusesInTheWordsOfKubernetes() throws Exception {
    budget(
        "b",
        "",
        "{'observedGeneration':1,'disruptionsAllowed':0,'currentHealthy':2,'desiredHealthy':2}");
    var refused = evict("");
    expect(429, refused);
    assertEquals(
        "{'kind':'Status','apiVersion':'v1','metadata':{},'status':'Failure','message':"
            + "'Cannot evict pod as it would violate the pod\\u0027s disruption budget.',"
            + "'reason':'TooManyRequests','details':{'causes':[{'reason':'DisruptionBudget',"
            + "'message':'The disruption budget b needs 2 healthy pods and has 2 currently'}]},"
            + "'code':429}",
        refused.body().strip().replace("'", "\\u0027").replace('"', '\''));
    assertTrue(get(PODS + "/p").path("metadata").path("deletionTimestamp").isMissingNode());
  }

  @Test
  void aBudgetThatWasJustChangedIsNotTakenFrom() throws Exception {
    budget("b", "", "{'disruptionsAllowed':5}");
    var refused = evict("");
    expect(429, refused);
    assertEquals("10", refused.headers().firstValue("Retry-After").orElse(""));
    assertTrue(
        refused.body().contains("The disruption budget b is still being processed by the server."));
  }

  @Test
  void twoBudgetsAreOneTooMany() throws Exception {
    var generous = "{'observedGeneration':1,'disruptionsAllowed':5}";
    budget("a", "", generous);
    budget("b", "", generous);
    var refused = evict("");
    expect(500, refused);
    assertTrue(refused.body().contains("This pod has more than one PodDisruptionBudget"));
  }

  @ParameterizedTest
  @CsvSource({"IfHealthyBudget,2,201", "IfHealthyBudget,1,429", "AlwaysAllow,1,201"})
  void aPodThatIsNotReadyMayGoWhereItsBudgetSaysSo(String policy, int healthy, int code)
      throws Exception {
    status(PODS + "/p", "{'conditions':[{'type':'Ready','status':'False'}]}");
    budget(
        "b",
        ",'unhealthyPodEvictionPolicy':'" + policy + "'",
        "{'observedGeneration':1,'disruptionsAllowed':0,'desiredHealthy':2,'currentHealthy':"
            + healthy
            + "}");
    expect(code, evict(""));
  }

  @Test
  void aDryRunTakesNothing() throws Exception {
    budget("b", "", "{'observedGeneration':1,'disruptionsAllowed':1}");
    expect(201, evict(",'deleteOptions':{'dryRun':['All']}"));
    assertEquals(1, get(BUDGETS + "/b").path("status").path("disruptionsAllowed").asInt());
    var pod = get(PODS + "/p");
    assertTrue(pod.path("metadata").path("deletionTimestamp").isMissingNode());
    assertEquals(1, pod.path("status").path("conditions").size());
  }

  @Test
  void aPodThatHasEndedIsNotCounted() throws Exception {
    status(PODS + "/p", "{'phase':'Succeeded'}");
    budget("b", "", "{'observedGeneration':1,'disruptionsAllowed':0}");
    expect(201, evict(""));
  }
}
