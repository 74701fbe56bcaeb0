package dev.nauarch.store.embedded;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
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
  private static final int BODY_BYTES_MAX = 8 << 20;
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

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

  /** Reads the record that starts at an offset; empty where no whole record does. */
  static Optional<Placed> read(MemorySegment file, long offset) {
    if (offset + HEADER_BYTES + FIXED_BYTES > file.byteSize()) {
      return Optional.empty();
    }
    int bodyBytes = file.get(INT, offset + 4);
    byte kind = file.get(ValueLayout.JAVA_BYTE, offset + HEADER_BYTES);
    boolean isPlausible =
        bodyBytes >= FIXED_BYTES
            && bodyBytes <= BODY_BYTES_MAX
            && Kind.isKnown(kind)
            && offset + HEADER_BYTES + bodyBytes <= file.byteSize();
    if (!isPlausible || !matches(file, offset, bodyBytes)) {
      return Optional.empty();
    }
    long body = offset + HEADER_BYTES;
    int keyBytes = file.get(INT, body + 17);
    byte[] key = bytes(file, body + FIXED_BYTES, keyBytes);
    byte[] value = bytes(file, body + FIXED_BYTES + keyBytes, bodyBytes - FIXED_BYTES - keyBytes);
    var record =
        new LogRecord(
            Kind.BY_CODE[kind - 1],
            file.get(LONG, body + 1),
            file.get(LONG, body + 9),
            new String(key, StandardCharsets.UTF_8),
            value);
    return Optional.of(new Placed(record, body + bodyBytes));
  }

  private static boolean matches(MemorySegment file, long offset, int bodyBytes) {
    var checksum = new CRC32C();
    checksum.update(file.asSlice(offset + 4, 4L + bodyBytes).asByteBuffer());
    return (int) checksum.getValue() == file.get(INT, offset);
  }

  private static byte[] bytes(MemorySegment file, long offset, int length) {
    return file.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE);
  }
}
