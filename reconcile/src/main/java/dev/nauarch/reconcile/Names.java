package dev.nauarch.reconcile;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Names of children that follow from their owner and from what had a name before, so that two
 * controllers, or one with a stale snapshot, can't make the same child twice.
 */
public final class Names {

  // Without vowels and without digits that look like letters: no name spells a word.
  private static final String ALPHABET = "bcdfghjklmnpqrstvwxz2456789";
  private static final int SUFFIX_LENGTH = 5;
  private static final int LABEL_MAX = 63;
  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private Names() {}

  /** A name of at most 63 characters that starts with the base. */
  public static String child(String base, Object... distinctions) {
    var room = LABEL_MAX - SUFFIX_LENGTH - 1;
    var head = base.length() > room ? base.substring(0, room) : base;
    return head + "-" + suffix(distinctions);
  }

  /**
   * Names for pods of one owner that none has or had lately, in their order. What a lagging
   * snapshot makes once more has a name that is taken.
   *
   * @param base the namespace, and what the names start with
   * @param distinction what tells these pods from others of that base, such as the owner's uid
   */
  public static Stream<String> ofPods(Snapshot world, ObjectKey base, String distinction) {
    return IntStream.iterate(0, number -> number + 1)
        .mapToObj(number -> child(base.name(), distinction, number))
        .filter(name -> !world.isTaken(Resources.PODS, new ObjectKey(base.namespace(), name)));
  }

  /** Five characters that depend on all of these. */
  public static String suffix(Object... distinctions) {
    return encode(hash(distinctions), SUFFIX_LENGTH);
  }

  /** Ten characters that depend on a text, for labels. */
  public static String fingerprint(String text) {
    return encode(hash(text), 2 * SUFFIX_LENGTH);
  }

  private static String encode(long hash, int length) {
    var result = new StringBuilder(length);
    var rest = hash;
    for (int i = 0; i < length; i++) {
      result.append(ALPHABET.charAt((int) Long.remainderUnsigned(rest, ALPHABET.length())));
      rest = Long.divideUnsigned(rest, ALPHABET.length());
    }
    return result.toString();
  }

  private static long hash(Object... parts) {
    var hash = FNV_OFFSET;
    for (var part : parts) {
      var text = part.toString();
      for (int i = 0; i < text.length(); i++) {
        hash = (hash ^ text.charAt(i)) * FNV_PRIME;
      }
      hash = (hash ^ '/') * FNV_PRIME;
    }
    // The low bits of FNV alone mix poorly for short inputs.
    return hash ^ (hash >>> 29);
  }
}
