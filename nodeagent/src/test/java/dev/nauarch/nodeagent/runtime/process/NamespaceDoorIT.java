package dev.nauarch.nodeagent.runtime.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.nauarch.nodeagent.network.Tool;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A door into a namespace of this test's own; needs root and {@code ip}. */
class NamespaceDoorIT {
  private final String name = "door-" + ProcessHandle.current().pid();
  private final Path namespace = Path.of("/run/netns", name);

  @BeforeEach
  void make() throws IOException {
    Tool.run("", "ip", "netns", "add", name);
    Tool.run("", "ip", "-n", name, "link", "set", "lo", "up");
  }

  @AfterEach
  void remove() throws IOException {
    Tool.run("", "ip", "netns", "del", name);
  }

  @Test
  void whoListensInsideIsReachedThroughTheDoorOnly() throws Exception {
    try (var server = listen()) {
      var port = ((InetSocketAddress) server.getLocalAddress()).getPort();
      var loopback = InetAddress.getLoopbackAddress();
      try (var client = new NamespaceDoor(Optional.of(namespace), loopback).connect(port);
          var accepted = server.accept()) {
        client.write(ByteBuffer.wrap(new byte[] {42}));
        var read = ByteBuffer.allocate(1);
        assertEquals(1, accepted.read(read));
        assertEquals(42, read.get(0));
      }
      var outside = new NamespaceDoor(Optional.empty(), loopback);
      assertThrows(IOException.class, () -> outside.connect(port).close());
    }
  }

  /** Listens inside, on a thread of its own that has gone in. */
  private ServerSocketChannel listen() {
    var server = new CompletableFuture<ServerSocketChannel>();
    Thread.ofPlatform()
        .start(
            () -> {
              try {
                Posix.enterNetwork(namespace.toString());
                var channel = ServerSocketChannel.open();
                channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                server.complete(channel);
              } catch (IOException e) {
                server.completeExceptionally(e);
              }
            });
    return server.join();
  }
}
