package dev.nauarch.apiserver.flowcontrol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.apiserver.flowcontrol.Crowd.Person;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server with its usual limits, and far more requests than it can answer. */
class OverloadIT {

  private static final int FLOODERS = 600;
  private static final Duration FLOOD = Duration.ofSeconds(10);
  private static final String LEASES = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases";
  private static final String SCHEMA_UID = "X-Kubernetes-PF-FlowSchema-UID";

  private Crowd crowd;

  @BeforeEach
  void start(@TempDir Path directory) throws Exception {
    crowd = Crowd.start(directory, LoadOptions.DEFAULT);
  }

  @AfterEach
  void stop() {
    crowd.close();
  }

  @Test
  void oneUsersFloodOfLongListsHarmsNobodyElse() throws Exception {
    var jane = crowd.person("jane");
    fill(jane);
    var mallory = crowd.person("mallory");
    var scheduler = crowd.person("system:kube-scheduler");
    var lease = "{'metadata':{'name':'leader'},'spec':{'holderIdentity':'a'}}";
    crowd.admin().create(LEASES, lease);
    // These lists take three seconds each, and many seats.
    var revision = crowd.later() + 1_000_000;
    var isOver = new AtomicBoolean();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var flood = new ArrayList<Future<Map<Integer, Integer>>>();
      for (var i = 0; i < FLOODERS; i++) {
        flood.add(threads.submit(() -> flood(mallory, revision, isOver)));
      }
      try {
        crowd.admin().await("/metrics", answer -> answer.text().contains("reason=\"queue-full\""));
        var health = threads.submit(() -> slowest(() -> jane.get("/readyz")));
        var reads = threads.submit(() -> slowest(() -> jane.get("/api/v1/namespaces/default")));
        var leases = threads.submit(() -> slowest(() -> renew(scheduler)));
        assertTrue(health.get() < 5_000, "health took " + health.get() + " ms");
        // She shares her level with the flood, and waits for a few of its requests at most.
        assertTrue(reads.get() < 12_000, "a read took " + reads.get() + " ms");
        assertTrue(leases.get() < 5_000, "a lease took " + leases.get() + " ms");
      } finally {
        isOver.set(true);
      }
      var codes = new TreeMap<Integer, Integer>();
      for (var each : flood) {
        each.get().forEach((code, count) -> codes.merge(code, count, Integer::sum));
      }
      assertEquals(List.of(429, 504), List.copyOf(codes.keySet()), codes.toString());
      assertTrue(
          codes.getOrDefault(429, 0) > 100 && codes.getOrDefault(504, 0) > 10, codes.toString());
    }
    crowd.awaitMetric(
        "current_executing_seats{flow_schema=\"global-default\",priority_level=\"global-default\"}",
        0);
    assertEquals(200, mallory.get(Crowd.MAPS + "?limit=10").statusCode());
  }

  private static void fill(Person person) throws Exception {
    var text = "x".repeat(2_000);
    var creations = new ArrayList<CompletableFuture<HttpResponse<String>>>();
    for (var i = 0; i < 1_500; i++) {
      var body = "{\"metadata\":{\"name\":\"m" + i + "\"},\"data\":{\"a\":\"" + text + "\"}}";
      creations.add(person.begin("POST", Crowd.MAPS, body));
      if (creations.size() == 100) {
        for (var creation : creations) {
          assertEquals(201, creation.get().statusCode());
        }
        creations.clear();
      }
    }
  }

  /** How often each code was answered. */
  private static Map<Integer, Integer> flood(Person person, long revision, AtomicBoolean isOver)
      throws Exception {
    var codes = new TreeMap<Integer, Integer>();
    while (!isOver.get()) {
      var answer = person.dawdle(revision).get();
      codes.merge(answer.statusCode(), 1, Integer::sum);
      if (answer.statusCode() == 429) {
        assertEquals("1", answer.headers().firstValue("Retry-After").orElse(""));
        LockSupport.parkNanos(250_000_000);
      }
    }
    return codes;
  }

  private static HttpResponse<String> renew(Person leader) throws Exception {
    var lease = leader.get(LEASES + "/leader");
    assertEquals(200, lease.statusCode());
    return leader.begin("PUT", LEASES + "/leader", lease.body()).get();
  }

  /** The longest that a request took, in milliseconds; each must succeed. */
  private static long slowest(Callable<HttpResponse<String>> request) throws Exception {
    var slowest = 0L;
    var end = System.nanoTime() + FLOOD.toNanos();
    while (System.nanoTime() < end) {
      var begin = System.nanoTime();
      assertEquals(200, request.call().statusCode());
      slowest = Math.max(slowest, (System.nanoTime() - begin) / 1_000_000);
    }
    return slowest;
  }

  @Test
  void tenThousandSchemasAreFollowedAndTheFirstThatMatchesCounts() throws Exception {
    var jane = crowd.person("jane");
    var creations = new ArrayList<CompletableFuture<HttpResponse<String>>>();
    for (var i = 0; i < 10_000; i++) {
      creations.add(jane.begin("POST", Crowd.SCHEMAS, schema("many-" + i, "user-" + i)));
      if (creations.size() == 100) {
        for (var creation : creations) {
          assertEquals(201, creation.get().statusCode());
        }
        creations.clear();
      }
    }
    var last = crowd.person("user-9999");
    var uid = uid("many-9999");
    var deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!matched(last).equals(uid)) {
      assertTrue(System.nanoTime() < deadline, "the last schema is not followed");
    }
    assertEquals(uid("global-default"), matched(jane));
  }

  private String uid(String schema) throws Exception {
    return crowd.admin().get(Crowd.SCHEMAS + "/" + schema).body().at("/metadata/uid").asString();
  }

  private static String matched(Person person) throws Exception {
    return person.get(Crowd.MAPS).headers().firstValue(SCHEMA_UID).orElse("");
  }

  private static String schema(String name, String user) {
    return ("{'metadata':{'name':'%s'},'spec':{'priorityLevelConfiguration':"
            + "{'name':'workload-low'},'matchingPrecedence':500,'rules':[{'subjects':"
            + "[{'kind':'User','user':{'name':'%s'}}],'resourceRules':[{'verbs':['*'],"
            + "'apiGroups':['*'],'resources':['*'],'namespaces':['*']}]}]}}")
        .formatted(name, user)
        .replace('\'', '"');
  }
}
