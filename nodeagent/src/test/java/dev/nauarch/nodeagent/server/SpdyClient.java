package dev.nauarch.nodeagent.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** The client's side of SPDY. */
public final class SpdyClient implements AutoCloseable {
  private final Deflater deflater = new Deflater();
  private final Inflater inflater = new Inflater();

  /** A client that has sent nothing. */
  public SpdyClient() {
    deflater.setDictionary(SpdyFrames.dictionary());
  }

  /** The frame that opens a stream. */
  public byte[] open(int stream, Map<String, String> headers) {
    var plain = new ByteArrayOutputStream();
    plain.writeBytes(number(headers.size()));
    headers.forEach(
        (name, value) -> {
          for (var word : new String[] {name, value}) {
            plain.writeBytes(number(word.length()));
            plain.writeBytes(word.getBytes(StandardCharsets.US_ASCII));
          }
        });
    var block = new byte[4096];
    deflater.setInput(plain.toByteArray());
    var length = deflater.deflate(block, 0, block.length, Deflater.SYNC_FLUSH);
    return ByteBuffer.allocate(18 + length)
        .putInt(0x80030001)
        .putInt(10 + length)
        .putInt(stream)
        .putInt(0)
        .putShort((short) 0)
        .put(block, 0, length)
        .array();
  }

  /** A frame of a stream that holds a text. */
  public static byte[] data(int stream, String text) {
    var bytes = text.getBytes(StandardCharsets.US_ASCII);
    return SpdyFrames.data(stream, false, bytes, bytes.length);
  }

  private static byte[] number(int number) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
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
    deflater.end();
    inflater.end();
  }
}
