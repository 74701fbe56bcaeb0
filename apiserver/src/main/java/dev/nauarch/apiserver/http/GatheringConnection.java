package dev.nauarch.apiserver.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;

/**
 * A TLS connection that sends together the answers to requests that came together. Requests of one
 * HTTP/2 connection are read and mostly answered by one thread, one after the other; a TLS record,
 * a system call and a waking of the client for each would take half of the time. So what the
 * reading thread writes is gathered until it wants to read more. What other threads write goes out
 * at once.
 */
final class GatheringConnection extends SslConnection {

  /** What one TLS record holds. */
  private static final int GATHERED_BYTES_MAX = 16 * 1024;

  GatheringConnection(
      Connector connector, SslContextFactory tls, EndPoint endPoint, SSLEngine engine) {
    super(connector.getByteBufferPool(), connector.getExecutor(), tls, endPoint, engine);
  }

  @Override
  protected SslEndPoint newSslEndPoint() {
    return new GatheringEndPoint();
  }

  private final class GatheringEndPoint extends SslEndPoint {
    private final Object lock = new Object();
    private @Nullable Thread reader;
    private @Nullable ByteBuffer gathered;
    private boolean isSending;
    private @Nullable Runnable afterSending;

    @Override
    public int fill(ByteBuffer buffer) throws IOException {
      send();
      var filled = super.fill(buffer);
      var isReading = filled > 0 && "h2".equals(getSSLEngine().getApplicationProtocol());
      synchronized (lock) {
        reader = isReading ? Thread.currentThread() : null;
      }
      if (!isReading) {
        // A former reader may have answered a request while another thread had gone on reading.
        send();
      }
      return filled;
    }

    /** Called again only when the callback has been, since that is how HTTP/2 writes. */
    @Override
    public void write(Callback callback, ByteBuffer... buffers) {
      var all = buffers;
      synchronized (lock) {
        if (isSending) {
          afterSending = () -> write(callback, buffers);
          return;
        }
        if (Thread.currentThread().equals(reader) && gather(buffers)) {
          all = null;
        } else if (gathered != null) {
          all = new ByteBuffer[buffers.length + 1];
          all[0] = gathered.flip();
          System.arraycopy(buffers, 0, all, 1, buffers.length);
          gathered = null;
        }
      }
      if (all == null) {
        callback.succeeded();
      } else {
        super.write(callback, all);
      }
    }

    /** Takes what is to be written, where there is room. */
    private boolean gather(ByteBuffer... buffers) {
      var length = 0;
      for (var buffer : buffers) {
        length += buffer.remaining();
      }
      var room = gathered == null ? GATHERED_BYTES_MAX : gathered.remaining();
      if (length > room) {
        return false;
      }
      if (gathered == null) {
        gathered = ByteBuffer.allocate(GATHERED_BYTES_MAX);
      }
      for (var buffer : buffers) {
        gathered.put(buffer);
      }
      return true;
    }

    private void send() {
      ByteBuffer bytes;
      synchronized (lock) {
        if (gathered == null || isSending) {
          return;
        }
        bytes = gathered.flip();
        gathered = null;
        isSending = true;
      }
      super.write(Callback.from(this::sent, this::failed), bytes);
    }

    private void sent() {
      Runnable next;
      synchronized (lock) {
        isSending = false;
        next = afterSending;
        afterSending = null;
      }
      if (next != null) {
        next.run();
      }
    }

    /** Whoever wrote it thinks that it is on its way: the connection is of no more use. */
    private void failed(Throwable cause) {
      close(cause);
      sent();
    }

    @Override
    public void doShutdownOutput() {
      send();
      super.doShutdownOutput();
    }

    @Override
    public void doClose() {
      send();
      super.doClose();
    }
  }
}
