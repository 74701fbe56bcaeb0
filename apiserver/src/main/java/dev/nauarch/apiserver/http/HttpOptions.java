package dev.nauarch.apiserver.http;

/**
 * How to listen.
 *
 * @param host the address to listen on, for example {@code 0.0.0.0}
 * @param port the port; 0 for any free one
 * @param identity what the server shows, and whose clients it believes
 * @param threads how many of Jetty's own threads there are at the most
 * @param readsInMemory whether reading one object waits for nothing, so that it may be done on
 *     Jetty's threads
 */
public record HttpOptions(
    String host, int port, TlsIdentity identity, int threads, boolean readsInMemory) {}
