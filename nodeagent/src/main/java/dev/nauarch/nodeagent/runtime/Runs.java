package dev.nauarch.nodeagent.runtime;

import dev.nauarch.nodeagent.runtime.ContainerRuntime.RunOutcome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs a program to its end that somebody could have talked with. */
public final class Runs {
  private static final Logger LOG = LoggerFactory.getLogger(Runs.class);
  private static final int OUTPUT_LIMIT = 10 * 1024;

  /** What it left running may hold its output open, and is not waited for. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(1);

  private Runs() {}

  /**
   * Waits for the end of a program that has just begun, and closes it.
   *
   * @throws RuntimeFault with reason {@code TIMEOUT} where it took longer
   */
  public static RunOutcome end(ExecSession session, Duration timeout)
      throws RuntimeFault, InterruptedException {
    try (session) {
      var output = new ByteArrayOutputStream();
      var out = Thread.startVirtualThread(() -> collect(session.stdout(), output));
      var err = Thread.startVirtualThread(() -> collect(session.stderr(), output));
      var code = session.await(timeout);
      if (code.isEmpty()) {
        throw new RuntimeFault(
            RuntimeFault.Reason.TIMEOUT, "the program ran longer than " + timeout);
      }
      out.join(LAST_WORDS);
      err.join(LAST_WORDS);
      return new RunOutcome(code.getAsInt(), output.toString(StandardCharsets.UTF_8));
    }
  }

  private static void collect(InputStream in, OutputStream output) {
    try {
      output.write(in.readNBytes(OUTPUT_LIMIT));
      in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      LOG.debug("A program in a container was cut off", e);
    }
  }
}
