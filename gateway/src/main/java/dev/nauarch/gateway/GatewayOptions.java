package dev.nauarch.gateway;

import java.time.Duration;

/**
 * How a gateway runs.
 *
 * @param listenAddress the address that every listener's port is opened on
 * @param metricsInterval how often each replica is asked for its load
 * @param connectTimeout how long to wait for a connection to a replica before the next is tried
 * @param bodyBytesMax the largest request body; a larger one is refused with 413
 */
public record GatewayOptions(
    String listenAddress, Duration metricsInterval, Duration connectTimeout, int bodyBytesMax) {

  /** Loopback, and the intervals that suit a machine of one's own. */
  public static final GatewayOptions DEFAULT =
      new GatewayOptions("127.0.0.1", Duration.ofMillis(200), Duration.ofSeconds(2), 16 << 20);
}
