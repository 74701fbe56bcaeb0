package dev.nauarch.verification.benchmark;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * HTTP/2 with many requests in flight, for requests without a body (RFC 9113). Header compression
 * is not used in either direction: the table of the server is set to nothing, so that a status can
 * be read without one.
 */
final class Http2Exchange implements Exchange {

  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int RESET = 3;
  private static final int SETTINGS = 4;
  private static final int PING = 6;
  private static final int GO_AWAY = 7;
  private static final int WINDOW_UPDATE = 8;
  private static final int END_STREAM = 1;
  private static final int ACKNOWLEDGED = 1;
  private static final int END_HEADERS = 4;
  private static final int HEADER_TABLE_SIZE = 1;
  private static final int INITIAL_WINDOW_SIZE = 4;
  private static final int WINDOW_BYTES = 1 << 30;
  private static final int FRAME_HEAD_BYTES = 9;

  /** The statuses of the static table of HPACK, by their index (RFC 7541, appendix A). */
  private static final Map<Integer, Integer> STATUS_BY_INDEX =
      Map.of(8, 200, 9, 204, 10, 206, 11, 304, 12, 400, 13, 404, 14, 500);

  private final TlsChannel channel;
  private final ByteBuffer out = ByteBuffer.allocate(16 * 1024);
  private final Map<Integer, Sent> inFlight = new HashMap<>();
  private int nextStream = 1;
  private long received;

  private static final class Sent {
    private final long nanos = System.nanoTime();
    private int status;
  }

  Http2Exchange(TlsChannel channel) throws IOException {
    this.channel = channel;
    out.put(PREFACE);
    frame(SETTINGS, 0, 0, 12);
    out.putShort((short) HEADER_TABLE_SIZE).putInt(0);
    out.putShort((short) INITIAL_WINDOW_SIZE).putInt(WINDOW_BYTES);
    frame(WINDOW_UPDATE, 0, 0, 4);
    out.putInt(WINDOW_BYTES);
    flush();
  }

  private void frame(int type, int flags, int stream, int length) {
    out.put((byte) (length >> 16)).putShort((short) length);
    out.put((byte) type).put((byte) flags).putInt(stream);
  }

  @Override
  public void flush() throws IOException {
    if (out.position() > 0) {
      out.flip();
      channel.write(out);
      out.clear();
    }
  }

  @Override
  public void send(Request request) {
    if (request.body().length > 0) {
      throw new IllegalArgumentException("this client sends no bodies over HTTP/2");
    }
    var path = request.path().getBytes(StandardCharsets.US_ASCII);
    var authority = "localhost".getBytes(StandardCharsets.US_ASCII);
    frame(
        HEADERS, END_STREAM | END_HEADERS, nextStream, 2 + 2 + path.length + 2 + authority.length);
    // Indexed: ":method: GET" and ":scheme: https"; then literals whose names are indexed.
    out.put((byte) 0x82).put((byte) 0x87);
    out.put((byte) 0x04).put((byte) path.length).put(path);
    out.put((byte) 0x01).put((byte) authority.length).put(authority);
    inFlight.put(nextStream, new Sent());
    nextStream += 2;
  }

  @Override
  public void receive(ByteBuffer bytes, Listener listener) throws IOException {
    while (bytes.remaining() >= FRAME_HEAD_BYTES) {
      var at = bytes.position();
      var length = (bytes.get(at) & 0xFF) << 16 | (bytes.getShort(at + 1) & 0xFFFF);
      if (bytes.remaining() < FRAME_HEAD_BYTES + length) {
        return;
      }
      var type = bytes.get(at + 3);
      var flags = bytes.get(at + 4);
      var stream = bytes.getInt(at + 5);
      bytes.position(at + FRAME_HEAD_BYTES);
      take(type, flags, stream, bytes.slice(bytes.position(), length), listener);
      bytes.position(at + FRAME_HEAD_BYTES + length);
    }
  }

  private void take(int type, int flags, int stream, ByteBuffer payload, Listener listener)
      throws IOException {
    switch (type) {
      case HEADERS -> {
        var sent = inFlight.get(stream);
        if (sent != null) {
          sent.status = status(payload);
        }
      }
      case DATA -> credit(payload.remaining());
      case SETTINGS -> acknowledge(SETTINGS, flags, ByteBuffer.allocate(0));
      case PING -> acknowledge(PING, flags, payload);
      case RESET, GO_AWAY -> throw new IOException("the server refuses: frame type " + type);
      default -> {}
    }
    if ((type == HEADERS || type == DATA) && (flags & END_STREAM) != 0) {
      var sent = inFlight.remove(stream);
      if (sent != null) {
        listener.answered(sent.status, sent.nanos);
      }
    }
  }

  private void acknowledge(int type, int flags, ByteBuffer payload) {
    if ((flags & ACKNOWLEDGED) == 0) {
      frame(type, ACKNOWLEDGED, 0, payload.remaining());
      out.put(payload);
    }
  }

  /** Gives the server its window back once half of it is used. */
  private void credit(int count) {
    received += count;
    if (received > WINDOW_BYTES / 2) {
      frame(WINDOW_UPDATE, 0, 0, 4);
      out.putInt((int) received);
      received = 0;
    }
  }

  /** The first field of an answer is its status: indexed, or a literal of three digits. */
  private static int status(ByteBuffer block) {
    var first = block.get(0) & 0xFF;
    if (first >= 0x20 && first < 0x40) { // a change of the table's size comes before it
      return status(block.slice(1, block.remaining() - 1));
    }
    if (first >= 0x80) {
      return STATUS_BY_INDEX.getOrDefault(first & 0x7F, 0);
    }
    return 0;
  }
}
