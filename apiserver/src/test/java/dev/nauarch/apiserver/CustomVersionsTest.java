package dev.nauarch.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.webhook.WebhookServer;
import dev.nauarch.apiserver.webhook.WebhookServer.Reply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Custom resources in several versions over the wire, converted by a webhook and without one. */
class CustomVersionsTest {

  private static final String DEFINITIONS =
      "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
  private static final String V1 = "/apis/test.dev/v1/namespaces/default/ships";
  private static final String V2 = "/apis/test.dev/v2/namespaces/default/ships";
  private static final String MERGE = "application/merge-patch+json";
  private static final List<String> JSON = List.of("Content-Type", "application/json");

  @TempDir Path directory;
  private TestServer server;
  private WebhookServer webhook;
  private volatile UnaryOperator<ObjectNode> twist = UnaryOperator.identity();

  @BeforeEach
  void start() throws Exception {
    server = TestServer.startCluster(directory);
    webhook =
        WebhookServer.start((_, body) -> new Reply.Answer(twist.apply(review(body))), "127.0.0.1");
  }

  @AfterEach
  void stop() throws IOException {
    webhook.close();
    server.close();
  }

  /** Converts {@code spec.address} of v1 to {@code spec.host} and {@code spec.port}, and back. */
  private static ObjectNode review(ObjectNode body) {
    var request = body.path("request");
    if (body.path("kind").asString("").equals("AdmissionReview")) {
      return admission(body);
    }
    var wanted = request.path("desiredAPIVersion").asString("");
    var review = Json.object();
    review.put("apiVersion", body.path("apiVersion").asString("")).put("kind", "ConversionReview");
    var response = review.putObject("response");
    response.put("uid", request.path("uid").asString(""));
    response.putObject("result").put("status", "Success");
    var converted = response.putArray("convertedObjects");
    for (var object : request.path("objects")) {
      var copy = (ObjectNode) object.deepCopy();
      var spec = (ObjectNode) copy.path("spec");
      if (wanted.endsWith("v2")) {
        var parts = spec.remove("address").asString("").split(":", 2);
        spec.put("host", parts[0]).put("port", parts[1]);
      } else {
        spec.put(
            "address", spec.remove("host").asString("") + ":" + spec.remove("port").asString(""));
      }
      copy.put("apiVersion", wanted);
      ((ObjectNode) copy.path("metadata"))
          .putObject("labels")
          .put("seen", wanted.replace('/', '-'));
      converted.add(copy);
    }
    return review;
  }

  /** Writes the port of what must be a v2. */
  private static ObjectNode admission(ObjectNode body) {
    var request = body.path("request");
    assertEquals("x", request.at("/object/spec/host").asString(""));
    var review = Json.object();
    review.put("apiVersion", "admission.k8s.io/v1").put("kind", "AdmissionReview");
    var patch = "[{\"op\":\"replace\",\"path\":\"/spec/port\",\"value\":\"9\"}]";
    review
        .putObject("response")
        .put("uid", request.path("uid").asString(""))
        .put("allowed", true)
        .put("patchType", "JSONPatch")
        .put("patch", Base64.getEncoder().encodeToString(patch.getBytes(StandardCharsets.UTF_8)));
    return review;
  }

  @Test
  void anAdmissionWebhookOfAnotherVersionGetsWhatAWebhookConverts() throws Exception {
    define(conversion());
    var config = webhook.clientConfig("/admit").toString();
    var path = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations";
    var hook =
        """
        {'metadata':{'name':'ports'},'webhooks':[{'name':'ports.test.dev','sideEffects':'None',
         'admissionReviewVersions':['v1'],'clientConfig':CONFIG,
         'rules':[{'apiGroups':['test.dev'],'apiVersions':['v2'],'resources':['ships'],
          'operations':['CREATE']}]}]}
        """
            .replace("CONFIG", config);
    assertEquals(201, post(path, hook).status());
    var made = post(V1, ship("v1", "a", "'address':'x:1'")).body();
    assertEquals("{\"address\":\"x:9\"}", made.path("spec").toString(), made::toString);
  }

