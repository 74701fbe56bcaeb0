package dev.nauarch.nodeagent.server;

import dev.nauarch.nodeagent.spdy.SpdyConnection;
import dev.nauarch.nodeagent.spdy.SpdyStreams;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.api.StatusCode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** SPDY in the messages of a WebSocket. */
public final class SpdySocket implements Session.Listener, SpdyConnection.Wire {
  private static final Logger LOG = LoggerFactory.getLogger(SpdySocket.class);

  private final SpdyConnection connection;
  private volatile @Nullable Session session;

  /** Frames are acted upon in order on one thread, so that a slow pod blocks nobody else. */
  private final ExecutorService input =
      Executors.newSingleThreadExecutor(Thread.ofVirtual().name("tunnel-input").factory());

  SpdySocket(Function<SpdyConnection, SpdyStreams> streams) {
    this.connection = new SpdyConnection(this, streams);
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
      connection.take(message);
      open.demand();
    } catch (IOException e) {
      open.close(StatusCode.PROTOCOL, e.getMessage(), Callback.NOOP);
    }
  }

  @Override
  public void send(byte[] bytes) throws IOException {
    var open = session;
    if (open == null) {
      throw new IOException("the connection is not open");
    }
    try {
      Callback.Completable.with(sent -> open.sendBinary(ByteBuffer.wrap(bytes), sent)).join();
    } catch (CompletionException e) {
      throw new IOException(e);
    }
  }

  @Override
  public void close() {
    var open = session;
    if (open != null) {
      open.close(StatusCode.NORMAL, "", Callback.NOOP);
    }
  }

  @Override
  public void onWebSocketClose(int code, String reason, Callback callback) {
    end();
    callback.succeed();
  }

  @Override
  public void onWebSocketError(Throwable cause) {
    LOG.debug("A tunnel broke", cause);
    end();
  }

  private void end() {
    try {
      input.execute(connection::closed);
    } catch (RejectedExecutionException e) {
      LOG.debug("The tunnel was closed before", e);
    }
    input.shutdown();
  }
}
