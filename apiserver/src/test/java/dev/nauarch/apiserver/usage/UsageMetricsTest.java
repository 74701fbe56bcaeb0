package dev.nauarch.apiserver.usage;

import static dev.nauarch.apiserver.Awaiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.apiserver.TestServer;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What nodes and pods use, as {@code kubectl top} and autoscalers read it. */
@SuppressWarnings("NullAway.Init") // set before each test
class UsageMetricsTest {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String ROOT = "/apis/metrics.k8s.io/v1beta1";
  private static final String PODS = ROOT + "/namespaces/default/pods";

  private TestServer server;

  @BeforeEach
  void start(@TempDir Path directory) throws Exception {
    server = TestServer.startCluster(directory);
    create("/api/v1/namespaces/default/serviceaccounts", "{'metadata':{'name':'default'}}");
    create(
        "/api/v1/nodes",
        "{'metadata':{'name':'sim','labels':{'nauarch.dev/simulated':'true','rack':'a'}}}");
    create("/api/v1/nodes", "{'metadata':{'name':'silent'}}");
  }

  @AfterEach
  void close() {
    server.close();
  }

  private JsonNode send(int code, String method, String path, String body) throws Exception {
    var request =
        server.request(
            method,
            path,
            body.replace('\'', '"'),
            "Content-Type",
            method.equals("PATCH") ? "application/merge-patch+json" : "application/json");
    var answer = server.client().send(request, BodyHandlers.ofString());
    assertEquals(code, answer.statusCode(), answer.body());
    return JSON.readTree(answer.body());
  }

  private void create(String path, String body) throws Exception {
    send(201, "POST", path, body);
  }

  private JsonNode get(String path) throws Exception {
    return send(200, "GET", path, "");
  }

  /** A pod that is bound, and of which a node says that these containers run. */
  private void pod(String name, String node, String annotations, String running) throws Exception {
    create(
        "/api/v1/namespaces/default/pods",
        ("{'metadata':{'name':'%s','labels':{'app':'%s'},'annotations':{%s}},'spec':{'nodeName':"
                + "'%s','containers':[{'name':'main','image':'a'},{'name':'side','image':'a'}]}}")
            .formatted(name, name, annotations, node));
    send(
        200,
        "PATCH",
        "/api/v1/namespaces/default/pods/" + name + "/status",
        "{'status':{'phase':'Running','containerStatuses':[" + running + "]}}");
  }

  private static String running(String name) {
    return ("{'name':'%s','image':'a','imageID':'','ready':true,'restartCount':0,"
            + "'state':{'running':{'startedAt':'2026-01-01T00:00:00Z'}}}")
        .formatted(name);
  }

  @Test
  void playedPodsUseWhatTheirAnnotationsSay() throws Exception {
    pod(
        "web",
        "sim",
        "'nauarch.dev/cpu-usage':'250m','nauarch.dev/memory-usage':'64Mi',"
            + "'nauarch.dev/cpu-usage.side':'1'",
        running("main") + "," + running("side"));
    pod("idle", "sim", "", running("main"));
    await("two pods have metrics", () -> get(PODS).path("items").size() == 2);
    var web = get(PODS + "/web");
    assertEquals("PodMetrics", web.path("kind").asString());
    assertEquals("true", web.at("/metadata/labels/nauarch.dev~1simulated").asString());
    assertEquals("web", web.at("/metadata/labels/app").asString());
    assertEquals(
        "[{\"name\":\"main\",\"usage\":{\"cpu\":\"250m\",\"memory\":\"64Mi\"}},"
            + "{\"name\":\"side\",\"usage\":{\"cpu\":\"1\",\"memory\":\"64Mi\"}}]",
        web.path("containers").toString());
    assertEquals(
        "[{\"name\":\"main\",\"usage\":{\"cpu\":\"0\",\"memory\":\"0\"}}]",
        get(PODS + "/idle").path("containers").toString());
    assertEquals(1, get(PODS + "?labelSelector=app%3Dweb").path("items").size());
    var nodes = get(ROOT + "/nodes");
    assertEquals("NodeMetricsList", nodes.path("kind").asString());
    // Of a node whose agent can't be reached nothing is known.
    assertEquals(1, nodes.path("items").size());
    assertEquals("{\"cpu\":\"1250m\",\"memory\":\"128Mi\"}", nodes.at("/items/0/usage").toString());
    assertEquals("a", nodes.at("/items/0/metadata/labels/rack").asString());
    send(404, "GET", PODS + "/other", "");
    send(405, "DELETE", PODS + "/web", "");
  }

  private HttpResponse<String> text(String path) throws Exception {
    return server.client().send(server.request("GET", path, ""), BodyHandlers.ofString());
  }

