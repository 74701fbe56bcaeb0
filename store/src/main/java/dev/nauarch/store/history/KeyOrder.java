package dev.nauarch.store.history;

/** The order of keys: that of their UTF-8 bytes, which is that of their code points. */
public final class KeyOrder {

  private KeyOrder() {}

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
