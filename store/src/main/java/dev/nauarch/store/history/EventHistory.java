package dev.nauarch.store.history;

/** The latest events of a store, as far as they are known here. */
public interface EventHistory {

  /** The revision up to which events are known. */
  long revision();

  /** Whether every event after a revision, up to the one that is known, is still here. */
  boolean holdsEventsAfter(long after);

  /**
   * The events under a prefix after a revision, oldest first, and up to which revision they go.
   *
   * @param eventsMax how many at the most, but never less than one whole revision
   */
  EventRun eventsAfter(long after, String prefix, int eventsMax);

  /** Whether anything under a prefix changed after a revision. */
  boolean hasEventAfter(long after, String prefix);
}
