package dev.nauarch.apiserver.stream;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** The bytes of a body in HTTP's chunked coding. */
public final class ChunkedInput extends InputStream {

  private static final int LINE_LENGTH_MAX = 8 * 1024;
  private static final int LINES_MAX = 100;

  private final InputStream in;
  private long left;
  private boolean hasEnded;

  /** The body that begins here. */
  public ChunkedInput(InputStream in) {
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
        skipTrailers();
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

  /** What follows the last chunk, so that the next answer on the connection can be read. */
  private void skipTrailers() throws IOException {
    for (var lines = 0; !line().isEmpty(); lines++) {
      if (lines == LINES_MAX) {
        throw new IOException("the body ends with too many trailers");
      }
    }
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
      if (line.length() > LINE_LENGTH_MAX) {
        throw new IOException("the line between two chunks is too long");
      }
      if (b != '\r') {
        line.append((char) b);
      }
    }
    return line.toString();
  }
}
