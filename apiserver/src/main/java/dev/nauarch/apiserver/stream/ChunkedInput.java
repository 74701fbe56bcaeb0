package dev.nauarch.apiserver.stream;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** The bytes of a body in HTTP's chunked coding. */
final class ChunkedInput extends InputStream {

  private final InputStream in;
  private long left;
  private boolean hasEnded;

  ChunkedInput(InputStream in) {
    this.in = in;
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    if (hasEnded) {
      return -1;
    }
    if (left == 0) {
      left = size();
      if (left == 0) {
        hasEnded = true;
        return -1;
      }
    }
    var read = in.read(buffer, offset, (int) Math.min(length, left));
    if (read < 0) {
      throw new EOFException("the body ended within a chunk");
    }
    left -= read;
    if (left == 0) {
      line();
    }
    return read;
  }

  private long size() throws IOException {
    var line = line();
    var semicolon = line.indexOf(';');
    try {
      return Long.parseLong((semicolon < 0 ? line : line.substring(0, semicolon)).strip(), 16);
    } catch (NumberFormatException e) {
      throw new IOException("not the size of a chunk: " + line, e);
    }
  }

  private String line() throws IOException {
    var line = new StringBuilder();
    for (var b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("the body ended between two chunks");
      }
      if (b != '\r') {
        line.append((char) b);
      }
    }
    return line.toString();
  }
}
