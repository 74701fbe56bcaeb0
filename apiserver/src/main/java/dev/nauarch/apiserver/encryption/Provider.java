package dev.nauarch.apiserver.encryption;

import java.util.List;

/**
 * One way in which values are encrypted, by several keys.
 *
 * @param prefix what such values begin with; empty for values that are not encrypted
 * @param keys the first encrypts, all decrypt; none for values that are not encrypted
 * @param unknownKey what is said of a value that names none of them
 */
record Provider(String prefix, List<NamedKey> keys, String unknownKey) {

  /** What every encrypted value begins with. */
  static final byte[] ENCRYPTED = Bytes.of("k8s:enc:");

  /** Values lie as they are. */
  static final Provider IDENTITY = new Provider("", List.of(), "");

  /**
   * A key.
   *
   * @param name stands in each value, with a colon after it
   */
  record NamedKey(String name, Seal seal) {}

  Provider {
    keys = List.copyOf(keys);
  }

  boolean isIdentity() {
    return keys.isEmpty();
  }

  /** Whether a value is of this form. */
  boolean knows(byte[] stored) {
    return Bytes.startsWith(stored, 0, Bytes.of(prefix));
  }
}
