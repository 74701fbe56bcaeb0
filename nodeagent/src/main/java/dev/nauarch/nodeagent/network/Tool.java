package dev.nauarch.nodeagent.network;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Runs a program of the machine to its end. */
final class Tool {

  private Tool() {}

  /**
   * Runs a program with some text as its input.
   *
   * @return what it printed
   * @throws IOException where it can't be started or fails; the message is its own
   */
  static String run(String input, String... words) throws IOException {
    var process = new ProcessBuilder(words).redirectErrorStream(true).start();
    var feeder =
        Thread.ofVirtual()
            .start(
                () -> {
                  try (var out = process.getOutputStream()) {
                    out.write(input.getBytes(StandardCharsets.UTF_8));
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  }
                });
    try (var in = process.getInputStream()) {
      var output = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      var code = process.waitFor();
      feeder.join();
      if (code != 0) {
        throw new IOException(
            String.join(" ", List.of(words)) + " ended with code " + code + ": " + output.strip());
      }
      return output;
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while " + words[0] + " ran", e);
    }
  }
}
