package dev.nauarch.nodeagent.server;

import dev.nauarch.nodeagent.server.SpdyFrames.Frame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.api.StatusCode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connections to a pod's ports, all of them through one WebSocket whose messages carry SPDY: each
 * connection is a stream of data and, opened before that, a stream for what goes wrong.
 */
public final class PortTunnel implements Session.Listener {
  /** The protocol that it speaks. */
  static final String PROTOCOL = "SPDY/3.1+portforward.k8s.io";

  private static final Logger LOG = LoggerFactory.getLogger(PortTunnel.class);
  private static final int CONNECTIONS_MAX = 1_000;
  private static final int CHUNK_BYTES = 32 * 1024;

  private final Ports ports;
  private final SpdyFrames frames = new SpdyFrames();

  /** Streams for errors whose connection has not been asked for yet, by the request. */
  private final Map<String, Integer> errorStreams = new HashMap<>();

  private final Map<Integer, SocketChannel> connections = new ConcurrentHashMap<>();
  private volatile @Nullable Session session;
  private volatile boolean isClosed;

  /** Frames are acted upon in order on one thread, so that a slow pod blocks nobody else. */
  private final ExecutorService input =
      Executors.newSingleThreadExecutor(Thread.ofVirtual().name("tunnel-input").factory());

  /** Leads to the ports of one pod. */
  @FunctionalInterface
  interface Ports {
    /**
     * Connects to a port.
     *
     * @throws IOException where nobody listens there; the message is for the client
     */
    SocketChannel connect(int port) throws IOException;
  }

  PortTunnel(Ports ports) {
    this.ports = ports;
  }

  @Override
  public void onWebSocketOpen(Session opened) {
    session = opened;
    opened.demand();
  }

  @Override
  public void onWebSocketBinary(ByteBuffer payload, Callback callback) {
    var message = new byte[payload.remaining()];
    payload.get(message);
    callback.succeed();
    try {
      input.execute(() -> takeAndGoOn(message));
    } catch (RejectedExecutionException e) {
      LOG.debug("A message came after the tunnel's end", e);
    }
  }

  /**
   * The next message is asked for when this one is done with: a full socket holds the sender up.
   */
  private void takeAndGoOn(byte[] message) {
    var open = session;
    if (open == null) {
      return;
    }
    try {
      for (var frame : frames.read(message)) {
        take(open, frame);
      }
      open.demand();
    } catch (IOException e) {
      open.close(StatusCode.PROTOCOL, e.getMessage(), Callback.NOOP);
    } catch (CompletionException e) {
      LOG.debug("Nobody hears of a tunnel's connections", e);
    }
  }

  private void take(Session open, Frame frame) throws IOException {
    switch (frame) {
      case Frame.Open(var stream, var headers) -> {
        send(open, frames.reply(stream));
        var request = headers.getOrDefault("requestid", "");
        if (headers.getOrDefault("streamtype", "").equals("error")) {
          errorStreams.put(request, stream);
        } else {
          var errors = errorStreams.remove(request);
          if (errors == null || connections.size() + errorStreams.size() >= CONNECTIONS_MAX) {
            throw new IOException("a connection needs a stream for errors, and 1,000 are the most");
          }
          connect(open, headers.getOrDefault("port", ""), new Streams(stream, errors));
        }
      }
      case Frame.Data(var stream, var isLast, var content) -> write(stream, isLast, content);
      case Frame.Reset(var stream) -> {
        var connection = connections.remove(stream);
        if (connection != null) {
          connection.close();
        }
      }
      case Frame.Ping(var id) -> send(open, SpdyFrames.ping(id));
    }
  }

  /** The two streams of one connection. */
  private record Streams(int data, int errors) {}

  private void connect(Session open, String port, Streams streams) {
    try {
      var connection = ports.connect(Integer.parseInt(port));
      connections.put(streams.data, connection);
      if (isClosed) {
        connection.close();
      }
      Thread.ofVirtual().name("tunnel-output").start(() -> copy(open, connection, streams));
    } catch (IOException | NumberFormatException e) {
      var message = String.valueOf(e.getMessage()).getBytes(StandardCharsets.UTF_8);
      end(open, streams, message);
    }
  }

  private void copy(Session open, SocketChannel connection, Streams streams) {
    var chunk = new byte[CHUNK_BYTES];
    try {
      try (connection) {
        for (var count = connection.read(ByteBuffer.wrap(chunk));
            count >= 0;
            count = connection.read(ByteBuffer.wrap(chunk))) {
          send(open, SpdyFrames.data(streams.data, false, chunk, count));
        }
      } catch (IOException e) {
        LOG.debug("A connection to a pod ended early", e);
      }
      connections.remove(streams.data, connection);
      end(open, streams, new byte[0]);
    } catch (CompletionException e) {
      LOG.debug("Nobody hears of a tunnel's connection", e);
    }
  }

  private static void end(Session open, Streams streams, byte[] error) {
    send(open, SpdyFrames.data(streams.errors, true, error, error.length));
    send(open, SpdyFrames.data(streams.data, true, error, 0));
  }

  private void write(int stream, boolean isLast, byte[] content) {
    var connection = connections.get(stream);
    if (connection == null) {
      return;
    }
    try {
      var left = ByteBuffer.wrap(content);
      while (left.hasRemaining()) {
        connection.write(left);
      }
      if (isLast) {
        connection.shutdownOutput();
      }
    } catch (IOException e) {
      LOG.debug("A pod does not take what it is sent", e);
    }
  }

  /** Sends one message and waits until it has left, so that output does not pile up here. */
  private static void send(Session open, byte[] message) {
    Callback.Completable.with(sent -> open.sendBinary(ByteBuffer.wrap(message), sent)).join();
  }

  @Override
  public void onWebSocketClose(int code, String reason, Callback callback) {
    close();
    callback.succeed();
  }

  @Override
  public void onWebSocketError(Throwable cause) {
    LOG.debug("A tunnel broke", cause);
    close();
  }

  private void close() {
    isClosed = true;
    for (var connection : connections.values()) {
      try {
        connection.close();
      } catch (IOException e) {
        LOG.debug("A connection to a pod did not close", e);
      }
    }
    try {
      input.execute(frames::close);
    } catch (RejectedExecutionException e) {
      LOG.debug("The tunnel was closed before", e);
    }
    input.shutdown();
  }
}
