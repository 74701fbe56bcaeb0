package dev.nauarch.apiserver.flowcontrol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.apiserver.flowcontrol.Crowd.Person;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people see of priority and fairness, over HTTP/2. */
class OverloadTest {

  private static final String NARROW = "flow_schema=\"floods\",priority_level=\"narrow\"";
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
    var schema = schema("floods", "narrow", "mallory");
    crowd.awaitMetric("nominal_limit_seats{priority_level=\"narrow\"}", 1);
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
    schema("floods", "narrow", "mallory");
    crowd.awaitMetric("nominal_limit_seats{priority_level=\"narrow\"}", 1);
    var revision = crowd.later();
    var slow = mallory.dawdle(revision);
    crowd.awaitMetric("current_executing_requests{" + NARROW + "}", 1);
    var quick = mallory.begin("GET", "/api/v1/namespaces/default", "");
    crowd.awaitMetric("current_inqueue_requests{" + NARROW + "}", 1);
    assertFalse(quick.isDone());
    crowd.pass(revision);
    assertEquals(200, slow.get().statusCode());
    assertEquals(200, quick.get().statusCode());
  }

  @Test
  void moreSharesLetThoseWhoWaitPass() throws Exception {
    level("narrow", "'nominalConcurrencyShares':1", 50);
    schema("floods", "narrow", "mallory");
    crowd.awaitMetric("nominal_limit_seats{priority_level=\"narrow\"}", 1);
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
      assertTrue(List.of(200, 504).contains(request.get().statusCode()));
    }
    crowd
        .admin()
        .send("PATCH", path, "{'spec':{'limited':{'nominalConcurrencyShares':2147483647}}}");
    assertEquals(200, jane.get(Crowd.MAPS).statusCode(), "every level keeps a seat");
  }

  @Test
  void aLevelThatIsDeletedServesThoseWhoWaitThere() throws Exception {
    level("narrow", "'nominalConcurrencyShares':1", 50);
    schema("floods", "narrow", "mallory");
    crowd.awaitMetric("nominal_limit_seats{priority_level=\"narrow\"}", 1);
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
      assertTrue(List.of(200, 504).contains(request.get().statusCode()));
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
    schema("floods", "narrow", "mallory");
    crowd.awaitMetric("nominal_limit_seats{priority_level=\"narrow\"}", 1);
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
    schema("floods", "narrow", "mallory");
    crowd.awaitMetric("nominal_limit_seats{priority_level=\"narrow\"}", 1);
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

  private String schema(String name, String level, String user) throws Exception {
    return crowd
        .admin()
        .create(Crowd.SCHEMAS, schemaOf(name, level, user).replace('"', '\''))
        .at("/metadata/uid")
        .asString();
  }

  private static String schemaOf(String name, String level, String user) {
    return ("{'metadata':{'name':'%s'},'spec':{'priorityLevelConfiguration':{'name':'%s'},"
            + "'matchingPrecedence':500,'rules':[{'subjects':[{'kind':'User','user':{'name':'%s'}}],"
            + "'resourceRules':[{'verbs':['*'],'apiGroups':['*'],'resources':['*'],"
            + "'clusterScope':true,'namespaces':['*']}]}]}}")
        .formatted(name, level, user)
        .replace('\'', '"');
  }

  private String uid(String path) throws Exception {
    return crowd.admin().get(path).body().at("/metadata/uid").asString();
  }

  private static String header(HttpResponse<String> answer, String name) {
    return answer.headers().firstValue(name).orElse("");
  }
}