  @Test
  void aWebhookConvertsWhateverIsRead() throws Exception {
    define(conversion());
    for (var name : List.of("a", "b", "c")) {
      assertEquals(201, post(V1, ship("v1", name, "'address':'x:1'")).status());
    }
    assertEquals(0, webhook.bodies().size());
    var ship = get(V2 + "/a");
    assertEquals("{\"host\":\"x\",\"port\":\"1\"}", ship.path("spec").toString());
    assertEquals("test.dev-v2", ship.path("metadata").path("labels").path("seen").asString());
    var calls = webhook.bodies().size();
    var list = get(V2);
    assertEquals(3, list.path("items").size());
    assertEquals("x", list.path("items").path(2).path("spec").path("host").asString());
    assertEquals(calls + 1, webhook.bodies().size());
    var patched = send("PATCH", V2 + "/a", "{'spec':{'port':'2'}}", "application/merge-patch+json");
    assertEquals("2", patched.body().path("spec").path("port").asString(), patched::toString);
    assertEquals("x:2", get(V1 + "/a").path("spec").path("address").asString());
    var applied =
        send(
            "PATCH",
            V2 + "/a?fieldManager=me&force=true",
            ship("v2", "a", "'host':'y'"),
            "application/apply-patch+yaml");
    assertEquals("y:2", get(V1 + "/a").path("spec").path("address").asString(), applied::toString);
    assertTrue(stored("a").startsWith("{\"apiVersion\":\"test.dev/v1\""), () -> stored("a"));
    var first =
        watchedLine(
            V2
                + "?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&timeoutSeconds=2");
    assertTrue(first.contains("\"host\":\"y\""), first);
  }

  @Test
  void anotherStorageVersionIsTakenWithTheNextWrite() throws Exception {
    define(conversion());
    post(V1, ship("v1", "a", "'address':'x:1'"));
    var definition = get(DEFINITIONS + "/ships.test.dev");
    for (var version : definition.path("spec").path("versions")) {
      ((ObjectNode) version).put("storage", version.path("name").asString().equals("v2"));
    }
    var changed =
        send("PUT", DEFINITIONS + "/ships.test.dev", definition.toString(), "application/json");
    assertEquals(
        "[\"v1\",\"v2\"]",
        changed.body().path("status").path("storedVersions").toString(),
        changed::toString);
    awaitStored("v2");
    var removed =
        send("PUT", DEFINITIONS + "/ships.test.dev", withoutV1(changed.body()), "application/json");
    assertEquals(422, removed.status());
    assertTrue(
        removed.body().path("message").asString().contains("v1 was previously a storage version"),
        removed::toString);
  }

  /** Writes an unchanged object until it is stored in a version: that is how clients migrate. */
  private void awaitStored(String version) throws Exception {
    var deadline = System.nanoTime() + 10_000_000_000L;
    while (!stored("a").startsWith("{\"apiVersion\":\"test.dev/" + version)) {
      assertTrue(System.nanoTime() < deadline, () -> stored("a"));
      var ship = get(V1 + "/a");
      assertEquals(200, send("PUT", V1 + "/a", ship.toString(), "application/json").status());
    }
  }

  private static String withoutV1(JsonNode definition) {
    var changed = (ObjectNode) definition.deepCopy();
    ((tools.jackson.databind.node.ArrayNode) changed.path("spec").path("versions")).remove(0);
    ((ObjectNode) changed.path("metadata")).remove("resourceVersion");
    ((ObjectNode) changed.path("metadata"))
        .put("resourceVersion", definition.path("metadata").path("resourceVersion").asString());
    return changed.toString();
  }

  @Test
  void aWebhookThatLiesIsNotBelieved() throws Exception {
    define(conversion());
    post(V1, ship("v1", "a", "'address':'x:1'"));
    var failed = "conversion webhook for test.dev/v1, Kind=Ship failed: ";
    twist = review -> without(review, "response");
    assertEquals(failed + "no response provided", failure());
    twist = review -> response(review, r -> r.put("uid", "other"));
    assertTrue(failure().endsWith(", got \"other\""));
    twist = review -> response(review, r -> r.putObject("result").put("status", "Failure"));
    assertEquals(failed + "response.result.status was 'Failure', not 'Success'", failure());
    twist =
        review ->
            response(
                review,
                r -> r.putObject("result").put("status", "Failure").put("message", "no way"));
    assertEquals(failed + "no way", failure());
    twist = review -> response(review, r -> r.putArray("convertedObjects"));
    assertEquals(
        "conversion webhook for test.dev/v1, Kind=Ship returned 0 objects, expected 1", failure());
    twist = review -> converted(review, object -> object.put("apiVersion", "test.dev/v3"));
    assertTrue(
        failure().contains("invalid groupVersion (expected test.dev/v2, received test.dev/v3)"));
    twist = review -> converted(review, object -> object.put("kind", "Boat"));
    assertTrue(failure().contains("Ship != Boat"));
    twist = review -> converted(review, o -> ((ObjectNode) o.path("metadata")).put("name", "b"));
    assertTrue(failure().endsWith("must have the same name: a != b"));
    twist = review -> converted(review, object -> object.remove("metadata"));
    assertTrue(failure().contains("must have the same name"));
    twist =
        review ->
            converted(review, o -> ((ObjectNode) o.path("metadata").path("labels")).put("n", 1));
    assertTrue(failure().endsWith("metadata.labels[n] must be a string in converted object"));
    twist = review -> review.put("kind", "Review");
    assertTrue(failure().contains("expected webhook response of"));
    twist =
        review ->
            converted(review, o -> ((ObjectNode) o.path("metadata")).put("creationTimestamp", "x"));
    assertEquals(200, send("GET", V2 + "/a", "", "application/json").status());
    webhook.close();
    assertTrue(failure().startsWith(failed + "Post \"https://127.0.0.1:"), this::failureOrEmpty);
  }

