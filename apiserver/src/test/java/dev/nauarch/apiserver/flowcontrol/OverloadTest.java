package dev.nauarch.apiserver.flowcontrol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.apiserver.Awaiting;
import dev.nauarch.apiserver.flowcontrol.Crowd.Person;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people see of priority and fairness, over HTTP/2. */
class OverloadTest {

  private static final String NARROW = "flow_schema=\"floods\",priority_level=\"narrow\"";
  private static final String GLOBAL =
      "flow_schema=\"global-default\",priority_level=\"global-default\"";
  private static final String SCHEMA_UID = "X-Kubernetes-PF-FlowSchema-UID";
  private static final String LEVEL_UID = "X-Kubernetes-PF-PriorityLevel-UID";

  private Crowd crowd;
  private Person mallory;
  private Person jane;

  @BeforeEach
  void start(@TempDir Path directory) throws Exception {
    crowd = Crowd.start(directory, new LoadOptions(60, Duration.ofSeconds(20)));
    mallory = crowd.person("mallory");
    jane = crowd.person("jane");
  }

  @AfterEach
  void stop() {
    crowd.close();
  }

  @Test
  void aFloodIsRefusedAndNobodyElseNoticesIt() throws Exception {
    var level = level("narrow", "'nominalConcurrencyShares':1", 1);
    var schema = narrowMallory();
    var revision = crowd.later();
    var requests = new ArrayList<CompletableFuture<HttpResponse<String>>>();
    for (var i = 0; i < 30; i++) {
      requests.add(mallory.dawdle(revision));
    }
    // The first of them has the seat, the second waits, all others are refused.
    crowd.awaitMetric("rejected_requests_total{" + NARROW + ",reason=\"queue-full\"}", 28);
    assertEquals(200, jane.get(Crowd.MAPS).statusCode());
    for (var path : List.of("/healthz", "/livez", "/readyz")) {
      var health = mallory.get(path);
      assertEquals(200, health.statusCode());
      assertEquals(uid(Crowd.SCHEMAS + "/probes"), header(health, SCHEMA_UID));
    }
    crowd.pass(revision);
    var codes = new ArrayList<Integer>();
    for (var request : requests) {
      var answer = request.get();
      codes.add(answer.statusCode());
      assertEquals(schema, header(answer, SCHEMA_UID));
      assertEquals(level, header(answer, LEVEL_UID));
      if (answer.statusCode() == 429) {
        assertEquals("1", header(answer, "Retry-After"));
        assertEquals("Too many requests, please try again later.\n", answer.body());
        assertTrue(header(answer, "Content-Type").startsWith("text/plain"));
      }
    }
    assertEquals(28, codes.stream().filter(code -> code == 429).count(), codes.toString());
    assertEquals(200, mallory.get(Crowd.MAPS).statusCode(), "when the flood is over");
    crowd.awaitMetric("current_executing_requests{" + NARROW + "}", 0);
    assertEquals(0, crowd.metric("current_inqueue_requests{" + NARROW + "}"));
    assertEquals(
        crowd.metric("request_wait_duration_seconds_count{" + NARROW + ",execute=\"true\"}"),
        crowd.metric("dispatched_requests_total{" + NARROW + "}"));
  }

  @Test
  void whatOnlyReadsOneObjectWaitsForItsTurnToo() throws Exception {
    level("narrow", "'nominalConcurrencyShares':1", 50);
    narrowMallory();
    var revision = crowd.later();
    var slow = mallory.dawdle(revision);
    crowd.awaitMetric("current_executing_requests{" + NARROW + "}", 1);
    var quick = mallory.begin("GET", "/api/v1/namespaces/default", "");
    crowd.awaitMetric("current_inqueue_requests{" + NARROW + "}", 1);
    assertFalse(quick.isDone());
    crowd.pass(revision);
    assertServed(slow.get());
    assertEquals(200, quick.get().statusCode());
  }

  @Test
  void moreSharesLetThoseWhoWaitPass() throws Exception {
    level("narrow", "'nominalConcurrencyShares':1", 50);
    narrowMallory();
    var revision = crowd.later();
    var requests = new ArrayList<CompletableFuture<HttpResponse<String>>>();
    for (var i = 0; i < 10; i++) {
      requests.add(mallory.dawdle(revision));
    }
    crowd.awaitMetric("current_inqueue_requests{" + NARROW + "}", 9);
    var path = Crowd.LEVELS + "/narrow";
    crowd.admin().send("PATCH", path, "{'spec':{'limited':{'nominalConcurrencyShares':2000}}}");
    crowd.awaitMetric("current_inqueue_requests{" + NARROW + "}", 0);
    crowd.pass(revision);
    for (var request : requests) {
      assertServed(request.get());
    }
    crowd
        .admin()
        .send("PATCH", path, "{'spec':{'limited':{'nominalConcurrencyShares':2147483647}}}");
    assertEquals(200, jane.get(Crowd.MAPS).statusCode(), "every level keeps a seat");
  }

