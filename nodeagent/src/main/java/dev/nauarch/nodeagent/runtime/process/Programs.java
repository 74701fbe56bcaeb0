package dev.nauarch.nodeagent.runtime.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Runs short programs of the host. */
final class Programs {

  /** What became of a program: its exit code and what it printed, errors too. */
  record Outcome(int code, String output) {}

  private Programs() {}

  static Outcome run(List<String> command) throws IOException, InterruptedException {
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Outcome(process.waitFor(), output.strip());
  }
}
