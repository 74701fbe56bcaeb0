package dev.nauarch.nodeagent.server;

import dev.nauarch.nodeagent.spdy.SpdyConnection;
import dev.nauarch.nodeagent.spdy.SpdyStreams;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** SPDY on a connection that has left HTTP behind. Read on one virtual thread. */
final class SpdyUpgrade extends AbstractConnection
    implements Connection.UpgradeTo, SpdyConnection.Wire {
  /** What a client asks to speak. */
  static final String PROTOCOL = "SPDY/3.1";

  private static final Logger LOG = LoggerFactory.getLogger(SpdyUpgrade.class);
  private static final int BUFFER_BYTES = 32 * 1024;

  private final SpdyConnection connection;
  private volatile ByteBuffer early = BufferUtil.EMPTY_BUFFER;

  private SpdyUpgrade(
      EndPoint endPoint, Request request, Function<SpdyConnection, SpdyStreams> streams) {
    super(endPoint, request.getComponents().getExecutor());
    this.connection = new SpdyConnection(this, streams);
  }

  /**
   * Answers 101, and takes the connection over.
   *
   * @param version what the client's streams mean; empty where it did not say
   */
  static void begin(
      Request request,
      Response response,
      Callback callback,
      String version,
      Function<SpdyConnection, SpdyStreams> streams) {
    var endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
    response.setStatus(HttpStatus.SWITCHING_PROTOCOLS_101);
    response.getHeaders().put(HttpHeader.CONNECTION, "Upgrade");
    response.getHeaders().put(HttpHeader.UPGRADE, PROTOCOL);
    if (!version.isEmpty()) {
      response.getHeaders().put("X-Stream-Protocol-Version", version);
    }
    request.setAttribute(
        HttpStream.UPGRADE_CONNECTION_ATTRIBUTE, new SpdyUpgrade(endPoint, request, streams));
    response.write(true, BufferUtil.EMPTY_BUFFER, callback);
  }

  @Override
  public void onUpgradeTo(ByteBuffer buffer) {
    early = BufferUtil.copy(buffer);
  }

  @Override
  public void onOpen() {
    super.onOpen();
    Thread.ofVirtual().name("spdy").start(this::read);
  }

  @Override
  public void onFillable() {
    // Reading is done by blocking reads on the connection's own thread.
  }

  private void read() {
    try {
      if (early.hasRemaining()) {
        connection.take(BufferUtil.toArray(early));
      }
      var buffer = BufferUtil.allocate(BUFFER_BYTES);
      while (true) {
        BufferUtil.clear(buffer);
        if (fill(buffer) < 0) {
          break;
        }
        connection.take(BufferUtil.toArray(buffer));
      }
    } catch (IOException e) {
      LOG.debug("A connection of streams ended", e);
    } finally {
      connection.closed();
      getEndPoint().close();
    }
  }

  private int fill(ByteBuffer buffer) throws IOException {
    while (true) {
      var filled = getEndPoint().fill(buffer);
      if (filled != 0) {
        return filled;
      }
      var blocked = new Blocked();
      getEndPoint().fillInterested(blocked);
      blocked.await();
    }
  }

  @Override
  public void send(byte[] bytes) throws IOException {
    var blocked = new Blocked();
    getEndPoint().write(blocked, ByteBuffer.wrap(bytes));
    blocked.await();
  }

  @Override
  public void close() {
    getEndPoint().shutdownOutput();
  }

  /** Turns the end of an operation of Jetty's into the return of a blocked call. */
  private static final class Blocked implements Callback {
    private final CountDownLatch done = new CountDownLatch(1);
    private volatile @Nullable Throwable failure;

    @Override
    public void succeeded() {
      done.countDown();
    }

    @Override
    public void failed(Throwable cause) {
      failure = cause;
      done.countDown();
    }

    void await() throws IOException {
      try {
        done.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
      var cause = failure;
      if (cause != null) {
        throw new IOException(cause);
      }
    }
  }
}
