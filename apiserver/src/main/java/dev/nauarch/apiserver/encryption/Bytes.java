package dev.nauarch.apiserver.encryption;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What is done with bytes in several places. */
final class Bytes {

  private Bytes() {}

  static byte[] of(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static byte[] joined(byte[] first, byte[] second) {
    var both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  static byte[] part(byte[] bytes, int from, int to) {
    return Arrays.copyOfRange(bytes, from, to);
  }

  /** Whether bytes hold others at an index. */
  static boolean startsWith(byte[] bytes, int from, byte[] prefix) {
    var end = from + prefix.length;
    return end <= bytes.length && Arrays.equals(bytes, from, end, prefix, 0, prefix.length);
  }
}
