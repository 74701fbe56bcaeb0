package dev.nauarch.nodeagent.image.layer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * One block of 512 bytes that describes an entry, as POSIX (ustar) and GNU have it.
 *
 * @param block its bytes
 */
record TarHeader(byte[] block) {
  static final int BYTES = 512;

  private static final int CHECKSUM_AT = 148;
  private static final int CHECKSUM_BYTES = 8;

  boolean isZero() {
    for (var each : block) {
      if (each != 0) {
        return false;
      }
    }
    return true;
  }

  /** Refuses what is no header. */
  void check() throws IOException {
    var unsigned = 0L;
    var signed = 0L;
    for (var i = 0; i < BYTES; i++) {
      var inChecksum = i >= CHECKSUM_AT && i < CHECKSUM_AT + CHECKSUM_BYTES;
      var each = inChecksum ? (byte) ' ' : block[i];
      unsigned += each & 0xff;
      signed += each;
    }
    var said = number(CHECKSUM_AT, CHECKSUM_BYTES);
    if (said != unsigned && said != signed) {
      throw new IOException("the layer is no tar archive: a header has a wrong checksum");
    }
  }

  char kind() {
    return (char) (block[156] == 0 ? '0' : block[156] & 0xff);
  }

  String name() {
    var name = text(0, 100);
    // GNU has other things where POSIX has the beginning of a long name.
    var isPosix = text(257, 8).equals("ustar") && block[263] == '0';
    var prefix = isPosix ? text(345, 155) : "";
    return prefix.isEmpty() ? name : prefix + "/" + name;
  }

  String target() {
    return text(157, 100);
  }

  int mode() throws IOException {
    return (int) number(100, 8);
  }

  long user() throws IOException {
    return number(108, 8);
  }

  long group() throws IOException {
    return number(116, 8);
  }

  long size() throws IOException {
    return number(124, 12);
  }

  long seconds() throws IOException {
    return number(136, 12);
  }

  int deviceMajor() throws IOException {
    return (int) number(329, 8);
  }

  int deviceMinor() throws IOException {
    return (int) number(337, 8);
  }

  /** The text of a field, up to its end or a zero. */
  String text(int at, int count) {
    var end = at;
    while (end < at + count && block[end] != 0) {
      end++;
    }
    return new String(block, at, end - at, StandardCharsets.ISO_8859_1);
  }

  /** A number: octal digits, or for large ones and those below zero, bytes after a mark. */
  long number(int at, int count) throws IOException {
    if ((block[at] & 0x80) != 0) {
      var value = (block[at] & 0x40) != 0 ? -1L : 0L;
      for (var i = at; i < at + count; i++) {
        // The first byte has the mark, and the sign beside it.
        value = value << 8 | (i > at || value < 0 ? block[i] & 0xff : block[i] & 0x7f);
      }
      return value;
    }
    var text = text(at, count).strip();
    try {
      return text.isEmpty() ? 0 : Long.parseLong(text, 8);
    } catch (NumberFormatException e) {
      throw new IOException("the layer is no tar archive: \"" + text + "\" is no octal number", e);
    }
  }
}
