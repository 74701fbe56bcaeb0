package dev.nauarch.apiserver.encryption;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The stream cipher Salsa20/20 with the nonce of 24 bytes that its author calls XSalsa20
 * ("Extending the Salsa20 nonce", D. J. Bernstein, 2011): the first 16 bytes of the nonce make a
 * key of the key, the rest is the nonce of the stream.
 */
final class Salsa20 {

  private static final int BLOCK_BYTES = 64;
  private static final int WORDS = 16;
  private static final int ROUNDS = 20;

  /** "expand 32-byte k". */
  private static final int[] CONSTANTS = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};

  /** Where a block holds the constants. */
  private static final int[] DIAGONAL = {0, 5, 10, 15};

  private static final int NONCE_START = 6;
  private static final int KEY_START = 1;
  private static final int KEY_REST = 11;

  /** The four words that each quarter of a double round changes, columns first. */
  private static final int[][] QUARTERS = {
    {0, 4, 8, 12}, {5, 9, 13, 1}, {10, 14, 2, 6}, {15, 3, 7, 11},
    {0, 1, 2, 3}, {5, 6, 7, 4}, {10, 11, 8, 9}, {15, 12, 13, 14}
  };

  private Salsa20() {}

  /**
   * The beginning of the stream.
   *
   * @param key 32 bytes
   * @param nonce 24 bytes
   * @param length how many bytes of it
   */
  static byte[] extended(byte[] key, byte[] nonce, int length) {
    var words = words(nonce);
    var derived = derived(words(key), words);
    var stream = new byte[length];
    for (var block = 0; block * BLOCK_BYTES < length; block++) {
      var start = start(derived, new int[] {words[4], words[5], block, 0});
      var mixed = mixed(start);
      var bytes = ByteBuffer.allocate(BLOCK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
      for (var i = 0; i < WORDS; i++) {
        bytes.putInt(mixed[i] + start[i]);
      }
      var from = block * BLOCK_BYTES;
      System.arraycopy(bytes.array(), 0, stream, from, Math.min(BLOCK_BYTES, length - from));
    }
    return stream;
  }

  /** HSalsa20. */
  private static int[] derived(int[] key, int[] nonce) {
    var mixed = mixed(start(key, nonce));
    return new int[] {
      mixed[0], mixed[5], mixed[10], mixed[15], mixed[6], mixed[7], mixed[8], mixed[9]
    };
  }

  private static int[] start(int[] key, int[] middle) {
    var state = new int[WORDS];
    for (var i = 0; i < DIAGONAL.length; i++) {
      state[DIAGONAL[i]] = CONSTANTS[i];
      state[KEY_START + i] = key[i];
      state[NONCE_START + i] = middle[i];
      state[KEY_REST + i] = key[DIAGONAL.length + i];
    }
    return state;
  }

  private static int[] mixed(int[] start) {
    var x = start.clone();
    for (var round = 0; round < ROUNDS; round += 2) {
      for (var q : QUARTERS) {
        x[q[1]] ^= Integer.rotateLeft(x[q[0]] + x[q[3]], 7);
        x[q[2]] ^= Integer.rotateLeft(x[q[1]] + x[q[0]], 9);
        x[q[3]] ^= Integer.rotateLeft(x[q[2]] + x[q[1]], 13);
        x[q[0]] ^= Integer.rotateLeft(x[q[3]] + x[q[2]], 18);
      }
    }
    return x;
  }

  private static int[] words(byte[] bytes) {
    var words = new int[bytes.length / Integer.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(words);
    return words;
  }
}