  private String failureOrEmpty() {
    try {
      return failure();
    } catch (IOException | InterruptedException e) {
      return e.toString();
    }
  }

  private String failure() throws IOException, InterruptedException {
    var answer = send("GET", V2 + "/a", "", "application/json");
    assertEquals(500, answer.status(), answer::toString);
    return answer.body().path("message").asString("");
  }

  @Test
  void whatADefinitionGainsIsSeenInObjectsThatWereStoredBefore() throws Exception {
    define("");
    post(V1, ship("v1", "a", "'address':'x:1'"));
    var definition = get(DEFINITIONS + "/ships.test.dev");
    for (var version : definition.path("spec").path("versions")) {
      var spec = (ObjectNode) version.at("/schema/openAPIV3Schema/properties/spec/properties");
      spec.putObject("sails").put("type", "integer").put("default", 3);
      spec.remove("port");
    }
    send("PUT", DEFINITIONS + "/ships.test.dev", definition.toString(), "application/json");
    var deadline = System.nanoTime() + 10_000_000_000L;
    while (get(V1 + "/a").path("spec").path("sails").asInt(0) != 3) {
      assertTrue(System.nanoTime() < deadline);
    }
    assertEquals("{\"sails\":3}", get(V2 + "/a").path("spec").toString());
    assertEquals(3, get(V1).path("items").path(0).path("spec").path("sails").asInt(0));
    assertTrue(!stored("a").contains("sails"));
  }

  @Test
  void aDefinitionGoesAfterItsObjects() throws Exception {
    define("");
    post(V1, ship("v1", "a", "'address':'x:1'"));
    post(V1, ship("v1", "held", "'address':'x:1'"));
    var finalizer = "{'metadata':{'finalizers':['test.dev/held']}}";
    send("PATCH", V1 + "/held", finalizer, MERGE);
    var path = DEFINITIONS + "/ships.test.dev";
    assertTrue(
        send("DELETE", path, "", "application/json").body().toString().contains("Terminating"));
    await(() -> send("GET", V1 + "/a", "", "application/json").status() == 404);
    await(() -> get(path).toString().contains("InstanceDeletionInProgress"));
    var refused = send("POST", V1, ship("v1", "b", "'address':'x:1'"), "application/json");
    assertEquals(403, refused.status());
    assertEquals(
        "ships.test.dev \"b\" is forbidden: create not allowed while custom resource definition is"
            + " terminating",
        refused.body().path("message").asString(""));
    send("PATCH", V1 + "/held", "{'metadata':{'finalizers':[]}}", MERGE);
    await(() -> send("GET", path, "", "application/json").status() == 404);
    define("");
    assertEquals(0, get(V1).path("items").size());
  }

  private interface Question {
    boolean ask() throws Exception;
  }

  private static void await(Question question) throws Exception {
    var deadline = System.nanoTime() + 10_000_000_000L;
    while (!question.ask()) {
      assertTrue(System.nanoTime() < deadline);
    }
  }

  @Test
  void aNullThatIsNoValueIsNotThere() throws Exception {
    define("");
    assertEquals("{}", post(V1, ship("v1", "a", "'address':null")).body().path("spec").toString());
    var changed = ship("v1", "a", "'address':'x:1'");
    send("PATCH", V1 + "/a", changed, MERGE);
    var read = get(V1 + "/a");
    ((ObjectNode) read.path("spec")).putNull("address");
    assertEquals(
        "{}",
        send("PUT", V1 + "/a", read.toString(), "application/json").body().path("spec").toString());
  }

