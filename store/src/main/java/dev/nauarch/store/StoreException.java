package dev.nauarch.store;

/** A store operation that could not be carried out, with a reason that can be counted. */
public final class StoreException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Why. */
  public enum Reason {
    /** The revision asked for has been compacted. */
    COMPACTED,
    /** The revision asked for lies in the future. */
    FUTURE_REVISION,
    /** The value is larger than the store takes. */
    TOO_LARGE,
    /** The disk is full; nothing was written and reads go on. */
    NO_SPACE,
    /** The store can't be reached, or is closed; whether a write happened is unknown. */
    UNAVAILABLE,
    /** The watcher did not keep up and was cut off. */
    SLOW_WATCHER,
    /** The value is there, and nobody knows how to decrypt it; nothing was written. */
    UNREADABLE,
    /** The store's files are damaged, or of a format that this build does not know. */
    CORRUPT
  }

  private final Reason reason;

  /**
   * @param reason the countable reason
   * @param message what was asked, what was found, what to do
   */
  public StoreException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /**
   * @param reason the countable reason
   * @param message what was asked, what was found, what to do
   * @param cause the failure below
   */
  public StoreException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** The countable reason. */
  public Reason reason() {
    return reason;
  }
}
