package dev.nauarch.store.history;

/** The order of keys: that of their UTF-8 bytes, which is that of their code points. */
public final class KeyOrder {

  private KeyOrder() {}

  /**
   * A key that is compared with many.
   *
   * @param key the key
   * @param isPlain whether it has no character from the first surrogate on: the order of its UTF-16
   *     units against any other key is then that of the bytes, and the machine compares them many
   *     at a time
   */
  record Sought(String key, boolean isPlain) {

    static Sought of(String key) {
      for (int i = 0; i < key.length(); i++) {
        if (key.charAt(i) >= Character.MIN_SURROGATE) {
          return new Sought(key, false);
        }
      }
      return new Sought(key, true);
    }

    /** Negative where the key is before the other one, positive where it is behind. */
    int compareTo(String other) {
      return isPlain ? key.compareTo(other) : KeyOrder.compare(key, other);
    }
  }

  /** Compares two keys; {@link String#compareTo} errs where only one has a surrogate pair. */
  public static int compare(String left, String right) {
    int shared = Math.min(left.length(), right.length());
    for (int i = 0; i < shared; i++) {
      char a = left.charAt(i);
      char b = right.charAt(i);
      if (a != b) {
        int byPlane = Boolean.compare(Character.isSurrogate(a), Character.isSurrogate(b));
        return byPlane != 0 ? byPlane : a - b;
      }
    }
    return left.length() - right.length();
  }
}
