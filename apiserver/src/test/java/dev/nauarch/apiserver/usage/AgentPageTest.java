package dev.nauarch.apiserver.usage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.apiserver.usage.Measured.ContainerKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Pages of agents, as kubelets write them. */
class AgentPageTest {

  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
  private static final ContainerKey WEB = new ContainerKey("default", "web", "main");

  private static AgentPage page(int second, double node, double container, String more) {
    return AgentPage.parse(
        """
        # TYPE node_cpu_usage_seconds_total counter
        node_cpu_usage_seconds_total %s 1769000000000
        node_memory_working_set_bytes 2.147483648e+09
        container_cpu_usage_seconds_total{container="main",namespace="default",pod="web"} %s
        container_memory_working_set_bytes{container="main",namespace="default",pod="web"} 65536
        container_start_time_seconds{container="main",namespace="default",pod="web"} 1
        %s
        """
            .formatted(node, container, more),
        BEGIN.plusSeconds(second));
  }

  @Test
  void useIsWhatCountersGrewByInTheTimeBetween() {
    var measured = page(10, 103, 2.5, "").since(page(0, 100, 0, ""));
    assertEquals(Duration.ofSeconds(10), measured.window());
    assertEquals(BEGIN.plusSeconds(10), measured.at());
    assertEquals(Optional.of(new Usage(300_000_000, 2_147_483_648L)), measured.node());
    assertEquals(new Usage(250_000_000, 65_536), measured.containers().get(WEB));
    assertEquals(
        "{\"cpu\":\"250m\",\"memory\":\"64Ki\"}", new Usage(250_000_000, 65_536).json().toString());
  }

  @Test
  void aCounterThatBeginsAnewSaysNothingOnce() {
    var restarted = page(10, 103, 0.5, "").since(page(0, 100, 7, ""));
    assertTrue(restarted.containers().isEmpty());
    assertTrue(restarted.node().isPresent());
  }

  @Test
  void whatIsNewOrHalfThereIsLeftOut() {
    var newer =
        page(
            10,
            103,
            1,
            "container_cpu_usage_seconds_total{container=\"b\",namespace=\"default\",pod=\"web\"} 1");
    var measured = newer.since(page(0, 100, 0, ""));
    assertEquals(1, measured.containers().size());
    assertTrue(newer.since(AgentPage.parse("no metrics", BEGIN)).containers().isEmpty());
  }
}
