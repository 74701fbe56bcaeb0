package dev.nauarch.nodeagent.runtime;

import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.OptionalInt;

/** A program that runs inside a container besides the container's own. */
public interface ExecSession extends AutoCloseable {

  /** Its input. */
  OutputStream stdin();

  /** Its output; with a terminal, its errors too. */
  InputStream stdout();

  /** Its errors; empty with a terminal. */
  InputStream stderr();

  /** Changes the size of its terminal; nothing happens without one. */
  void resize(int columns, int rows);

  /** Waits for its end: the exit code, or nothing where it runs on. */
  OptionalInt await(Duration timeout) throws InterruptedException;

  /** Kills the program where it still runs. */
  @Override
  void close();
}
