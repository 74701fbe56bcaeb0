package dev.nauarch.apiserver.encryption;

import dev.nauarch.store.Entry;
import dev.nauarch.store.StoreException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Stands where many values are read at once for one that no key opens, so that the others can be
 * read. No object begins like it.
 */
public final class Unreadable {

  private static final byte[] MARK = Bytes.of("unreadable:");

  private Unreadable() {}

  static Entry of(Entry sealed, SealException why) {
    var value = Bytes.joined(MARK, Bytes.of(String.valueOf(why.getMessage())));
    return new Entry(sealed.key(), value, sealed.createRevision(), sealed.revision());
  }

  /** Why a value can't be read; empty where it can. */
  public static Optional<String> why(Entry entry) {
    var value = entry.value();
    return Bytes.startsWith(value, 0, MARK)
        ? Optional.of(
            new String(value, MARK.length, value.length - MARK.length, StandardCharsets.UTF_8))
        : Optional.empty();
  }

  /**
   * Refuses to show a list that holds a value which can't be read.
   *
   * @throws StoreException {@code UNREADABLE}
   */
  public static void check(Entry entry) {
    why(entry)
        .ifPresent(
            why -> {
              throw inList(entry.key(), why);
            });
  }

  /** What is said of a list with a value that can't be read. */
  public static StoreException inList(String key, String why) {
    return new StoreException(
        StoreException.Reason.UNREADABLE, "unable to transform key \"" + key + "\": " + why);
  }
}