  @Test
  void aLevelThatIsDeletedServesThoseWhoWaitThere() throws Exception {
    level("narrow", "'nominalConcurrencyShares':1", 50);
    narrowMallory();
    var revision = crowd.later();
    var requests = List.of(mallory.dawdle(revision), mallory.dawdle(revision));
    crowd.awaitMetric("current_inqueue_requests{" + NARROW + "}", 1);
    crowd.admin().delete(Crowd.LEVELS + "/narrow");
    crowd
        .admin()
        .await(
            "/debug/api_priority_and_fairness/dump_priority_levels",
            answer -> answer.text().lines().noneMatch(this::isNarrowAndWanted));
    crowd
        .admin()
        .await(
            Crowd.SCHEMAS + "/floods",
            answer -> answer.body().at("/status/conditions/0/status").asString("").equals("True"));
    // Its schema leads nowhere now; the next one that matches does.
    assertEquals(
        uid(Crowd.SCHEMAS + "/global-default"), header(mallory.get(Crowd.MAPS), SCHEMA_UID));
    crowd.pass(revision);
    for (var request : requests) {
      assertServed(request.get());
    }
    crowd
        .admin()
        .await(
            "/debug/api_priority_and_fairness/dump_priority_levels",
            answer -> !answer.text().contains("narrow"));
  }

  private boolean isNarrowAndWanted(String line) {
    return line.startsWith("narrow") && !line.contains("true,");
  }

  @Test
  void aLevelWithoutQueuesRefusesAtOnce() throws Exception {
    crowd
        .admin()
        .create(
            Crowd.LEVELS,
            "{'metadata':{'name':'narrow'},'spec':{'type':'Limited','limited':{"
                + "'nominalConcurrencyShares':1,'borrowingLimitPercent':0,'limitResponse':{'type':'Reject'}}}}");
    narrowMallory();
    var revision = crowd.later();
    var first = mallory.dawdle(revision);
    crowd.awaitMetric("current_executing_requests{" + NARROW + "}", 1);
    assertEquals(429, mallory.get("/api/v1/namespaces/default").statusCode());
    assertEquals(429, mallory.begin("POST", Crowd.MAPS, "{}").get().statusCode());
    crowd.pass(revision);
    first.get();
    assertEquals(
        2, crowd.metric("rejected_requests_total{" + NARROW + ",reason=\"concurrency-limit\"}"));
  }

  @Test
  void aWatchGivesItsSeatBackWhenItHasBegun() throws Exception {
    level("narrow", "'nominalConcurrencyShares':1", 50);
    narrowMallory();
    var watches = new ArrayList<CompletableFuture<HttpResponse<String>>>();
    for (var i = 0; i < 20; i++) {
      watches.add(mallory.begin("GET", Crowd.MAPS + "?watch=true&timeoutSeconds=2", ""));
    }
    assertEquals(200, mallory.get(Crowd.MAPS).statusCode());
    crowd.awaitMetric("current_executing_requests{" + NARROW + "}", 0);
    assertEquals(0, crowd.metric("current_inqueue_requests{" + NARROW + "}"));
    for (var watch : watches) {
      assertEquals(200, watch.get().statusCode());
    }
  }

  @Test
  void aWriteTakesItsSeatForAsLongAsItsWatchersAreTold() throws Exception {
    level("narrow", "'nominalConcurrencyShares':1", 50);
    narrowMallory();
    var before = crowd.metric("dispatched_requests_total{" + GLOBAL + "}");
    var watches = new ArrayList<CompletableFuture<HttpResponse<String>>>();
    for (var i = 0; i < 100; i++) {
      watches.add(jane.begin("GET", Crowd.MAPS + "?watch=true&timeoutSeconds=600", ""));
    }
    crowd.awaitMetric("dispatched_requests_total{" + GLOBAL + "}", before + watches.size());
    crowd.awaitMetric("current_executing_requests{" + GLOBAL + "}", 0);
    var begin = System.nanoTime();
    for (var i = 0; i < 8; i++) {
      var made = mallory.begin("POST", Crowd.MAPS, "{\"metadata\":{\"generateName\":\"told-\"}}");
      assertEquals(201, made.get().statusCode());
    }
    // A hundred watchers are ten seats for 5 ms, or the only one for 50 ms.
    assertTrue(System.nanoTime() - begin >= 7 * 50_000_000L);
    assertTrue(watches.stream().noneMatch(CompletableFuture::isDone));
    crowd
        .admin()
        .await(
            "/debug/api_priority_and_fairness/dump_queues",
            answer -> answer.text().lines().noneMatch(line -> line.startsWith("narrow")));
  }

