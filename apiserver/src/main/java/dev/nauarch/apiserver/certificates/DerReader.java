package dev.nauarch.apiserver.certificates;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.StringJoiner;

/** Reads the structures of DER (ITU-T X.690), one after the other. Used by one thread. */
final class DerReader {

  private static final int LENGTH_BYTES_MAX = 3;
  private static final int SEQUENCE = 0x30;

  private final byte[] bytes;
  private final int end;
  private int at;

  private DerReader(byte[] bytes, int from, int end) {
    this.bytes = bytes;
    this.at = from;
    this.end = end;
  }

  /** One structure: its tag, its content, and all of its bytes. */
  record Value(int tag, byte[] content, byte[] whole) {

    /** What is inside. */
    DerReader inside() {
      return new DerReader(content, 0, content.length);
    }

    /** The bits of a bit string that has a whole number of bytes. */
    byte[] bits() throws GeneralSecurityException {
      if (content.length == 0 || content[0] != 0) {
        throw new GeneralSecurityException("asn1: syntax error: not a string of whole bytes");
      }
      return Arrays.copyOfRange(content, 1, content.length);
    }

    /** A text of any of the types that names use. */
    String text() throws GeneralSecurityException {
      return switch (tag) {
        case 0x0c -> new String(content, StandardCharsets.UTF_8);
        case 0x1e -> new String(content, StandardCharsets.UTF_16BE);
        case 0x12, 0x13, 0x16 -> new String(content, StandardCharsets.US_ASCII);
        case 0x14 -> new String(content, StandardCharsets.ISO_8859_1);
        default -> throw new GeneralSecurityException("asn1: structure error: not a text");
      };
    }

    /** An object identifier in dotted form. */
    String oid() throws GeneralSecurityException {
      if (tag != 0x06 || content.length == 0) {
        throw new GeneralSecurityException("asn1: structure error: not an object identifier");
      }
      var dotted = new StringJoiner(".");
      var number = BigInteger.ZERO;
      for (var each : content) {
        number = number.shiftLeft(7).or(BigInteger.valueOf(each & 0x7f));
        if (each >= 0) {
          if (dotted.length() == 0) {
            var first = number.min(BigInteger.valueOf(80)).intValue() / 40;
            dotted.add(Integer.toString(first));
            number = number.subtract(BigInteger.valueOf(40L * first));
          }
          dotted.add(number.toString());
          number = BigInteger.ZERO;
        }
      }
      return dotted.toString();
    }
  }

  /** The one structure that the bytes are. */
  static Value only(byte[] bytes) throws GeneralSecurityException {
    var reader = new DerReader(bytes, 0, bytes.length);
    var value = reader.next();
    if (reader.hasNext()) {
      throw new GeneralSecurityException("asn1: syntax error: trailing data");
    }
    return value;
  }

  boolean hasNext() {
    return at < end;
  }

  /** The next structure, which must be a sequence. */
  Value sequence() throws GeneralSecurityException {
    return tagged(SEQUENCE);
  }

  /** The next structure, which must have this tag. */
  Value tagged(int tag) throws GeneralSecurityException {
    var value = next();
    if (value.tag != tag) {
      throw new GeneralSecurityException(
          "asn1: structure error: tags don't match (%d vs %d)"
              .formatted(tag & 0x1f, value.tag & 0x1f));
    }
    return value;
  }

  /** The next structure. */
  Value next() throws GeneralSecurityException {
    int start = at;
    int tag = take();
    int length = take();
    if (length > 0x80 + LENGTH_BYTES_MAX || length == 0x80) {
      throw new GeneralSecurityException("asn1: structure error: length too large");
    }
    if (length > 0x80) {
      int left = length - 0x80;
      length = 0;
      for (; left > 0; left--) {
        length = length << 8 | take();
      }
    }
    if (length > end - at) {
      throw new GeneralSecurityException("asn1: syntax error: data truncated");
    }
    var value =
        new Value(
            tag,
            Arrays.copyOfRange(bytes, at, at + length),
            Arrays.copyOfRange(bytes, start, at + length));
    at += length;
    return value;
  }

  private int take() throws GeneralSecurityException {
    if (at >= end) {
      throw new GeneralSecurityException("asn1: syntax error: truncated tag or length");
    }
    return bytes[at++] & 0xff;
  }
}
