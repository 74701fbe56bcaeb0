package dev.nauarch.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.apiserver.object.Json;
import dev.nauarch.store.Store;
import dev.nauarch.store.memory.MemoryStore;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/**
 * Two servers of one cluster, with clients that go to one and the other: what is to be unique stays
 * unique, and each shows at once what was written through the other.
 */
@Timeout(60)
@SuppressWarnings("NullAway.Init") // set before each test
class TwoServersTest {

  private static final String CORE = "/api/v1/namespaces/default/";
  private static final String LEASES = "/apis/coordination.k8s.io/v1/namespaces/default/leases";
  private static final int WRITERS = 20;

  private TestServer servers;

  @BeforeEach
  void start(@TempDir Path directory) throws Exception {
    servers = TestServer.startCluster(directory, stores());
    write(0, "POST", CORE + "serviceaccounts", "{'metadata':{'name':'default'}}", 201);
  }

  /** What the two stand on. */
  List<Store> stores() throws IOException {
    var store = new MemoryStore();
    return List.of(store, store);
  }

  @AfterEach
  void stop() {
    servers.close();
  }

  @Test
  void noTwoServicesHaveOneAddressOrPort() throws Exception {
    var made =
        inParallel(
            i ->
                write(
                    i,
                    "POST",
                    CORE + "services",
                    "{'metadata':{'name':'s%d'},'spec':{'type':'NodePort','ports':[{'port':80}]}}"
                        .formatted(i),
                    201));
    var addresses = new HashSet<String>();
    var ports = new HashSet<Integer>();
    for (var service : made) {
      addresses.add(service.at("/spec/clusterIP").asString());
      ports.add(service.at("/spec/ports/0/nodePort").asInt());
    }
    assertEquals(WRITERS, addresses.size());
    assertEquals(WRITERS, ports.size());
  }

  @Test
  void oneAddressAndOnePortGoToOneServiceAndThenToAnother() throws Exception {
    var service =
        "{'metadata':{'name':'s%d'},'spec':{'type':'NodePort','clusterIP':'10.96.7.7',"
            + "'ports':[{'port':80,'nodePort':30777}]}}";
    var answers = inParallel(i -> send(i, "POST", CORE + "services", service.formatted(i)));
    var winners = answers.stream().filter(answer -> answer.statusCode() == 201).toList();
    assertEquals(1, winners.size());
    answers.stream()
        .filter(answer -> answer.statusCode() != 201)
        .forEach(answer -> assertTrue(answer.body().contains("already allocated"), answer.body()));
    var name = parse(winners.getFirst()).at("/metadata/name").asString();
    assertEquals(200, send(1, "DELETE", CORE + "services/" + name, "").statusCode());
    write(0, "POST", CORE + "services", service.formatted(99), 201);
  }

  @Test
  void aQuotaIsNeverExceeded() throws Exception {
    var quotas = CORE + "resourcequotas";
    var quota =
        write(
            0,
            "POST",
            quotas,
            "{'metadata':{'name':'q'},'spec':{'hard':{'count/configmaps':'7'}}}",
            201);
    // As the quota controller does once it has counted.
    quota.withObject("status").withObject("hard").put("count/configmaps", "7");
    quota.withObject("status").withObject("used").put("count/configmaps", "0");
    var inForce = write(1, "PUT", quotas + "/q/status", quota.toString(), 200);
    awaitBoth(inForce);
    var answers =
        inParallel(
            i -> send(i, "POST", CORE + "configmaps", "{'metadata':{'name':'m%d'}}".formatted(i)));
    assertEquals(7, answers.stream().filter(answer -> answer.statusCode() == 201).count());
    answers.stream()
        .filter(answer -> answer.statusCode() != 201)
        .forEach(
            answer -> {
              assertEquals(403, answer.statusCode(), answer.body());
              assertTrue(
                  answer.body().contains("exceeded quota: q, requested: count/configmaps=1"));
            });
    assertEquals("7", get(1, quotas + "/q").at("/status/used/count~1configmaps").asString());
    // Nothing is taken by what is not stored.
    var dry = send(0, "POST", CORE + "configmaps?dryRun=All", "{'metadata':{'name':'dry'}}");
    assertEquals(403, dry.statusCode());
  }

  @Test
  void aTokenOfOneIsGoodAtTheOther() throws Exception {
    var path = CORE + "serviceaccounts/default/token";
    var answer = write(0, "POST", path, "{'spec':{}}", 201);
    var token = answer.at("/status/token").asString();
    var review = "{'spec':{'token':'" + token + "'}}";
    var seen = write(1, "POST", "/apis/authentication.k8s.io/v1/tokenreviews", review, 201);
    assertTrue(seen.at("/status/authenticated").asBoolean(), seen::toString);
    assertEquals(200, send(0, "DELETE", CORE + "serviceaccounts/default", "").statusCode());
    // Both forget it with its account.
    get(1, CORE + "serviceaccounts");
    var gone = write(1, "POST", "/apis/authentication.k8s.io/v1/tokenreviews", review, 201);
    assertTrue(!gone.at("/status/authenticated").asBoolean(false), gone::toString);
  }

