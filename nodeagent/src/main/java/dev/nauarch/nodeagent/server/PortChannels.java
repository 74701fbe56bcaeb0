package dev.nauarch.nodeagent.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.api.StatusCode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to each of some ports of a pod, over the channels of a WebSocket: two for each
 * port, for its data and for what goes wrong. Each channel first tells its port.
 */
public final class PortChannels implements Session.Listener {
  /** The protocols that it speaks; the first is that of clients that name none. */
  static final List<String> PROTOCOLS = List.of("v4.channel.k8s.io", "v4.base64.channel.k8s.io");

  private static final Logger LOG = LoggerFactory.getLogger(PortChannels.class);
  private static final int CHUNK_BYTES = 32 * 1024;

  private final PodPorts pod;
  private final List<Integer> ports;
  private final boolean isBase64;
  private final Map<Integer, SocketChannel> connections = new ConcurrentHashMap<>();
  private final AtomicInteger left;
  private volatile @Nullable Session session;

  /** Messages are acted upon in order on one thread, so that a slow pod blocks nobody else. */
  private final ExecutorService input =
      Executors.newSingleThreadExecutor(Thread.ofVirtual().name("ports-input").factory());

  PortChannels(PodPorts pod, List<Integer> ports, String protocol) {
    this.pod = pod;
    this.ports = List.copyOf(ports);
    this.left = new AtomicInteger(ports.size());
    this.isBase64 = protocol.contains("base64");
  }

  @Override
  public void onWebSocketOpen(Session opened) {
    session = opened;
    input.execute(
        () -> {
          for (var i = 0; i < ports.size(); i++) {
            begin(2 * i, ports.get(i));
          }
          opened.demand();
        });
  }

  private void begin(int channel, int port) {
    var told = ByteBuffer.allocate(2).order(ByteOrder.LITTLE_ENDIAN).putShort((short) port).array();
    try {
      send(channel, told, 2);
      send(channel + 1, told, 2);
      try {
        var connection = pod.connect(port);
        connections.put(channel, connection);
        Thread.ofVirtual().name("ports-output").start(() -> copy(connection, channel));
      } catch (IOException e) {
        var words = String.valueOf(e.getMessage()).getBytes(StandardCharsets.UTF_8);
        send(channel + 1, words, words.length);
        endOne();
      }
    } catch (IOException e) {
      LOG.debug("Nobody hears of a port", e);
    }
  }

  private void copy(SocketChannel connection, int channel) {
    var chunk = new byte[CHUNK_BYTES];
    try (connection) {
      for (var count = connection.read(ByteBuffer.wrap(chunk));
          count >= 0;
          count = connection.read(ByteBuffer.wrap(chunk))) {
        send(channel, chunk, count);
      }
    } catch (IOException e) {
      LOG.debug("A connection to a pod ended early", e);
    }
    endOne();
  }

  /** The last connection that ends takes the WebSocket with it. */
  private void endOne() {
    var open = session;
    if (left.decrementAndGet() == 0 && open != null) {
      open.close(StatusCode.NORMAL, "", Callback.NOOP);
    }
  }

  private void send(int channel, byte[] content, int length) throws IOException {
    var open = session;
    if (open == null) {
      throw new IOException("the connection is not open");
    }
    try {
      if (isBase64) {
        var bytes = ByteBuffer.wrap(content, 0, length);
        var text =
            channel
                + StandardCharsets.US_ASCII.decode(Base64.getEncoder().encode(bytes)).toString();
        Callback.Completable.with(sent -> open.sendText(text, sent)).join();
      } else {
        var message =
            ByteBuffer.allocate(length + 1).put((byte) channel).put(content, 0, length).flip();
        Callback.Completable.with(sent -> open.sendBinary(message, sent)).join();
      }
    } catch (CompletionException e) {
      throw new IOException(e);
    }
  }

  @Override
  public void onWebSocketBinary(ByteBuffer payload, Callback callback) {
    var message = new byte[payload.remaining()];
    payload.get(message);
    callback.succeed();
    if (message.length > 0) {
      takeLater(message[0], ByteBuffer.wrap(message, 1, message.length - 1));
    }
  }

  @Override
  public void onWebSocketText(String message) {
    var channel = message.isEmpty() ? -1 : isBase64 ? message.charAt(0) - '0' : message.charAt(0);
    try {
      var rest = message.isEmpty() ? "" : message.substring(1);
      var content =
          isBase64 ? Base64.getDecoder().decode(rest) : rest.getBytes(StandardCharsets.UTF_8);
      takeLater(channel, ByteBuffer.wrap(content));
    } catch (IllegalArgumentException e) {
      takeLater(-1, ByteBuffer.allocate(0));
    }
  }

  private void takeLater(int channel, ByteBuffer content) {
    try {
      input.execute(() -> take(channel, content));
    } catch (RejectedExecutionException e) {
      LOG.debug("A message came after the end", e);
    }
  }

  /**
   * The next message is asked for when this one is done with: a full socket holds the sender up.
   */
  private void take(int channel, ByteBuffer content) {
    var connection = connections.get(channel);
    try {
      while (connection != null && content.hasRemaining()) {
        connection.write(content);
      }
    } catch (IOException e) {
      LOG.debug("A pod does not take what it is sent", e);
    }
    var open = session;
    if (open != null && open.isOpen()) {
      open.demand();
    }
  }

  @Override
  public void onWebSocketClose(int code, String reason, Callback callback) {
    end();
    callback.succeed();
  }

  @Override
  public void onWebSocketError(Throwable cause) {
    LOG.debug("A connection to ports broke", cause);
    end();
  }

  private void end() {
    for (var connection : connections.values()) {
      try {
        connection.close();
      } catch (IOException e) {
        LOG.debug("A connection to a pod did not close", e);
      }
    }
    input.shutdown();
  }
}
