package dev.nauarch.client;

/** A running watch. */
public interface Watch extends AutoCloseable {

  @Override
  void close();
}
