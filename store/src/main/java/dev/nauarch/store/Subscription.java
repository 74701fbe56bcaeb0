package dev.nauarch.store;

/** A running watch. */
public interface Subscription extends AutoCloseable {

  /** Ends the watch; at most one call that is already under way still arrives. */
  @Override
  void close();
}
