package dev.nauarch.apiserver.encryption;

import dev.nauarch.apiserver.object.StorageKey;
import java.util.List;
import java.util.Map;

/**
 * Which resources are encrypted, and how.
 *
 * @param byResource providers by {@code GROUP/PLURAL}, where both may be a star
 */
record EncryptionRules(Map<String, Providers> byResource) {

  /** Nothing is encrypted. */
  static final EncryptionRules NONE = new EncryptionRules(Map.of());

  /** What the server notes for itself, which is no resource and never encrypted. */
  private static final String OWN_NOTES = "allocations";

  EncryptionRules {
    byResource = Map.copyOf(byResource);
  }

  boolean isEmpty() {
    return byResource.isEmpty();
  }

  /** The providers for what lies under a key. */
  Providers of(String key) {
    if (isEmpty() || !key.startsWith(StorageKey.ROOT)) {
      return Providers.NONE;
    }
    var parts = key.substring(StorageKey.ROOT.length()).split("/", 3);
    return parts.length < 3 || parts[0].equals(OWN_NOTES)
        ? Providers.NONE
        : of(StorageKey.group(parts[0]), parts[1]);
  }

  private Providers of(String group, String plural) {
    for (var name : List.of(name(group, plural), name(group, "*"), name("*", "*"))) {
      var found = byResource.get(name);
      if (found != null) {
        return found;
      }
    }
    return Providers.NONE;
  }

  static String name(String group, String plural) {
    return group + "/" + plural;
  }
}