  @Test
  void queuesAndRequestsCanBeLookedAt() throws Exception {
    level("narrow", "'nominalConcurrencyShares':1", 50);
    narrowMallory();
    var revision = crowd.later();
    var requests = new ArrayList<>(List.of(mallory.dawdle(revision)));
    crowd.awaitMetric("current_executing_requests{" + NARROW + "}", 1);
    requests.add(mallory.begin("GET", "/api/v1/namespaces/default", ""));
    requests.add(mallory.begin("GET", "/api/v1/namespaces/default", ""));
    crowd.awaitMetric("current_inqueue_requests{" + NARROW + "}", 2);
    var debug = "/debug/api_priority_and_fairness/";
    assertEquals(
        List.of("narrow", "0", "2", "1", "1", "2", "2"),
        cells(debug + "dump_queues", 0, 1, 2, 3, 4, 6, 7).getFirst());
    assertEquals(
        List.of(
            List.of("narrow", "floods", "0", "0", "", "1", "0", "0s", "0001-01-01T00:00:00Z"),
            List.of("narrow", "floods", "0", "1", "", "1", "0", "0s", "0001-01-01T00:00:00Z")),
        cells(debug + "dump_requests", 0, 1, 2, 3, 4, 6, 7, 8, 9).subList(0, 2));
    var running =
        cells(debug + "dump_requests?includeRequestDetails=1", 3, 5, 9, 10, 11, 12, 13, 14, 15, 16)
            .getLast();
    assertEquals("-1", running.getFirst());
    assertFalse(Instant.parse(running.get(1)).isAfter(Instant.parse(running.get(2))));
    assertEquals(
        List.of(
            "mallory",
            "list",
            "/api/v1/namespaces/default/configmaps",
            "default",
            "",
            "v1",
            "configmaps"),
        running.subList(3, 10));
    crowd.pass(revision);
    for (var request : requests) {
      assertServed(request.get());
    }
  }

  /** Who dawdles has got what he waited for, or has waited for too long on a slow machine. */
  private static void assertServed(HttpResponse<String> answer) {
    assertTrue(List.of(200, 504).contains(answer.statusCode()), answer::body);
  }

  /** Some columns of the rows of the narrow level. */
  private List<List<String>> cells(String path, int... columns) throws Exception {
    return crowd
        .admin()
        .get(path)
        .text()
        .lines()
        .filter(line -> line.startsWith("narrow"))
        .map(line -> List.of(line.split(",", -1)))
        .map(row -> Arrays.stream(columns).mapToObj(column -> row.get(column).strip()).toList())
        .toList();
  }

  private String level(String name, String sizes, int length) throws Exception {
    return crowd
        .admin()
        .create(
            Crowd.LEVELS,
            "{'metadata':{'name':'"
                + name
                + "'},'spec':{'type':'Limited','limited':{"
                + sizes
                + ",'borrowingLimitPercent':0,'limitResponse':{'type':'Queue','queuing':{"
                + "'queues':1,'handSize':1,'queueLengthLimit':"
                + length
                + "}}}}}")
        .at("/metadata/uid")
        .asString();
  }

  /** Has all that Mallory asks for go to the narrow level, and waits until it does. */
  private String narrowMallory() throws Exception {
    var schema =
        "{'metadata':{'name':'floods'},'spec':{'priorityLevelConfiguration':{'name':'narrow'},"
            + "'matchingPrecedence':500,'rules':[{'subjects':[{'kind':'User','user':{'name':'mallory'}}],"
            + "'resourceRules':[{'verbs':['*'],'apiGroups':['*'],'resources':['*'],"
            + "'clusterScope':true,'namespaces':['*']}]}]}}";
    var uid = crowd.admin().create(Crowd.SCHEMAS, schema).at("/metadata/uid").asString();
    Awaiting.await(
        "Mallory's requests go elsewhere",
        () -> header(mallory.get("/api/v1/namespaces/default"), SCHEMA_UID).equals(uid));
    return uid;
  }

  private String uid(String path) throws Exception {
    return crowd.admin().get(path).body().at("/metadata/uid").asString();
  }

  private static String header(HttpResponse<String> answer, String name) {
    return answer.headers().firstValue(name).orElse("");
  }
}
