package dev.nauarch.client.tls;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** The structures of DER (ITU-T X.690) that a certificate is made of, each as its bytes. */
public final class Der {

  private static final int BOOLEAN = 0x01;
  private static final int INTEGER = 0x02;
  private static final int BIT_STRING = 0x03;
  private static final int OCTET_STRING = 0x04;
  private static final int OBJECT_IDENTIFIER = 0x06;
  private static final int UTF8_STRING = 0x0c;
  private static final int UTC_TIME = 0x17;
  private static final int GENERALIZED_TIME = 0x18;
  private static final int SEQUENCE = 0x30;
  private static final int SET = 0x31;
  private static final int CONTEXT = 0x80;
  private static final int CONSTRUCTED = 0x20;

  // RFC 5280, 4.1.2.5: dates through 2049 are UTCTime, later ones GeneralizedTime.
  private static final int UTC_TIME_YEAR_MAX = 2049;
  private static final DateTimeFormatter UTC =
      DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter GENERALIZED =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

  private Der() {}

  /** Parts in their order. */
  public static byte[] sequence(byte[]... parts) {
    return tagged(SEQUENCE, concatenated(parts));
  }

  /** Parts of a set. */
  public static byte[] set(byte[]... parts) {
    return tagged(SET, concatenated(parts));
  }

  /** The boolean that is true. */
  public static byte[] truth() {
    return tagged(BOOLEAN, new byte[] {(byte) 0xff});
  }

  /** A whole number. */
  public static byte[] integer(BigInteger value) {
    return tagged(INTEGER, value.toByteArray());
  }

  /** Bytes. */
  public static byte[] octets(byte[] content) {
    return tagged(OCTET_STRING, content);
  }

  /** A text. */
  public static byte[] utf8(String text) {
    return tagged(UTF8_STRING, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Bits, of whose last byte some at the end do not count. */
  public static byte[] bits(int unused, byte... content) {
    return tagged(BIT_STRING, concatenated(new byte[] {(byte) unused}, content));
  }

  /** A moment, to the second. */
  public static byte[] time(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC).getYear() <= UTC_TIME_YEAR_MAX
        ? tagged(UTC_TIME, UTC.format(instant).getBytes(StandardCharsets.US_ASCII))
        : tagged(GENERALIZED_TIME, GENERALIZED.format(instant).getBytes(StandardCharsets.US_ASCII));
  }

  /** An object identifier in dotted form, for example {@code 2.5.29.17}. */
  public static byte[] oid(String dotted) {
    var parts = dotted.split("\\.", -1);
    var content = new ByteArrayOutputStream();
    base128(content, Long.parseLong(parts[0]) * 40 + Long.parseLong(parts[1]));
    for (int i = 2; i < parts.length; i++) {
      base128(content, Long.parseLong(parts[i]));
    }
    return tagged(OBJECT_IDENTIFIER, content.toByteArray());
  }

  /** An implicitly tagged primitive value, as the names of a subject alternative name are. */
  public static byte[] implicit(int number, byte[] content) {
    return tagged(CONTEXT | number, content);
  }

  /** An explicitly tagged value. */
  public static byte[] explicit(int number, byte[] content) {
    return tagged(CONTEXT | CONSTRUCTED | number, content);
  }

  /** Parts one behind the other. */
  public static byte[] concatenated(byte[]... parts) {
    var all = new ByteArrayOutputStream();
    for (var part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private static void base128(ByteArrayOutputStream content, long value) {
    int groups = Math.max(1, (Long.SIZE - Long.numberOfLeadingZeros(value) + 6) / 7);
    for (int group = groups - 1; group >= 0; group--) {
      long bits = (value >>> (7 * group)) & 0x7f;
      content.write((int) (group == 0 ? bits : bits | 0x80));
    }
  }

  private static byte[] tagged(int tag, byte[] content) {
    var all = new ByteArrayOutputStream(content.length + 6);
    all.write(tag);
    if (content.length < 0x80) {
      all.write(content.length);
    } else {
      var length = BigInteger.valueOf(content.length).toByteArray();
      int skip = length[0] == 0 ? 1 : 0;
      all.write(0x80 | (length.length - skip));
      all.write(length, skip, length.length - skip);
    }
    all.writeBytes(content);
    return all.toByteArray();
  }
}
