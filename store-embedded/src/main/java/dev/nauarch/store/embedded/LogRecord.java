package dev.nauarch.store.embedded;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * One record of a log or a snapshot.
 *
 * <p>On disk, big-endian: CRC32C of all that follows, length of what follows the length, kind,
 * revision, context, length of the key, key as UTF-8, value.
 *
 * @param kind what it says
 * @param revision the revision that it is about
 * @param context in a log, how many bytes of it were flushed when the record was written; for an
 *     entry of a snapshot the revision that created it; at a snapshot's end the number of entries
 */
record LogRecord(Kind kind, long revision, long context, String key, byte[] value) {

  /** What a record says, and the byte that says so on disk. */
  enum Kind {
    /** The first record: everything up to the revision lies before this file. */
    HEAD(1),
    /** The key was written at the revision. */
    PUT(2),
    /** The key was deleted at the revision. */
    DELETE(3),
    /** Everything before the revision may be forgotten. */
    COMPACT(4),
    /** Nothing but the context. */
    WITNESS(5),
    /** The key was last written at the revision. */
    ENTRY(6),
    /** The last record of a snapshot. */
    END(7);

    private static final Kind[] BY_CODE = {HEAD, PUT, DELETE, COMPACT, WITNESS, ENTRY, END};

    private final int code;

    Kind(int code) {
      this.code = code;
    }

    private static boolean isKnown(int code) {
      return code >= 1 && code <= BY_CODE.length;
    }
  }

  /** A record and where the next one starts. */
  record Placed(LogRecord record, long nextOffset) {}

  private static final byte[] NOTHING = new byte[0];
  private static final int HEADER_BYTES = 8;
  private static final int FIXED_BYTES = 1 + 8 + 8 + 4;

  /** The shortest record, all together. */
  static final int BYTES_MIN = HEADER_BYTES + FIXED_BYTES;

  private static final int BODY_BYTES_MAX = 8 << 20;

  /** A record without a key. */
  static LogRecord of(Kind kind, long revision, long context) {
    return new LogRecord(kind, revision, context, "", NOTHING);
  }

  /** How many bytes of buffer {@link #write} needs at the most. */
  int bytesMax() {
    return HEADER_BYTES + FIXED_BYTES + 3 * key.length() + value.length;
  }

  /** Appends the record to a buffer. */
  void write(ByteBuffer into) {
    int start = into.position();
    byte[] keyBytes = key.getBytes(StandardCharsets.UTF_8);
    into.putInt(0)
        .putInt(FIXED_BYTES + keyBytes.length + value.length)
        .put((byte) kind.code)
        .putLong(revision)
        .putLong(context)
        .putInt(keyBytes.length)
        .put(keyBytes)
        .put(value);
    var checksum = new CRC32C();
    checksum.update(into.duplicate().limit(into.position()).position(start + 4));
    into.putInt(start, (int) checksum.getValue());
  }

  /**
   * How long a record is that seems to start at an index; 0 where none does.
   *
   * @param from holds {@link #BYTES_MIN} bytes from there on
   */
  static long plausibleBytes(byte[] from, int index) {
    ByteBuffer buffer = ByteBuffer.wrap(from);
    int bodyBytes = buffer.getInt(index + 4);
    boolean isPlausible =
        bodyBytes >= FIXED_BYTES
            && bodyBytes <= BODY_BYTES_MAX
            && Kind.isKnown(from[index + HEADER_BYTES]);
    return isPlausible ? HEADER_BYTES + bodyBytes : 0;
  }

  /** Reads a record of a plausible length; empty where its checksum differs. */
  static Optional<LogRecord> read(byte[] from, int index, int bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(from);
    var checksum = new CRC32C();
    checksum.update(from, index + 4, bytes - 4);
    if ((int) checksum.getValue() != buffer.getInt(index)) {
      return Optional.empty();
    }
    int body = index + HEADER_BYTES;
    int keyStart = body + FIXED_BYTES;
    int keyBytes = buffer.getInt(body + 17);
    return Optional.of(
        new LogRecord(
            Kind.BY_CODE[from[body] - 1],
            buffer.getLong(body + 1),
            buffer.getLong(body + 9),
            new String(from, keyStart, keyBytes, StandardCharsets.UTF_8),
            Arrays.copyOfRange(from, keyStart + keyBytes, index + bytes)));
  }
}
