package dev.nauarch.verification.benchmark;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** HTTP/1.1 with one request in flight, for answers that state their length. */
final class Http1Exchange implements Exchange {

  private static final byte[] LENGTH = "\r\ncontent-length: ".getBytes(StandardCharsets.US_ASCII);
  private static final int STATUS_AT = "HTTP/1.1 ".length();

  private final TlsChannel channel;
  private final ByteBuffer out = ByteBuffer.allocate(64 * 1024);
  private long sentNanos;

  Http1Exchange(TlsChannel channel) {
    this.channel = channel;
  }

  @Override
  public void send(Request request) {
    var head = new StringBuilder(256);
    head.append(request.method()).append(' ').append(request.path()).append(" HTTP/1.1\r\n");
    head.append("Host: localhost\r\nAccept: application/json\r\n");
    if (request.body().length > 0) {
      head.append("Content-Type: application/json\r\nContent-Length: ");
      head.append(request.body().length).append("\r\n");
    }
    head.append("\r\n");
    out.put(head.toString().getBytes(StandardCharsets.US_ASCII)).put(request.body());
    sentNanos = System.nanoTime();
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
  public void receive(ByteBuffer bytes, Listener listener) throws IOException {
    var start = bytes.position();
    var end = headEnd(bytes);
    if (end < 0) {
      return;
    }
    var size = end - start + number(bytes, lengthAt(bytes, end));
    if (bytes.remaining() < size) {
      return;
    }
    var status = number(bytes, start + STATUS_AT);
    bytes.position(start + size);
    listener.answered(status, sentNanos);
  }

  /** Where the body begins; negative where the head is not whole. */
  private static int headEnd(ByteBuffer bytes) {
    for (var at = bytes.position(); at + 3 < bytes.limit(); at++) {
      if (bytes.get(at) == '\r' && bytes.get(at + 2) == '\r') {
        return at + 4;
      }
    }
    return -1;
  }

  private static int lengthAt(ByteBuffer bytes, int end) throws IOException {
    for (var at = bytes.position(); at + LENGTH.length < end; at++) {
      var matched = 0;
      while (matched < LENGTH.length && lower(bytes.get(at + matched)) == LENGTH[matched]) {
        matched++;
      }
      if (matched == LENGTH.length) {
        return at + matched;
      }
    }
    throw new IOException("the answer does not state its length");
  }

  private static byte lower(byte letter) {
    return letter >= 'A' && letter <= 'Z' ? (byte) (letter + 32) : letter;
  }

  private static int number(ByteBuffer bytes, int start) {
    var number = 0;
    for (var at = start; bytes.get(at) >= '0' && bytes.get(at) <= '9'; at++) {
      number = number * 10 + bytes.get(at) - '0';
    }
    return number;
  }
}
