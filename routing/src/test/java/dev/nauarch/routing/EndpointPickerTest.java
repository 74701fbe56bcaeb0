package dev.nauarch.routing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class EndpointPickerTest {
  private final PrefixIndex prefixes = new PrefixIndex(100);

  @Test
  void equallyGoodReplicasTakeTurns() {
    var loads = List.of(idle("a"), idle("b"), idle("c"));
    var chosen = new ArrayList<String>();
    for (var ticket = 0; ticket < 4; ticket++) {
      chosen.add(EndpointPicker.order(request("hello"), loads, prefixes, ticket).getFirst());
    }
    assertEquals(List.of("a", "b", "c", "a"), chosen);
  }

  @Test
  void theShorterQueueWins() {
    var loads = List.of(new EndpointLoad("a", 4, 2, 0.1), new EndpointLoad("b", 1, 2, 0.1));
    assertEquals(List.of("b", "a"), EndpointPicker.order(request("hello"), loads, prefixes, 0));
  }

  @Test
  void theFreerCacheWinsBetweenEqualQueues() {
    var loads = List.of(new EndpointLoad("a", 0, 1, 0.9), new EndpointLoad("b", 0, 1, 0.2));
    assertEquals("b", EndpointPicker.order(request("hello"), loads, prefixes, 0).getFirst());
  }

  @Test
  void aKnownBeginningDrawsARequestToItsReplica() {
    var loads = List.of(idle("a"), idle("b"));
    var first = "x".repeat(640);
    prefixes.record("b", request(first).blocks());
    for (var ticket = 0; ticket < 4; ticket++) {
      assertEquals(
          "b",
          EndpointPicker.order(request(first + " and more"), loads, prefixes, ticket).getFirst());
    }
  }

  @Test
  void aSharedBeginningDoesNotSendEverythingToOneReplica() {
    var shared = "You are a helpful assistant. ".repeat(5);
    var underWay = new TreeMap<String, Long>();
    for (var ticket = 0; ticket < 100; ticket++) {
      var loads =
          List.of("a", "b", "c", "d").stream()
              .map(e -> new EndpointLoad(e, 0, underWay.getOrDefault(e, 0L), 0))
              .toList();
      var request = request(shared + "Question " + ticket + " " + "y".repeat(400) + ticket);
      var chosen = EndpointPicker.order(request, loads, prefixes, ticket).getFirst();
      underWay.merge(chosen, 1L, Long::sum);
      prefixes.record(chosen, request.blocks());
    }
    assertEquals(List.of(25L, 25L, 25L, 25L), List.copyOf(underWay.values()));
  }

  @Test
  void promptsShareTheBlocksOfTheirCommonBeginningAndNoMore() {
    var one = request("a".repeat(64) + "b".repeat(64)).blocks();
    var two = request("a".repeat(64) + "c".repeat(64)).blocks();
    assertEquals(List.of(one.getFirst()), one.stream().filter(two::contains).toList());
    assertEquals(
        0,
        ModelRequest.of("other", "a".repeat(64).getBytes(UTF_8)).blocks().stream()
            .filter(one::contains)
            .count());
  }

  @Test
  void theIndexForgetsTheBlocksUsedLongestAgo() {
    var small = new PrefixIndex(2);
    small.record("a", List.of(1L, 2L));
    small.record("a", List.of(3L));
    assertEquals(1, small.matched("a", List.of(1L, 2L)));
    assertEquals(1, small.matched("a", List.of(3L)));
    assertEquals(0, small.matched("b", List.of(3L)));
  }

  @Test
  void metricsOfSeveralEnginesAddUp() {
    var text =
        """
        # TYPE vllm:num_requests_waiting gauge
        vllm:num_requests_waiting{engine="0",model_name="a b"} 3.0
        vllm:num_requests_waiting{engine="1"} 2.0
        vllm:num_requests_running 4
        vllm:kv_cache_usage_perc{engine="0"} 0.25 1700000000
        vllm:num_requests_waiting_by_reason{} 9
        not a metric
        """;
    assertEquals(new ServerMetrics(5, 4, 0.25), ServerMetrics.parse(text).orElseThrow());
    assertEquals(true, ServerMetrics.parse("up 1\n").isEmpty());
  }

  private static EndpointLoad idle(String endpoint) {
    return new EndpointLoad(endpoint, 0, 0, 0);
  }

  private static ModelRequest request(String prompt) {
    return ModelRequest.of("tiny", prompt.getBytes(UTF_8));
  }
}
