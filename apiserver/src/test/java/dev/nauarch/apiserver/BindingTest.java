package dev.nauarch.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.apiserver.object.Json;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/** Bindings over HTTPS: what becomes of a pod that gets its node, and which pods get none. */
class BindingTest {

  private static final String PODS = "/api/v1/namespaces/default/pods";

  @SuppressWarnings("NullAway.Init") // set before each test
  private TestServer server;

  @BeforeEach
  void start(@TempDir Path directory) throws Exception {
    server = TestServer.startCluster(directory);
    create("/api/v1/namespaces/default/serviceaccounts", "{'metadata':{'name':'default'}}");
    create(
        "/api/v1/nodes",
        "{'metadata':{'name':'n','labels':{'topology.kubernetes.io/zone':'z',"
            + "'topology.kubernetes.io/region':'r','topology.kubernetes.io/rack':'k'}}}");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aBoundPodHasItsNodeAndWhatTheBindingSaysAndIsNobodysFields() throws Exception {
    var before = pod("", "");
    status("{'nominatedNodeName':'other'}");
    expect(
        201,
        bind(
            "{'metadata':{'annotations':{'a':'1'},'labels':{'l':'2'}},"
                + "'target':{'kind':'Node','name':'n'}}"));
    var pod = get();
    assertEquals("n", pod.at("/spec/nodeName").asString());
    assertEquals("1", pod.at("/metadata/annotations/a").asString());
    assertEquals("2", pod.at("/metadata/labels/l").asString());
    assertTrue(pod.at("/status/nominatedNodeName").isMissingNode());
    assertEquals("PodScheduled", pod.at("/status/conditions/0/type").asString());
    assertEquals("True", pod.at("/status/conditions/0/status").asString());
    assertEquals(before.at("/metadata/generation"), pod.at("/metadata/generation"));
    var owners = pod.at("/metadata/managedFields");
    assertEquals(before.at("/metadata/managedFields/0"), owners.path(0));
    // The other one is whoever nominated.
    assertEquals(2, owners.size());
  }

  @Test
  void aPodLearnsTheZoneAndRegionOfItsNodeAndNoMore() throws Exception {
    pod("'labels':{'topology.kubernetes.io/zone':'claimed'},", "");
    expect(201, bind("{'target':{'kind':'Node','name':'n'}}"));
    assertPlace(get());
    create(PODS, pod("made", "", "'nodeName':'n',"));
    assertPlace(tree(expect(200, send("GET", PODS + "/made", ""))));
    create(PODS, pod("lost", "", "'nodeName':'gone',"));
  }

  @Test
  void aBindingHoldsForThePodThatItMeansAlone() throws Exception {
    var pod = pod("", "");
    var version = pod.at("/metadata/resourceVersion").asString();
    expect(400, bindAnother("{'target':{'name':'n'}}"));
    expect(400, bindAnother("{'metadata':{'name':'other'},'target':{'name':'n'}}"));
    conflict("{'metadata':{'uid':'other'},'target':{'name':'n'}}", "UID in precondition: other");
    conflict(
        "{'metadata':{'resourceVersion':'1'},'target':{'name':'n'}}",
        "ResourceVersion in precondition: 1");
    expect(201, bind("{'metadata':{'resourceVersion':'" + version + "'},'target':{'name':'n'}}"));
    conflict("{'target':{'name':'m'}}", "pod p is already assigned to node \"n\"");
  }

  @Test
  void aPodThatMustNotBeScheduledYetIsNotBound() throws Exception {
    pod("", "'schedulingGates':[{'name':'test.dev/wait'}],");
    conflict("{'target':{'name':'n'}}", "pod p has non-empty .spec.schedulingGates");
    assertTrue(get().at("/spec/nodeName").isMissingNode());
  }

  @Test
  void whoPrefersNoAnswerGetsNone() throws Exception {
    var minimal =
        new String[] {"Content-Type", "application/json", "Prefer", "wait=9, return=minimal"};
    var made = server.send("POST", PODS, pod("q", "", "").replace('\'', '"'), minimal);
    assertEquals(201, made.statusCode(), made::body);
    assertEquals("", made.body());
    assertEquals("return=minimal", made.headers().firstValue("Preference-Applied").orElse(""));
    var refused = server.send("POST", PODS, pod("q", "", "").replace('\'', '"'), minimal);
    assertEquals(409, refused.statusCode());
    assertTrue(refused.body().contains("already exists"), refused::body);
  }

  private void conflict(String binding, String why) throws Exception {
    var answer = expect(409, bind(binding));
    var message = tree(answer).path("message").asString("");
    assertTrue(message.contains(why), message);
  }

  private static void assertPlace(ObjectNode pod) {
    var labels = pod.at("/metadata/labels");
    assertEquals("z", labels.path("topology.kubernetes.io/zone").asString());
    assertEquals("r", labels.path("topology.kubernetes.io/region").asString());
    assertEquals(2, labels.size());
  }

  private HttpResponse<String> bind(String binding) throws Exception {
    return bindAnother(
        binding.contains("'metadata':{")
            ? binding.replace("'metadata':{", "'metadata':{'name':'p',")
            : binding.replaceFirst("\\{", "{'metadata':{'name':'p'},"));
  }

  private HttpResponse<String> bindAnother(String binding) throws Exception {
    return send("POST", PODS + "/p/binding", binding);
  }

  private ObjectNode pod(String metadata, String spec) throws Exception {
    return create(PODS, pod("p", metadata, spec));
  }

  private static String pod(String name, String metadata, String spec) {
    return "{'metadata':{%s'name':'%s'},'spec':{%s'containers':[{'name':'c','image':'host'}]}}"
        .formatted(metadata, name, spec);
  }

  private void status(String status) throws Exception {
    var body = ("{'status':" + status + "}").replace('\'', '"');
    var type = new String[] {"Content-Type", "application/merge-patch+json"};
    expect(200, server.send("PATCH", PODS + "/p/status", body, type));
  }

  private ObjectNode get() throws Exception {
    return tree(expect(200, send("GET", PODS + "/p", "")));
  }

  private ObjectNode create(String path, String body) throws Exception {
    return tree(expect(201, send("POST", path, body)));
  }

  private HttpResponse<String> send(String method, String path, String body) throws Exception {
    return server.send(method, path, body.replace('\'', '"'), "Content-Type", "application/json");
  }

  private static HttpResponse<String> expect(int code, HttpResponse<String> answer) {
    assertEquals(code, answer.statusCode(), answer::body);
    return answer;
  }

  private static ObjectNode tree(HttpResponse<String> answer) {
    return Json.read(answer.body().getBytes(StandardCharsets.UTF_8));
  }
}
