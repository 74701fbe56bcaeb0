package dev.nauarch.apiserver.encryption;

import dev.nauarch.apiserver.encryption.Provider.NamedKey;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * How the values of some resources are encrypted: the first provider writes, all read.
 *
 * @param all in order; at least one
 */
record Providers(List<Provider> all) {

  /** What holds for resources of which nothing is said. */
  static final Providers NONE = new Providers(List.of(Provider.IDENTITY));

  private static final String IS_ENCRYPTED = "identity transformer tried to read encrypted data";

  /**
   * A value that was opened.
   *
   * @param isStale whether it would be written otherwise now
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Opened(byte[] plain, boolean isStale) {}

  Providers {
    all = List.copyOf(all);
  }

  byte[] seal(String place, byte[] plain) {
    var provider = all.getFirst();
    if (provider.isIdentity()) {
      return plain;
    }
    var key = provider.keys().getFirst();
    var head = Bytes.of(provider.prefix() + key.name() + ":");
    return Bytes.joined(head, key.seal().seal(plain, Bytes.of(place)));
  }

  /**
   * Opens a value.
   *
   * @throws SealException in Kubernetes' words
   */
  Opened open(String place, byte[] stored) throws SealException {
    if (equals(NONE)) {
      return plain(stored, false);
    }
    var failures = new LinkedHashSet<String>();
    for (var i = 0; i < all.size(); i++) {
      var provider = all.get(i);
      if (provider.isIdentity()) {
        if (!isEncrypted(stored)) {
          return plain(stored, i > 0);
        }
      } else if (provider.knows(stored)) {
        try {
          return open(provider, i > 0, place, stored);
        } catch (SealException e) {
          failures.add(e.getMessage());
        }
      }
    }
    throw failure(failures, "no matching prefix found");
  }

  private static Opened plain(byte[] stored, boolean isStale) throws SealException {
    if (isEncrypted(stored)) {
      throw new SealException(IS_ENCRYPTED);
    }
    return new Opened(stored, isStale);
  }

  private static Opened open(Provider provider, boolean isLater, String place, byte[] stored)
      throws SealException {
    var from = Bytes.of(provider.prefix()).length;
    var failures = new LinkedHashSet<String>();
    for (NamedKey key : provider.keys()) {
      var name = Bytes.of(key.name() + ":");
      if (Bytes.startsWith(stored, from, name)) {
        try {
          var plain = key.seal().open(stored, from + name.length, Bytes.of(place));
          return new Opened(plain, isLater || !key.equals(provider.keys().getFirst()));
        } catch (SealException e) {
          failures.add(e.getMessage());
        }
      }
    }
    throw failure(failures, provider.unknownKey());
  }

  private static boolean isEncrypted(byte[] stored) {
    return Bytes.startsWith(stored, 0, Provider.ENCRYPTED);
  }

  private static SealException failure(Set<String> found, String otherwise) {
    return new SealException(
        switch (found.size()) {
          case 0 -> otherwise;
          case 1 -> found.iterator().next();
          default -> "[" + String.join(", ", found) + "]";
        });
  }
}
