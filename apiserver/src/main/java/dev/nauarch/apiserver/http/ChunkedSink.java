package dev.nauarch.apiserver.http;

import dev.nauarch.apiserver.request.Sink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
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
 */
final class ChunkedSink implements Sink {

  private static final byte[] LINE_END = {'\r', '\n'};

  private final EndPoint connection;

  private ChunkedSink(EndPoint connection) {
    this.connection = connection;
  }

  /** Sends status and headers. */
  static ChunkedSink open(Request request, Response response) throws IOException {
    response.getHeaders().put(HttpHeader.TRANSFER_ENCODING, HttpHeaderValue.CHUNKED.asString());
    Content.Sink.write(response, false, BufferUtil.EMPTY_BUFFER);
    return new ChunkedSink(request.getConnectionMetaData().getConnection().getEndPoint());
  }

  @Override
  public void send(byte[] bytes, int offset, int length) throws IOException {
    // A chunk of no bytes would end the answer.
    if (length > 0) {
      var size = (Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.US_ASCII);
      try (var written = Blocker.callback()) {
        connection.write(
            written,
            ByteBuffer.wrap(size),
            ByteBuffer.wrap(bytes, offset, length),
            ByteBuffer.wrap(LINE_END));
        written.block();
      }
    }
  }
}
