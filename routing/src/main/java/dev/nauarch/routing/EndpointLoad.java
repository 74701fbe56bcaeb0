package dev.nauarch.routing;

/**
 * How busy one replica is, as of one moment.
 *
 * @param endpoint its address and port, {@code 10.244.0.7:8000}
 * @param waiting requests in its queue
 * @param running requests that it works on; where the gateway itself has more under way there than
 *     the last metrics knew, that number
 * @param cacheUsage the part of its key-value cache in use, 0 to 1
 */
public record EndpointLoad(String endpoint, long waiting, long running, double cacheUsage) {

  /** Requests that a new one would share the replica with, or wait for. */
  long depth() {
    return waiting + running;
  }
}
