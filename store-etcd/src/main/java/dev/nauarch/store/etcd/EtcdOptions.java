package dev.nauarch.store.etcd;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How an etcd cluster is reached.
 *
 * @param endpoints {@code host:port} of its members; at least one. One is used at a time
 * @param tls keys and certificates; empty for plain text
 * @param requestTimeout how long a request may take before its outcome is unknown
 * @param lagEventsMax by how many changes, of any key, a watcher may fall behind
 * @param progressInterval how often a watcher with no events of its own hears of progress
 */
public record EtcdOptions(
    List<String> endpoints,
    Optional<Tls> tls,
    Duration requestTimeout,
    int lagEventsMax,
    Duration progressInterval) {

  /**
   * Files in PEM form.
   *
   * @param certificateAuthority whom the members' certificates must come from
   * @param certificate our own
   * @param key its key
   */
  public record Tls(Path certificateAuthority, Path certificate, Path key) {}

  public EtcdOptions {
    endpoints = List.copyOf(endpoints);
    if (endpoints.isEmpty() || lagEventsMax < 1) {
      throw new IllegalArgumentException(
          "etcd needs an endpoint and a lag of 1 at least, got " + endpoints + ", " + lagEventsMax);
    }
  }

  /** The usual limits. */
  public static EtcdOptions of(List<String> endpoints, Optional<Tls> tls) {
    return new EtcdOptions(endpoints, tls, Duration.ofSeconds(10), 20_000, Duration.ofSeconds(1));
  }
}
