package dev.nauarch.apiserver.http;

import dev.nauarch.apiserver.request.Response.Peer;
import dev.nauarch.apiserver.request.Response.Upgraded;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import org.eclipse.jetty.http.HttpHeader;
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

/**
 * A client's connection that has left HTTP behind: its bytes go to a peer and the peer's bytes come
 * back, on one virtual thread for each direction. A side that does not read stops the other one, so
 * that no more than two buffers are ever on the way.
 */
final class SpliceConnection extends AbstractConnection implements Connection.UpgradeTo {

  private static final Logger LOG = LoggerFactory.getLogger(SpliceConnection.class);
  private static final int BUFFER_BYTES = 32 * 1024;
  private static final long FAREWELL_MS = 5_000;

  private final Peer peer;
  private volatile ByteBuffer early = BufferUtil.EMPTY_BUFFER;

  private SpliceConnection(EndPoint endPoint, Request request, Peer peer) {
    super(endPoint, request.getComponents().getExecutor());
    this.peer = peer;
  }

  /** Answers 101, and takes the connection over. */
  static void upgrade(Upgraded upgraded, Request request, Response response, Callback callback) {
    var endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
    endPoint.setIdleTimeout(0);
    var connection = new SpliceConnection(endPoint, request, upgraded.peer());
    response.getHeaders().put(HttpHeader.CONNECTION, "Upgrade");
    request.setAttribute(HttpStream.UPGRADE_CONNECTION_ATTRIBUTE, connection);
    response.write(true, BufferUtil.EMPTY_BUFFER, callback);
  }

  @Override
  public void onUpgradeTo(ByteBuffer buffer) {
    early = BufferUtil.copy(buffer);
  }

  @Override
  public void onOpen() {
    super.onOpen();
    Thread.ofVirtual().name("splice-to-peer").start(this::toPeer);
    Thread.ofVirtual().name("splice-from-peer").start(this::fromPeer);
  }

  @Override
  public void onFillable() {
    // Reading is done by blocking reads on the connection's own threads.
  }

  @Override
  public void onClose(@Nullable Throwable cause) {
    super.onClose(cause);
    peer.close();
  }

  private void toPeer() {
    var buffer = BufferUtil.allocate(BUFFER_BYTES);
    var bytes = new byte[BUFFER_BYTES];
    try {
      var left = early;
      if (left.hasRemaining()) {
        var head = BufferUtil.toArray(left);
        peer.write(head, head.length);
      }
      while (true) {
        BufferUtil.clear(buffer);
        var filled = fill(buffer);
        if (filled < 0) {
          peer.endOutput();
          closeOnceBothHaveEnded();
          return;
        }
        buffer.get(bytes, 0, filled);
        peer.write(bytes, filled);
      }
    } catch (IOException e) {
      LOG.debug("A spliced connection ended", e);
      getEndPoint().close();
    }
  }

  private int fill(ByteBuffer buffer) throws IOException {
    while (true) {
      var filled = getEndPoint().fill(buffer);
      if (filled != 0) {
        return filled;
      }
      var blocker = new Blocked();
      getEndPoint().fillInterested(blocker);
      blocker.await();
    }
  }

  private void fromPeer() {
    var bytes = new byte[BUFFER_BYTES];
    try {
      while (true) {
        var length = peer.read(bytes);
        if (length < 0) {
          break;
        }
        if (length > 0) {
          write(ByteBuffer.wrap(bytes, 0, length));
        }
      }
      // The client may still have its goodbye to say: its connection stays open for that.
      getEndPoint().setIdleTimeout(FAREWELL_MS);
      getEndPoint().shutdownOutput();
      closeOnceBothHaveEnded();
    } catch (IOException e) {
      LOG.debug("A spliced connection ended", e);
      getEndPoint().close();
    }
  }

  private void closeOnceBothHaveEnded() {
    if (getEndPoint().isOutputShutdown() && getEndPoint().isInputShutdown()) {
      getEndPoint().close();
    }
  }

  private void write(ByteBuffer buffer) throws IOException {
    var blocker = new Blocked();
    getEndPoint().write(blocker, buffer);
    blocker.await();
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
