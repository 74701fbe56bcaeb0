package dev.nauarch.apiserver;

import dev.nauarch.apiserver.http.TlsIdentity;
import java.time.Duration;
import java.util.List;

/**
 * How a server runs.
 *
 * @param hosts the addresses to listen on, all at the same port
 * @param port the port; 0 for any free one
 * @param identity what it shows to clients, and whose client certificates it believes
 * @param agentIdentity what it shows to node agents, and whose serving certificates it believes
 * @param emulatedVersion the version of Kubernetes whose API it serves, as {@code major.minor}
 * @param readsInMemory whether the store answers reads from memory, so that a read may be done on
 *     the thread that received it
 * @param patience how long a connection may stand still in the middle of a request or of an answer
 *     before it is closed
 */
public record ApiServerOptions(
    List<String> hosts,
    int port,
    TlsIdentity identity,
    TlsIdentity agentIdentity,
    String emulatedVersion,
    boolean readsInMemory,
    Duration patience) {

  /** Enough for any client that is there at all. */
  public static final Duration PATIENCE = Duration.ofMinutes(3);

  /** The same with another patience. */
  public ApiServerOptions with(Duration otherPatience) {
    return new ApiServerOptions(
        hosts, port, identity, agentIdentity, emulatedVersion, readsInMemory, otherPatience);
  }
}
