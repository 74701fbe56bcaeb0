package dev.nauarch.verification.server;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/** What runs, to be closed in the order opposite to that in which it was started. */
public final class RunningParts implements AutoCloseable {

  private final Deque<AutoCloseable> running = new ArrayDeque<>();

  /** Takes a part, which is closed before those that were taken already. */
  public <T extends AutoCloseable> T take(T part) {
    running.push(part);
    return part;
  }

  @Override
  public void close() throws IOException {
    while (!running.isEmpty()) {
      try {
        running.pop().close();
      } catch (IOException e) {
        throw e;
      } catch (Exception e) {
        throw new IOException("a part does not close", e);
      }
    }
  }
}
