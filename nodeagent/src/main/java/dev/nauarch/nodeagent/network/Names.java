package dev.nauarch.nodeagent.network;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Short names for chains and sets. */
public final class Names {
  private static final int BYTES = 8;

  private Names() {}

  /** A name for a subject that nothing else has: 16 hexadecimal digits of its SHA-256. */
  public static String of(String subject) {
    try {
      var hash = MessageDigest.getInstance("SHA-256");
      var bytes = hash.digest(subject.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(bytes, 0, BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
