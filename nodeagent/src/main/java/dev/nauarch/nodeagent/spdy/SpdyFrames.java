package dev.nauarch.nodeagent.spdy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * Reads and writes frames of SPDY 3.1, one side of a connection: as much of it as it takes to have
 * several streams on one connection. Headers are compressed with one state for each direction:
 * frames with headers must be sent in the order in which they were made. Those of replies say
 * nothing and are not read.
 */
public final class SpdyFrames implements AutoCloseable {
  private static final int HEAD_BYTES = 8;
  private static final int FRAME_BYTES_MAX = 1 << 20;
  private static final int HEADERS_BYTES_MAX = 16 << 10;
  private static final int REPLY_BYTES_MAX = 128;
  private static final int OPEN_BYTES = 10;
  private static final int OPEN_BYTES_MORE = 128;
  private static final int VERSION = 3;
  private static final int OPEN = 1;
  private static final int REPLY = 2;
  private static final int RESET = 3;
  private static final int PING = 6;
  private static final int HEADERS = 8;
  private static final int LAST = 1;
  private static final byte[] DICTIONARY = dictionary();

  private final Inflater inflater = new Inflater();
  private final Deflater deflater = new Deflater();
  private byte[] rest = {};

  /** Of a connection on which nothing was sent. */
  public SpdyFrames() {
    deflater.setDictionary(DICTIONARY);
  }

  /** What a client sent. */
  public sealed interface Frame {
    /** It opens a stream; what it says of it has names in small letters. */
    record Open(int stream, Map<String, String> headers) implements Frame {}

    /** It sends something on a stream, or ends its half of it, or both. */
    record Data(int stream, boolean isLast, byte[] content) implements Frame {}

    /** It gives a stream up. */
    record Reset(int stream) implements Frame {}

    /** It wants the same back. */
    record Ping(int id) implements Frame {}
  }

  /**
   * Takes the next bytes, and gives the frames that they complete. Frames that ask for nothing are
   * left out.
   *
   * @throws IOException where they are no frames, or too long ones
   */
  public List<Frame> read(byte[] bytes) throws IOException {
    var all = ByteBuffer.allocate(rest.length + bytes.length).put(rest).put(bytes).flip();
    var frames = new ArrayList<Frame>();
    while (all.remaining() >= HEAD_BYTES) {
      var length = all.getInt(all.position() + 4) & 0xffffff;
      if (length > FRAME_BYTES_MAX) {
        throw new IOException("a frame of " + length + " bytes; at most 1 MiB is taken");
      }
      if (all.remaining() < HEAD_BYTES + length) {
        break;
      }
      var first = all.getInt();
      var flags = all.getInt() >>> 24;
      try {
        frame(first, flags, all.slice(all.position(), length)).ifPresent(frames::add);
      } catch (BufferUnderflowException e) {
        throw new IOException("a frame is cut short", e);
      }
      all.position(all.position() + length);
    }
    rest = new byte[all.remaining()];
    all.get(rest);
    return frames;
  }

  private Optional<Frame> frame(int first, int flags, ByteBuffer body) throws IOException {
    if (first >= 0) {
      var content = new byte[body.remaining()];
      body.get(content);
      return Optional.of(new Frame.Data(first, (flags & LAST) != 0, content));
    }
    if ((first >>> 16 & 0x7fff) != VERSION) {
      throw new IOException("a frame of another version of SPDY");
    }
    return switch (first & 0xffff) {
      case OPEN -> {
        var stream = body.getInt();
        body.getInt();
        body.getShort();
        yield Optional.of(new Frame.Open(stream, headers(body)));
      }
      case HEADERS -> {
        body.getInt();
        headers(body);
        yield Optional.empty();
      }
      case RESET -> Optional.of(new Frame.Reset(body.getInt()));
      case PING -> Optional.of(new Frame.Ping(body.getInt()));
      default -> Optional.empty();
    };
  }

  private Map<String, String> headers(ByteBuffer compressed) throws IOException {
    var plain = new byte[HEADERS_BYTES_MAX];
    var length = 0;
    try {
      inflater.setInput(compressed);
      var count = -1;
      while (count != 0) {
        count = inflater.inflate(plain, length, plain.length - length);
        length += count;
        if (count == 0 && inflater.needsDictionary()) {
          inflater.setDictionary(DICTIONARY);
          count = -1;
        }
      }
    } catch (DataFormatException | IllegalArgumentException e) {
      throw new IOException("headers can't be read", e);
    }
    if (length == plain.length) {
      throw new IOException("headers are longer than 16 KiB");
    }
    var text = ByteBuffer.wrap(plain, 0, length);
    var headers = new HashMap<String, String>();
    for (var left = text.getInt(); left > 0; left--) {
      headers.put(word(text).toLowerCase(Locale.ROOT), word(text));
    }
    return headers;
  }

