package dev.nauarch.apiserver.http;

import java.time.Duration;
import java.util.List;

/**
 * How to listen.
 *
 * @param hosts the addresses to listen on, all at the same port
 * @param port the port; 0 for any free one
 * @param identity what the server shows, and whose clients it believes
 * @param threads how many of Jetty's own threads there are at the most
 * @param readsInMemory whether reading one object waits for nothing, so that it may be done on
 *     Jetty's threads
 * @param patience how long a connection may stand still in the middle of something
 */
public record HttpOptions(
    List<String> hosts,
    int port,
    TlsIdentity identity,
    int threads,
    boolean readsInMemory,
    Duration patience) {}
