package dev.nauarch.apiserver.http;

import dev.nauarch.apiserver.request.Sink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Blocker;
import org.eclipse.jetty.util.BufferUtil;

/**
 * Streams an answer over HTTP/1.1 in whole chunks. Jetty writes the line end that closes a chunk
 * only before the next chunk; clients that read whole chunks, as Python's do, would see each event
 * of a watch when the next one comes. So the chunks are written here, past Jetty, which writes what
 * is before the first and after the last of them.
 *
 * <p>For the same reason Jetty does not see when a client stops reading in the middle of a chunk,
 * nor when it has gone while there is nothing to send: it is this sink that then ends the
 * connection.
 */
final class ChunkedSink implements Sink {

  private static final byte[] LINE_END = {'\r', '\n'};

  private final EndPoint connection;
  private final Thread sender = Thread.currentThread();
  private volatile boolean isSending;
  private volatile long sendingSinceNanos;

  private ChunkedSink(EndPoint connection) {
    this.connection = connection;
  }

  /** Sends status and headers; called by the thread that will send the rest. */
  static ChunkedSink open(Request request, Response response) throws IOException {
    response.getHeaders().put(HttpHeader.TRANSFER_ENCODING, HttpHeaderValue.CHUNKED.asString());
    Content.Sink.write(response, false, BufferUtil.EMPTY_BUFFER);
    var sink = new ChunkedSink(request.getConnectionMetaData().getConnection().getEndPoint());
    request.addIdleTimeoutListener(sink::isOver);
    return sink;
  }

  /** Called when the connection has stood still for as long as it may. */
  private boolean isOver(TimeoutException timeout) {
    if (isSending) {
      var sendingMs = (System.nanoTime() - sendingSinceNanos) / 1_000_000;
      if (sendingMs >= connection.getIdleTimeout()) {
        connection.close(timeout);
      }
    } else if (isGone()) {
      connection.close(timeout);
      sender.interrupt();
    }
    // Jetty itself has nothing under way: between two chunks silence is fine.
    return false;
  }

  /** Whether the client has closed its side, or begun a request that nobody is going to read. */
  private boolean isGone() {
    try {
      return connection.fill(BufferUtil.allocate(1)) != 0;
    } catch (IOException reset) {
      return true;
    }
  }

  @Override
  public void send(byte[] bytes, int offset, int length) throws IOException {
    // A chunk of no bytes would end the answer.
    if (length > 0) {
      var size = (Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.US_ASCII);
      sendingSinceNanos = System.nanoTime();
      isSending = true;
      try (var written = Blocker.callback()) {
        connection.write(
            written,
            ByteBuffer.wrap(size),
            ByteBuffer.wrap(bytes, offset, length),
            ByteBuffer.wrap(LINE_END));
        written.block();
      } finally {
        isSending = false;
      }
    }
  }
}
