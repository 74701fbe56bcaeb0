package dev.nauarch.apiserver;

import dev.nauarch.apiserver.http.TlsIdentity;
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
 */
public record ApiServerOptions(
    List<String> hosts,
    int port,
    TlsIdentity identity,
    TlsIdentity agentIdentity,
    String emulatedVersion,
    boolean readsInMemory) {}
