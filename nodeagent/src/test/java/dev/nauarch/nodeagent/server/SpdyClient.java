package dev.nauarch.nodeagent.server;

import dev.nauarch.nodeagent.spdy.SpdyFrames;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** The client's side of SPDY. */
public final class SpdyClient implements AutoCloseable {
  private final SpdyFrames frames = new SpdyFrames();
  private final Inflater inflater = new Inflater();

  /** The frame that opens a stream. */
  public byte[] open(int stream, Map<String, String> headers) {
    return frames.open(stream, headers);
  }

  /** A frame of a stream that holds a text. */
  public static byte[] data(int stream, String text) {
    var bytes = text.getBytes(StandardCharsets.US_ASCII);
    return SpdyFrames.data(stream, false, bytes, bytes.length);
  }

  /** The headers of a reply, of which there must be none. */
  Map<String, String> headersOf(byte[] reply) throws IOException {
    inflater.setInput(Arrays.copyOfRange(reply, 12, reply.length));
    var plain = new byte[64];
    try {
      var length = inflater.inflate(plain);
      if (length == 0 && inflater.needsDictionary()) {
        inflater.setDictionary(SpdyFrames.dictionary());
        length = inflater.inflate(plain);
      }
      if (length != Integer.BYTES || ByteBuffer.wrap(plain).getInt() != 0) {
        throw new IOException("the reply has headers, or none at all");
      }
    } catch (DataFormatException e) {
      throw new IOException(e);
    }
    return Map.of();
  }

  @Override
  public void close() {
    frames.close();
    inflater.end();
  }
}
