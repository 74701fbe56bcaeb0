package dev.nauarch.apiserver.request;

import dev.nauarch.apiserver.port.Headers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/** Compresses answers for clients that take them so. */
final class Compression {

  static final Response.Header HEADER = new Response.Header("Content-Encoding", "gzip");

  private static final int BUFFER_BYTES = 8192;

  private Compression() {}

  /** Whether a client takes gzip. */
  static boolean isWanted(Headers headers) {
    return Accept.ranges(headers.first("Accept-Encoding")).stream()
        .anyMatch(range -> range.type().equals("gzip"));
  }

  /** A stream that compresses what is written to it, quickly rather than tightly. */
  static OutputStream into(OutputStream out) throws IOException {
    return new GZIPOutputStream(out, BUFFER_BYTES) {
      {
        def.setLevel(Deflater.BEST_SPEED);
      }
    };
  }

  static byte[] compressed(byte[] bytes) {
    var out = new ByteArrayOutputStream(bytes.length / 4);
    try (var gzip = into(out)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new IllegalStateException("memory can't be written to", e);
    }
    return out.toByteArray();
  }
}