  @Test
  void whatWasWrongBeforeMayStayAsItIs() throws Exception {
    define("");
    post(V1, ship("v1", "a", "'address':'a long one'"));
    var definition = get(DEFINITIONS + "/ships.test.dev");
    var spec =
        (ObjectNode)
            definition.at("/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties");
    ((ObjectNode) spec.path("address")).put("maxLength", 3);
    spec.putObject("sails").put("type", "integer");
    send("PUT", DEFINITIONS + "/ships.test.dev", definition.toString(), "application/json");
    var deadline = System.nanoTime() + 10_000_000_000L;
    while (post(V1, ship("v1", "b", "'address':'a long one'")).status() != 422) {
      assertTrue(System.nanoTime() < deadline);
      server.send("DELETE", V1 + "/b", "");
    }
    var type = "application/merge-patch+json";
    assertEquals(200, send("PATCH", V1 + "/a", "{'spec':{'sails':2}}", type).status());
    var worse = send("PATCH", V1 + "/a", "{'spec':{'address':'another'}}", type);
    assertEquals(422, worse.status(), worse::toString);
  }

  private String stored(String name) {
    var key = dev.nauarch.apiserver.object.StorageKey.of("test.dev", "ships", "default", name);
    return new String(server.store().get(key).orElseThrow().value(), StandardCharsets.UTF_8);
  }

  private static ObjectNode without(ObjectNode review, String field) {
    review.remove(field);
    return review;
  }

  private static ObjectNode response(
      ObjectNode review, java.util.function.Consumer<ObjectNode> change) {
    change.accept((ObjectNode) review.path("response"));
    return review;
  }

  private static ObjectNode converted(
      ObjectNode review, java.util.function.Consumer<ObjectNode> change) {
    change.accept((ObjectNode) review.path("response").path("convertedObjects").path(0));
    return review;
  }

  private String conversion() {
    return ",'conversion':{'strategy':'Webhook','webhook':{'conversionReviewVersions':['v2','v1'],"
        + "'clientConfig':"
        + webhook.clientConfig("/convert")
        + "}}";
  }

  private void define(String conversion) throws IOException, InterruptedException {
    var text =
        """
        {'apiVersion':'apiextensions.k8s.io/v1','kind':'CustomResourceDefinition',
         'metadata':{'name':'ships.test.dev'},
         'spec':{'group':'test.dev','scope':'Namespaced','names':{'plural':'ships','kind':'Ship'},
          'versions':[
           {'name':'v1','served':true,'storage':true,'schema':{'openAPIV3Schema':{'type':'object',
             'properties':{'spec':{'type':'object','properties':{
              'address':{'type':'string'}}}}}}},
           {'name':'v2','served':true,'storage':false,'schema':{'openAPIV3Schema':{'type':'object',
             'properties':{'spec':{'type':'object','properties':{
              'host':{'type':'string'},'port':{'type':'string'}}}}}}}]CONVERSION}}
        """
            .replace("CONVERSION", conversion);
    var answer = post(DEFINITIONS, text);
    assertEquals(201, answer.status(), answer::toString);
    var deadline = System.nanoTime() + 10_000_000_000L;
    while (send("GET", V2, "", "application/json").status() != 200) {
      assertTrue(System.nanoTime() < deadline, "the definition is not served");
    }
  }

  private static String ship(String version, String name, String spec) {
    return "{'apiVersion':'test.dev/%s','kind':'Ship','metadata':{'name':'%s'},'spec':{%s}}"
        .formatted(version, name, spec);
  }

  private record Answer(int status, JsonNode body) {}

  private JsonNode get(String path) throws IOException, InterruptedException {
    var answer = send("GET", path, "", JSON.getLast());
    assertEquals(200, answer.status(), answer::toString);
    return answer.body();
  }

  private Answer post(String path, String body) throws IOException, InterruptedException {
    return send("POST", path, body, JSON.getLast());
  }

  private Answer send(String method, String path, String body, String type)
      throws IOException, InterruptedException {
    var answer = server.send(method, path, body.replace('\'', '"'), "Content-Type", type);
    var json = Json.parse(answer.body().getBytes(StandardCharsets.UTF_8));
    return new Answer(answer.statusCode(), json.orElseGet(Json::object));
  }

  private String watchedLine(String path) throws IOException, InterruptedException {
    return server.send("GET", path, "", "Accept", "application/json").body();
  }
}