  @Test
  void aLeaseHasOneHolderAtATime() throws Exception {
    var lease =
        write(
            0,
            "POST",
            LEASES,
            "{'metadata':{'name':'leader'},'spec':{'holderIdentity':'nobody',"
                + "'leaseDurationSeconds':15}}",
            201);
    for (int round = 0; round < 3; round++) {
      var seen = lease.deepCopy();
      var term = round;
      var answers =
          inParallel(
              i -> {
                var mine = seen.deepCopy();
                mine.withObject("spec").put("holderIdentity", i + " in term " + term);
                return send(i, "PUT", LEASES + "/leader", mine.toString());
              });
      var winners = answers.stream().filter(answer -> answer.statusCode() == 200).toList();
      assertEquals(1, winners.size());
      assertEquals(
          WRITERS - 1, answers.stream().filter(answer -> answer.statusCode() == 409).count());
      lease = parse(winners.getFirst());
      assertEquals(lease, get(round, LEASES + "/leader"));
    }
  }

  @Test
  void eachShowsAtOnceWhatWasWrittenThroughTheOther() throws Exception {
    for (int i = 0; i < 2 * WRITERS; i++) {
      var made =
          write(i, "POST", CORE + "configmaps", "{'metadata':{'name':'m%d'}}".formatted(i), 201);
      var version = made.at("/metadata/resourceVersion").asString();
      assertEquals(i + 1, get(i + 1, CORE + "configmaps").path("items").size());
      var notOlder =
          CORE + "configmaps?resourceVersionMatch=NotOlderThan&resourceVersion=" + version;
      assertEquals(i + 1, get(i + 1, notOlder).path("items").size());
      var exact = CORE + "configmaps?resourceVersionMatch=Exact&resourceVersion=" + version;
      assertEquals(i + 1, get(i + 1, exact).path("items").size());
      var one = CORE + "configmaps/m" + i + "?resourceVersion=" + version;
      assertEquals(made, get(i + 1, one));
    }
  }

  @Test
  void aWatchAtOneTellsWhatIsWrittenThroughTheOtherFromItsVersionOn() throws Exception {
    var first = write(0, "POST", CORE + "configmaps", "{'metadata':{'name':'a'}}", 201);
    var version = first.at("/metadata/resourceVersion").asString();
    write(0, "POST", CORE + "configmaps", "{'metadata':{'name':'b'}}", 201);
    var path = CORE + "configmaps?watch=1&timeoutSeconds=30&resourceVersion=" + version;
    var answer = client().send(request(1, "GET", path, ""), BodyHandlers.ofLines());
    try (var lines = answer.body()) {
      var events = lines.iterator();
      assertTrue(events.next().contains("\"name\":\"b\""));
      write(0, "PATCH", CORE + "configmaps/b", "{'data':{'k':'v'}}", 200);
      var changed = events.next();
      assertTrue(changed.startsWith("{\"type\":\"MODIFIED\""), changed);
      send(0, "DELETE", CORE + "configmaps/b", "");
      assertTrue(events.next().startsWith("{\"type\":\"DELETED\""));
    }
  }

  @Test
  void aRightThatOneGrantsHoldsAtTheOther() throws Exception {
    var rbac = "/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings";
    var binding =
        write(
            0,
            "POST",
            rbac,
            "{'metadata':{'name':'b'},'roleRef':{'apiGroup':'rbac.authorization.k8s.io','kind':"
                + "'ClusterRole','name':'view'},'subjects':[{'kind':'User','name':'ann'}]}",
            201);
    awaitBoth(binding);
    var review =
        "{'spec':{'user':'ann','resourceAttributes':"
            + "{'namespace':'default','verb':'list','resource':'pods'}}}";
    var answer =
        write(1, "POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews", review, 201);
    assertTrue(answer.at("/status/allowed").asBoolean(), answer::toString);
  }

  /** Waits until both have in memory what one has just written. */
  private void awaitBoth(ObjectNode written) throws Exception {
    var version = written.at("/metadata/resourceVersion").asString();
    for (int i = 0; i < 2; i++) {
      get(i, CORE + "configmaps?resourceVersion=" + version);
    }
  }

  private interface Write<T> {
    T by(int writer) throws Exception;
  }

  private static <T> List<T> inParallel(Write<T> write) throws Exception {
    var calls = new ArrayList<Callable<T>>();
    for (int i = 0; i < WRITERS; i++) {
      int writer = i;
      calls.add(() -> write.by(writer));
    }
    var results = new ArrayList<T>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var each : threads.invokeAll(calls)) {
        results.add(each.get());
      }
    }
    return results;
  }

  private HttpClient client() {
    return servers.client();
  }

  private ObjectNode get(int server, String path) throws Exception {
    var answer = send(server, "GET", path, "");
    assertEquals(200, answer.statusCode(), answer.body());
    return parse(answer);
  }

  private ObjectNode write(int server, String method, String path, String body, int code)
      throws Exception {
    var answer = send(server, method, path, body);
    assertEquals(code, answer.statusCode(), answer.body());
    return parse(answer);
  }

  private HttpResponse<String> send(int server, String method, String path, String body)
      throws Exception {
    return client().send(request(server, method, path, body), BodyHandlers.ofString());
  }

  private HttpRequest request(int server, String method, String path, String body) {
    var type = method.equals("PATCH") ? "application/merge-patch+json" : "application/json";
    return HttpRequest.newBuilder(URI.create(servers.url(server) + path))
        .header("Content-Type", type)
        .method(method, HttpRequest.BodyPublishers.ofString(body.replace('\'', '"')))
        .build();
  }

  private static ObjectNode parse(HttpResponse<String> answer) {
    return Json.parse(answer.body().getBytes(StandardCharsets.UTF_8)).orElseThrow();
  }
}
