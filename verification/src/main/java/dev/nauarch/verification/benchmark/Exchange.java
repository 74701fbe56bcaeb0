package dev.nauarch.verification.benchmark;

import java.io.IOException;
import java.nio.ByteBuffer;

/** How requests and answers look on one connection. Driven by one thread. */
interface Exchange {

  /** Told of each answer that has arrived whole. */
  @FunctionalInterface
  interface Listener {

    /**
     * An answer.
     *
     * @param sentNanos when its request was sent, by {@link System#nanoTime}
     */
    void answered(int status, long sentNanos) throws IOException;
  }

  /** Sends one request, at the latest with the next {@link #flush}. */
  void send(Request request);

  /** Sends what waits, together. */
  void flush() throws IOException;

  /** Reads what has arrived, and tells of the answers that this completes. */
  void receive(ByteBuffer bytes, Listener listener) throws IOException;

  /**
   * A request.
   *
   * @param method GET or POST
   * @param path path and query
   * @param body JSON; empty for a GET
   */
  record Request(String method, String path, byte[] body) {}
}