  private static String word(ByteBuffer text) {
    var length = text.getInt();
    if (length < 0 || length > text.remaining()) {
      throw new BufferUnderflowException();
    }
    var bytes = new byte[length];
    text.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** The frame that opens a stream. */
  public byte[] open(int stream, Map<String, String> headers) {
    var plain = new ByteArrayOutputStream();
    plain.writeBytes(number(headers.size()));
    headers.forEach(
        (name, value) -> {
          for (var word : List.of(name, value)) {
            var bytes = word.getBytes(StandardCharsets.UTF_8);
            plain.writeBytes(number(bytes.length));
            plain.writeBytes(bytes);
          }
        });
    deflater.setInput(plain.toByteArray());
    var block = new byte[plain.size() + OPEN_BYTES_MORE];
    var length = deflater.deflate(block, 0, block.length, Deflater.SYNC_FLUSH);
    return ByteBuffer.allocate(HEAD_BYTES + OPEN_BYTES + length)
        .putInt(1 << 31 | VERSION << 16 | OPEN)
        .putInt(OPEN_BYTES + length)
        .putInt(stream)
        .putInt(0)
        .putShort((short) 0)
        .put(block, 0, length)
        .array();
  }

  private static byte[] number(int number) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
  }

  /** The frame that accepts a stream. */
  public byte[] reply(int stream) {
    var block = new byte[REPLY_BYTES_MAX];
    // That there are no headers.
    deflater.setInput(new byte[Integer.BYTES]);
    var length = deflater.deflate(block, 0, block.length, Deflater.SYNC_FLUSH);
    return ByteBuffer.allocate(HEAD_BYTES + Integer.BYTES + length)
        .putInt(1 << 31 | VERSION << 16 | REPLY)
        .putInt(Integer.BYTES + length)
        .putInt(stream)
        .put(block, 0, length)
        .array();
  }

  /** A frame of a stream; after the last one this side sends no more on it. */
  public static byte[] data(int stream, boolean isLast, byte[] content, int length) {
    return ByteBuffer.allocate(HEAD_BYTES + length)
        .putInt(stream)
        .putInt((isLast ? LAST << 24 : 0) | length)
        .put(content, 0, length)
        .array();
  }

  /** The answer to a ping. */
  public static byte[] ping(int id) {
    return ByteBuffer.allocate(HEAD_BYTES + Integer.BYTES)
        .putInt(1 << 31 | VERSION << 16 | PING)
        .putInt(Integer.BYTES)
        .putInt(id)
        .array();
  }

  /** What the compression of headers takes for having gone before, as the protocol defines it. */
  public static byte[] dictionary() {
    var words =
        "options|head|post|put|delete|trace|accept|accept-charset|accept-encoding|accept-language"
            + "|accept-ranges|age|allow|authorization|cache-control|connection|content-base"
            + "|content-encoding|content-language|content-length|content-location|content-md5"
            + "|content-range|content-type|date|etag|expect|expires|from|host|if-match"
            + "|if-modified-since|if-none-match|if-range|if-unmodified-since|last-modified"
            + "|location|max-forwards|pragma|proxy-authenticate|proxy-authorization|range|referer"
            + "|retry-after|server|te|trailer|transfer-encoding|upgrade|user-agent|vary|via"
            + "|warning|www-authenticate|method|get|status|200 OK|version|HTTP/1.1|url|public"
            + "|set-cookie|keep-alive|origin";
    var tail =
        "100101201202205206300302303304305306307402405406407408409410411412413414415416417502504505"
            + "203 Non-Authoritative Information204 No Content301 Moved Permanently400 Bad Request"
            + "401 Unauthorized403 Forbidden404 Not Found500 Internal Server Error"
            + "501 Not Implemented503 Service Unavailable"
            + "Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec 00:00:00"
            + " Mon, Tue, Wed, Thu, Fri, Sat, Sun, GMT"
            + "chunked,text/html,image/png,image/jpg,image/gif,application/xml,"
            + "application/xhtml+xml,text/plain,text/javascript,publicprivatemax-age=gzip,deflate,"
            + "sdchcharset=utf-8charset=iso-8859-1,utf-,*,enq=0.";
    var dictionary = new ByteArrayOutputStream();
    for (var word : words.split("[|]", -1)) {
      dictionary.writeBytes(number(word.length()));
      dictionary.writeBytes(word.getBytes(StandardCharsets.US_ASCII));
    }
    dictionary.writeBytes(tail.getBytes(StandardCharsets.US_ASCII));
    return dictionary.toByteArray();
  }

  @Override
  public void close() {
    inflater.end();
    deflater.end();
  }
}
