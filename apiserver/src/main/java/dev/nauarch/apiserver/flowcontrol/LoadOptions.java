package dev.nauarch.apiserver.flowcontrol;

import java.time.Duration;

/**
 * How much a server does at once.
 *
 * @param seats how many requests of width 1, all levels together
 * @param patience how long a request waits for its turn at most
 */
public record LoadOptions(int seats, Duration patience) {

  private static final Duration REQUEST_TIMEOUT = Duration.ofMinutes(1);

  /** As many as Kubernetes has by default, for requests that read and for those that write. */
  public static final LoadOptions DEFAULT = of(400, 200);

  /**
   * The two limits of Kubernetes, which count together.
   *
   * @param reading {@code --max-requests-inflight}
   * @param writing {@code --max-mutating-requests-inflight}
   */
  public static LoadOptions of(int reading, int writing) {
    return new LoadOptions(Math.addExact(reading, writing), REQUEST_TIMEOUT.dividedBy(4));
  }
}
