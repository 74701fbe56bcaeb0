package dev.nauarch.nodeagent.server;

import dev.nauarch.nodeagent.spdy.SpdyConnection;
import dev.nauarch.nodeagent.spdy.SpdyStreams;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connections to a pod's ports over SPDY: each is a stream of data and, opened before that, a
 * stream for what goes wrong.
 */
final class PortStreams implements SpdyStreams {
  /** What the streams are called. */
  static final String PROTOCOL = "portforward.k8s.io";

  /** The same in the messages of a WebSocket. */
  static final String TUNNELLED = SpdyUpgrade.PROTOCOL + "+" + PROTOCOL;

  private static final Logger LOG = LoggerFactory.getLogger(PortStreams.class);
  private static final int CONNECTIONS_MAX = 1_000;
  private static final int CHUNK_BYTES = 32 * 1024;

  private final SpdyConnection spdy;
  private final PodPorts ports;

  /** Streams for errors whose connection has not been asked for yet, by the request. */
  private final Map<String, Integer> errorStreams = new HashMap<>();

  private final Map<Integer, SocketChannel> connections = new ConcurrentHashMap<>();
  private volatile boolean isClosed;

  PortStreams(SpdyConnection spdy, PodPorts ports) {
    this.spdy = spdy;
    this.ports = ports;
  }

  @Override
  public void opened(int stream, Map<String, String> headers) throws IOException {
    // The oldest clients do not number their requests: for those the port has to do.
    var request = headers.getOrDefault("requestid", headers.getOrDefault("port", ""));
    if (headers.getOrDefault("streamtype", "").equals("error")) {
      errorStreams.put(request, stream);
      return;
    }
    var errors = errorStreams.remove(request);
    if (errors == null || connections.size() + errorStreams.size() >= CONNECTIONS_MAX) {
      throw new IOException("a connection needs a stream for errors, and 1,000 are the most");
    }
    connect(headers.getOrDefault("port", ""), new Pair(stream, errors));
  }

  /** The two streams of one connection. */
  private record Pair(int data, int errors) {}

  private void connect(String port, Pair streams) throws IOException {
    try {
      var connection = ports.connect(Integer.parseInt(port));
      connections.put(streams.data, connection);
      if (isClosed) {
        connection.close();
      }
      Thread.ofVirtual().name("tunnel-output").start(() -> copy(connection, streams));
    } catch (IOException | NumberFormatException e) {
      end(streams, String.valueOf(e.getMessage()).getBytes(StandardCharsets.UTF_8));
    }
  }

  private void copy(SocketChannel connection, Pair streams) {
    var chunk = new byte[CHUNK_BYTES];
    try {
      try (connection) {
        for (var count = connection.read(ByteBuffer.wrap(chunk));
            count >= 0;
            count = connection.read(ByteBuffer.wrap(chunk))) {
          spdy.send(streams.data, false, chunk, count);
        }
      } catch (IOException e) {
        LOG.debug("A connection to a pod ended early", e);
      }
      connections.remove(streams.data, connection);
      end(streams, new byte[0]);
    } catch (IOException e) {
      LOG.debug("Nobody hears of a tunnel's connection", e);
    }
  }

  private void end(Pair streams, byte[] error) throws IOException {
    spdy.send(streams.errors, true, error, error.length);
    spdy.send(streams.data, true, error, 0);
  }

  @Override
  public void data(int stream, boolean isLast, byte[] content) {
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

  @Override
  public void reset(int stream) {
    var connection = connections.remove(stream);
    if (connection != null) {
      close(connection);
    }
  }

  @Override
  public void closed() {
    isClosed = true;
    connections.values().forEach(PortStreams::close);
  }

  private static void close(SocketChannel connection) {
    try {
      connection.close();
    } catch (IOException e) {
      LOG.debug("A connection to a pod did not close", e);
    }
  }
}