  @Test
  void whatStagesSayCountsWhereAnnotationsAreSilent() throws Exception {
    pod(
        "staged",
        "sim",
        "'nauarch.dev/memory-usage':'1Gi','nauarch.dev/staged-usage':"
            + "'{\\u0022main\\u0022:{\\u0022cpu\\u0022:\\u00222\\u0022,"
            + "\\u0022memory\\u0022:\\u00225Gi\\u0022}}'",
        running("main"));
    await("the pod has metrics", () -> get(PODS).path("items").size() == 1);
    assertEquals(
        "{\"cpu\":\"2\",\"memory\":\"1Gi\"}",
        get(PODS + "/staged").at("/containers/0/usage").toString());
    assertEquals(
        "{\"cpu\":\"2\",\"memory\":\"1Gi\"}", get(ROOT + "/nodes/sim").path("usage").toString());
    send(404, "GET", ROOT + "/nodes/silent", "");
  }

  @Test
  void devicesAreToldOfWhereTheirExporterWouldListen() throws Exception {
    create(
        "/apis/resource.k8s.io/v1/resourceslices",
        "{'metadata':{'name':'sim-gpu.nvidia.com'},'spec':{'driver':'gpu.nvidia.com',"
            + "'nodeName':'sim','pool':{'name':'sim','generation':1,'resourceSliceCount':1},"
            + "'devices':[{'name':'gpu-0','attributes':{'uuid':{'string':'GPU-0'},"
            + "'index':{'int':0}},'capacity':{'memory':{'value':'1Gi'}}}]}}");
    pod(
        "train",
        "sim",
        "'nauarch.dev/gpu-usage':'25'",
        running("main")
            .replace(
                "'ready'",
                "'allocatedResourcesStatus':[{'name':'nvidia.com/gpu','resources':"
                    + "[{'resourceID':'GPU-0'}]}],'ready'"));
    var path = "/api/v1/nodes/sim:9400/proxy/metrics";
    await("the device is busy", () -> text(path).body().contains("} 25\n"));
    var page = text(path);
    assertEquals("text/plain; version=0.0.4; charset=utf-8", type(page));
    var line =
        "DCGM_FI_DEV_GPU_UTIL{gpu=\"0\",UUID=\"GPU-0\",device=\"nvidia0\",modelName=\"\","
            + "Hostname=\"sim\",container=\"main\",namespace=\"default\",pod=\"train\","
            + "nauarch_dev_simulated=\"true\"} 25\n";
    assertTrue(page.body().contains("# TYPE DCGM_FI_DEV_GPU_UTIL gauge\n" + line), page::body);
    assertTrue(page.body().endsWith("} 0.25\n"), page::body);
    var all = text("/metrics/accelerators");
    assertEquals(page.body(), all.body());
    assertEquals("text/plain; version=0.0.4; charset=utf-8", type(all));
    assertEquals(503, status("/api/v1/nodes/sim:9100/proxy/metrics"));
    assertEquals(503, status("/api/v1/nodes/sim/proxy/metrics"));
  }

  private static String type(HttpResponse<String> answer) {
    return answer.headers().firstValue("Content-Type").orElse("");
  }

  @Test
  void aPodWithoutAllNumbersHasNone() throws Exception {
    pod("bad", "sim", "'nauarch.dev/cpu-usage':'many'", running("main"));
    pod("real", "silent", "'nauarch.dev/cpu-usage':'1'", running("main"));
    pod("good", "sim", "", running("main"));
    await("a pod has metrics", () -> !get(PODS).path("items").isEmpty());
    assertEquals(1, get(PODS).path("items").size());
    assertEquals("good", get(PODS).at("/items/0/metadata/name").asString());
  }

  @Test
  void theGroupIsDiscoveredAndGivenToWhoeverIsRegistered() throws Exception {
    var resources = get(ROOT).path("resources").toString();
    assertTrue(resources.contains("NodeMetrics") && resources.contains("PodMetrics"), resources);
    var service = "/apis/apiregistration.k8s.io/v1/apiservices/v1beta1.metrics.k8s.io";
    await(
        "the server serves it itself",
        () ->
            send(200, "GET", service, "")
                .at("/status/conditions/0/reason")
                .asString()
                .equals("Local"));
    send(
        200,
        "PATCH",
        service,
        "{'spec':{'service':{'namespace':'kube-system','name':'metrics-server'},"
            + "'insecureSkipTLSVerify':true,'groupPriorityMinimum':100,'versionPriority':100}}");
    // It stays so, although nobody is there yet.
    await("it is given away", () -> status(ROOT + "/nodes") == 503);
    await(
        "nobody is there",
        () ->
            send(200, "GET", service, "")
                .at("/status/conditions/0/reason")
                .asString()
                .equals("ServiceNotFound"));
    send(200, "DELETE", service, "");
    await("it is taken back", () -> status(ROOT + "/nodes") == 200);
  }

  private int status(String path) throws Exception {
    return server
        .client()
        .send(server.request("GET", path, ""), BodyHandlers.ofString())
        .statusCode();
  }
}
