package dev.nauarch.apiserver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.apiserver.object.Json;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/** Workload kinds over real HTTPS: their versions, their subresources, and what is computed. */
class WorkloadKindsTest {

  private static final String JSON = "application/json";
  private static final String MERGE = "application/merge-patch+json";
  private static final String CORE = "/api/v1/namespaces/default/";
  private static final String APPS = "/apis/apps/v1/namespaces/default/";
  private static final String V1 =
      "/apis/autoscaling/v1/namespaces/default/horizontalpodautoscalers";
  private static final String V2 =
      "/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers";
  private static final String TEMPLATE =
      "{'metadata':{'labels':{'a':'b'}},'spec':{'containers':[{'name':'c','image':'i'}]}}";

  @TempDir private static Path directory;

  @SuppressWarnings("NullAway.Init") // set before the first test
  private static TestServer server;

  @BeforeAll
  static void start() throws Exception {
    server = TestServer.startCluster(directory);
    create(CORE + "serviceaccounts", "{'metadata':{'name':'default'}}");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /api/v1 | replicationcontrollers | {'replicas':0}
          /apis/apps/v1 | statefulsets | {'availableReplicas':0,'replicas':0}
          /apis/apps/v1 | daemonsets | {'currentNumberScheduled':0,'desiredNumberScheduled':0,'numberMisscheduled':0,'numberReady':0}
          /apis/apps/v1 | replicasets | {'replicas':0}
          /apis/apps/v1 | deployments | {}
          """)
  void aNewObjectShowsTheNumbersThatAreAlwaysThere(String group, String plural, String status)
      throws Exception {
    var path = group + "/namespaces/default/" + plural;
    var isOld = plural.equals("replicationcontrollers");
    var selector = isOld ? "{'a':'b'}" : "{'matchLabels':{'a':'b'}}";
    create(
        path,
        "{'metadata':{'name':'n'},'spec':{'selector':%s,'template':%s}}"
            .formatted(selector, TEMPLATE));
    var wanted = Json.MAPPER.readTree(status.replace('\'', '"'));
    assertEquals(wanted, get(path + "/n").path("status"));
    assertEquals(200, send("PATCH", path + "/n/status", "{\"status\":null}", MERGE).statusCode());
    assertEquals(wanted, get(path + "/n").path("status"));
  }

  @Test
  void aBudgetAndAnAutoscalerShowTheirNumbersToo() throws Exception {
    var budgets = "/apis/policy/v1/namespaces/default/poddisruptionbudgets";
    create(budgets, "{'metadata':{'name':'n'},'spec':{'minAvailable':1}}");
    assertEquals(4, get(budgets + "/n").path("status").size());
    create(
        V1,
        "{'metadata':{'name':'n'},'spec':{'maxReplicas':3,'scaleTargetRef':{"
            + "'apiVersion':'apps/v1','kind':'Deployment','name':'d'}}}");
    assertEquals(
        Json.MAPPER.readTree("{\"currentReplicas\":0,\"desiredReplicas\":0}"),
        get(V1 + "/n").path("status"));
    assertEquals("{\"desiredReplicas\":0}", get(V2 + "/n").path("status").toString());
  }

  @Test
  void anAutoscalerOfOneVersionIsOneOfTheOther() throws Exception {
    var target = "'scaleTargetRef':{'apiVersion':'apps/v1','kind':'Deployment','name':'d'}";
    create(
        V2,
        "{'metadata':{'name':'h'},'spec':{"
            + target
            + ",'maxReplicas':3,'metrics':[{'type':'Pods','pods':{'metric':{'name':'m'},"
            + "'target':{'type':'AverageValue','averageValue':'1'}}}],"
            + "'behavior':{'scaleDown':{'stabilizationWindowSeconds':7}}}}");
    var newer = get(V2 + "/h");
    var older = get(V1 + "/h");
    assertEquals("autoscaling/v1", older.path("apiVersion").asString());
    assertTrue(older.at("/spec/metrics").isMissingNode());
    var changed = older.deepCopy();
    changed.withObject("spec").put("maxReplicas", 9);
    assertEquals(200, send("PUT", V1 + "/h", changed.toString(), JSON).statusCode());
    var after = get(V2 + "/h");
    assertEquals(9, after.at("/spec/maxReplicas").asInt());
    for (var part : new String[] {"/spec/metrics", "/spec/behavior"}) {
      assertEquals(newer.at(part), after.at(part));
    }
    assertTrue(after.at("/metadata/annotations").isMissingNode(), after::toString);
    assertEquals(2, after.at("/metadata/generation").asInt());
    var list = get(V1);
    assertEquals("autoscaling/v1", list.at("/items/0/apiVersion").asString());
  }

  @Test
  void aStatusThatIsWrittenInTheOlderVersionLeavesTheSpecAlone() throws Exception {
    create(
        V2,
        "{'metadata':{'name':'s'},'spec':{'scaleTargetRef':{'apiVersion':'apps/v1',"
            + "'kind':'Deployment','name':'d'},'maxReplicas':3,'metrics':[{'type':'Pods','pods':"
            + "{'metric':{'name':'m'},'target':{'type':'AverageValue','averageValue':'1'}}}]}}");
    var older = get(V1 + "/s");
    older.withObject("metadata").remove("annotations");
    older.withObject("status").put("currentReplicas", 2).put("desiredReplicas", 3);
    var answer = send("PUT", V1 + "/s/status", older.toString(), JSON);
    assertEquals(200, answer.statusCode(), answer::body);
    var newer = get(V2 + "/s");
    assertEquals("Pods", newer.at("/spec/metrics/0/type").asString());
    assertEquals(3, newer.at("/status/desiredReplicas").asInt());
    older = get(V1 + "/s");
    older.withObject("metadata").remove("annotations");
    assertEquals(200, send("PUT", V1 + "/s", older.toString(), JSON).statusCode());
    assertEquals("Resource", get(V2 + "/s").at("/spec/metrics/0/type").asString());
    assertEquals(3, get(V2 + "/s").at("/status/desiredReplicas").asInt());
  }

  @Test
  void setsAndControllersAreScaled() throws Exception {
    create(
        CORE + "replicationcontrollers",
        "{'metadata':{'name':'w'},'spec':{'template':" + TEMPLATE + "}}");
    create(
        APPS + "statefulsets",
        "{'metadata':{'name':'w'},'spec':{'selector':{'matchLabels':{'a':'b'}},'template':"
            + TEMPLATE
            + "}}");
    for (var path : new String[] {CORE + "replicationcontrollers/w", APPS + "statefulsets/w"}) {
      var scale = get(path + "/scale");
      assertEquals(1, scale.at("/spec/replicas").asInt());
      assertEquals("a=b", scale.at("/status/selector").asString());
      var answer = send("PATCH", path + "/scale", "{'spec':{'replicas':4}}", MERGE);
      assertEquals(200, answer.statusCode(), answer::body);
      assertEquals(4, get(path).at("/spec/replicas").asInt());
      assertEquals(2, get(path).at("/metadata/generation").asInt());
    }
  }

  @Test
  void aControllerThatIsDeletedKeepsItsPodsUnlessToldOtherwise() throws Exception {
    create(
        CORE + "replicationcontrollers",
        "{'metadata':{'name':'k'},'spec':{'template':" + TEMPLATE + "}}");
    assertEquals(200, send("DELETE", CORE + "replicationcontrollers/k", "", JSON).statusCode());
    var finalizers = get(CORE + "replicationcontrollers/k").at("/metadata/finalizers");
    assertEquals("[\"orphan\"]", finalizers.toString());
  }

  @Test
  void changesOfADaemonSetsTemplateAreCounted() throws Exception {
    create(
        APPS + "daemonsets",
        "{'metadata':{'name':'w'},'spec':{'selector':{'matchLabels':{'a':'b'}},'template':"
            + TEMPLATE
            + "}}");
    var generation = "/metadata/annotations/deprecated.daemonset.template.generation";
    var path = APPS + "daemonsets/w";
    send("PATCH", path, "{'spec':{'minReadySeconds':3}}", MERGE);
    assertEquals("1", get(path).at(generation).asString());
    send("PATCH", path, "{'spec':{'template':{'spec':{'nodeSelector':{'x':'y'}}}}}", MERGE);
    assertEquals("2", get(path).at(generation).asString());
    var bad = "{'metadata':{'annotations':{'deprecated.daemonset.template.generation':'x'}}}";
    assertEquals(400, send("PATCH", path, bad, MERGE).statusCode());
  }

  @Test
  void theStoreIsAComponent() throws Exception {
    var component = get("/api/v1/componentstatuses/etcd-0");
    assertEquals("True", component.at("/conditions/0/status").asString());
    assertEquals(1, get("/api/v1/componentstatuses").path("items").size());
    var others = get("/api/v1/componentstatuses?fieldSelector=metadata.name%3Dother");
    assertEquals(0, others.path("items").size());
    assertEquals(404, send("GET", "/api/v1/componentstatuses/other", "", JSON).statusCode());
    assertEquals(405, send("DELETE", "/api/v1/componentstatuses/etcd-0", "", JSON).statusCode());
  }

  @Test
  void theRangeOfServiceAddressesIsThere() throws Exception {
    var range = get("/apis/networking.k8s.io/v1/servicecidrs/kubernetes");
    assertEquals(1, range.at("/spec/cidrs").size());
    assertEquals("True", range.at("/status/conditions/0/status").asString());
  }

  @Test
  void beingBoundIsNoNewGenerationOfAPod() throws Exception {
    var pods = CORE + "pods";
    create(pods, "{'metadata':{'name':'bound'},'spec':{'containers':[{'name':'c','image':'i'}]}}");
    create(pods + "/bound/binding", "{'metadata':{'name':'bound'},'target':{'name':'n'}}");
    var pod = get(pods + "/bound");
    assertEquals("n", pod.at("/spec/nodeName").asString());
    assertEquals(1, pod.at("/metadata/generation").asInt());
  }

  @Test
  void aPodIsResizedThroughItsOwnSubresource() throws Exception {
    create(
        CORE + "pods",
        "{'metadata':{'name':'p'},'spec':{'containers':[{'name':'c','image':'i','resources':"
            + "{'requests':{'cpu':'1'},'limits':{'cpu':'2','memory':'1Gi'}}}]}}");
    var path = CORE + "pods/p/resize";
    var more =
        "{'metadata':{'labels':{'new':'label'}},'spec':{'nodeName':'elsewhere','containers':"
            + "[{'name':'c','image':'i','resources':{'requests':{'cpu':'1500m','memory':'1Gi'},"
            + "'limits':{'cpu':'2','memory':'2Gi'}}}]}}";
    var answer = send("PATCH", path, more, MERGE);
    assertEquals(200, answer.statusCode(), answer::body);
    assertEquals("", answer.headers().firstValue("Warning").orElse(""));
    var pod = get(CORE + "pods/p");
    assertEquals("1500m", pod.at("/spec/containers/0/resources/requests/cpu").asString());
    assertTrue(pod.at("/spec/nodeName").isMissingNode());
    assertTrue(pod.at("/metadata/labels").isMissingNode());
    assertEquals(2, pod.at("/metadata/generation").asInt());
    assertEquals(
        409, send("PATCH", path, "{'metadata':{'resourceVersion':'1'}}", MERGE).statusCode());
    var resources = "{'spec':{'containers':[{'name':'%s','image':'i','resources':%s}]}}";
    refused(
        path,
        resources.formatted("c", "{'requests':{'memory':'1Gi'},'limits':{'memory':'2Gi'}}"),
        "spec.containers[0].resources.requests: Forbidden: resource requests cannot be removed");
    refused(
        path,
        resources.formatted("d", "{'limits':{'cpu':'2'}}"),
        "spec.containers[0].name: Forbidden: containers may not be renamed or reordered on resize");
    refused(
        path,
        resources.formatted(
            "c", "{'requests':{'cpu':'2','memory':'2Gi'},'limits':{'cpu':'2','memory':'2Gi'}}"),
        "spec: Invalid value: \"Burstable\": Pod QOS Class may not change as a result of resizing");
  }

  @Test
  void ephemeralContainersAreOnlyAdded() throws Exception {
    create(
        CORE + "pods",
        "{'metadata':{'name':'e'},'spec':{'containers':[{'name':'c','image':'i'}]}}");
    var path = CORE + "pods/e/ephemeralcontainers";
    var list = "{'spec':{'ephemeralContainers':[%s]}}";
    var first = "{'name':'debug','image':'i','targetContainerName':'c'}";
    var answer = send("PATCH", path, list.formatted(first), MERGE);
    assertEquals(200, answer.statusCode(), answer::body);
    assertTrue(
        answer.headers().firstValue("Warning").orElse("").contains("no container is started"));
    var stored = get(path).at("/spec/ephemeralContainers/0");
    assertEquals("Always", stored.path("imagePullPolicy").asString());
    refused(
        path,
        list.formatted("{'name':'debug','image':'j'}"),
        "existing ephemeral containers \"debug\" may not be changed");
    refused(
        path,
        list.formatted("{'name':'more','image':'i'}"),
        "existing ephemeral containers \"debug\" may not be removed");
    refused(
        path,
        list.formatted(
            first
                + ",{'name':'c','image':'i','targetContainerName':'x','ports':[{'containerPort':1}]}"),
        "spec.ephemeralContainers[1].targetContainerName: Not found: \"x\"");
    assertEquals(
        422,
        send("PATCH", CORE + "pods/e", list.formatted(first + ",{'name':'x','image':'i'}"), MERGE)
            .statusCode());
  }

  private static void refused(String path, String patch, String why) throws Exception {
    var answer = send("PATCH", path, patch, MERGE);
    assertEquals(422, answer.statusCode(), answer::body);
    var message = Json.read(answer.body().getBytes(UTF_8)).path("message").asString();
    assertTrue(message.contains(why), message);
  }

  private static ObjectNode get(String path) throws Exception {
    var answer = send("GET", path, "", JSON);
    assertEquals(200, answer.statusCode(), answer::body);
    return Json.read(answer.body().getBytes(UTF_8));
  }

  private static void create(String path, String body) throws Exception {
    var answer = send("POST", path, body, JSON);
    assertEquals(201, answer.statusCode(), answer::body);
  }

  private static HttpResponse<String> send(String verb, String path, String body, String type)
      throws Exception {
    return server.send(verb, path, body.replace('\'', '"'), "Content-Type", type);
  }
}
