package dev.nauarch.apiserver.object;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.UUID;

/**
 * Random UUIDs (RFC 9562, version 4) of the platform's secure source. They are drawn many at a
 * time: the source has one lock, and a price for each question, which all creations would share.
 */
public final class Uids {

  private static final int DRAWN_BYTES = 256 * 16;
  private static final Uids SHARED = new Uids(new SecureRandom());

  private final SecureRandom random;
  private final byte[] drawn = new byte[DRAWN_BYTES];
  private final ByteBuffer unused = ByteBuffer.wrap(drawn).position(DRAWN_BYTES);

  private Uids(SecureRandom random) {
    this.random = random;
  }

  /** A UUID that no other object has. */
  public static String next() {
    return SHARED.draw().toString();
  }

  private synchronized UUID draw() {
    if (!unused.hasRemaining()) {
      random.nextBytes(drawn);
      unused.clear();
    }
    var high = (unused.getLong() & ~0xF000L) | 0x4000L;
    var low = (unused.getLong() & ~(0b11L << 62)) | (0b10L << 62);
    return new UUID(high, low);
  }
}
