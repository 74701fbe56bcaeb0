package dev.nauarch.nodeagent.runtime.process;

import dev.nauarch.nodeagent.PodAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Leads to the programs of a pod as they reach each other: also to those that listen on loopback.
 *
 * @param namespace the file of the network namespace to connect in; empty for the host's
 * @param host the address to connect to
 */
public record NamespaceDoor(Optional<Path> namespace, InetAddress host) {

  /** The door to a pod. Pods that share a network have loopback addresses of their own. */
  static NamespaceDoor of(PodAddress pod) {
    var hasOwn = pod.namespace().isEmpty() && pod.ip().startsWith("127.");
    return new NamespaceDoor(
        pod.namespace(), InetAddress.ofLiteral(hasOwn ? pod.ip() : "127.0.0.1"));
  }

  /**
   * Connects to a port.
   *
   * @throws IOException where nobody listens on it
   */
  public SocketChannel connect(int port) throws IOException {
    var address = new InetSocketAddress(host, port);
    if (namespace.isEmpty()) {
      return open(address);
    }
    var connection = new CompletableFuture<SocketChannel>();
    // A namespace is a thread's: this one enters it, and ends before it does anything else.
    Thread.ofPlatform()
        .name("door")
        .daemon()
        .start(
            () -> {
              try {
                Posix.enterNetwork(namespace.get().toString());
                connection.complete(open(address));
              } catch (IOException | RuntimeException e) {
                connection.completeExceptionally(e);
              }
            });
    try {
      return connection.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
    }
  }

  private static SocketChannel open(InetSocketAddress address) throws IOException {
    var channel = SocketChannel.open(StandardProtocolFamily.INET);
    try {
      channel.connect(address);
      return channel;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }
}
