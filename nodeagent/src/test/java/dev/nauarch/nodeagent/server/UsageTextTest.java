package dev.nauarch.nodeagent.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** What a machine says of itself. */
class UsageTextTest {

  @Test
  void aMachineUsesWhatIsNeitherIdleNorFree() {
    var page =
        UsageText.machine(
            "cpu  100 20 30 9000 800 1 2 3 50 7\ncpu0 1 2 3\n",
            "MemTotal:       2048 kB\nMemFree: 1 kB\nMemAvailable:   1024 kB\n");
    assertEquals(
        """
        # TYPE node_cpu_usage_seconds_total counter
        node_cpu_usage_seconds_total 1.56
        # TYPE node_memory_working_set_bytes gauge
        node_memory_working_set_bytes 1048576
        """,
        page);
  }
}
