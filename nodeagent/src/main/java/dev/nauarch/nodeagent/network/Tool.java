package dev.nauarch.nodeagent.network;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Runs a program of the machine to its end. Its input and output are files: reading a pipe would
 * hold the carrier of a virtual thread, and as many programs at once as there are carriers would
 * stop the whole process.
 */
public final class Tool {

  private Tool() {}

  /**
   * Runs a program with some text as its input.
   *
   * @return what it printed
   * @throws IOException where it can't be started or fails; the message is its own
   */
  public static String run(String input, String... words) throws IOException {
    var in = Files.createTempFile("nau-tool", ".in");
    var out = Files.createTempFile("nau-tool", ".out");
    try {
      Files.writeString(in, input, StandardCharsets.UTF_8);
      var command = new ArrayList<>(List.of(words));
      command.set(0, find(words[0]));
      var process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectInput(in.toFile())
              .redirectOutput(out.toFile())
              .start();
      var code = await(process);
      var output = Files.readString(out);
      if (code != 0) {
        throw new IOException(
            String.join(" ", List.of(words)) + " ended with code " + code + ": " + output.strip());
      }
      return output;
    } finally {
      Files.delete(in);
      Files.delete(out);
    }
  }

  /** Where a program is; those of administrators are not on every path, not even on root's. */
  private static String find(String program) {
    return Stream.of("/usr/sbin", "/sbin")
        .map(directory -> Path.of(directory, program))
        .filter(Files::isExecutable)
        .map(Path::toString)
        .findFirst()
        .orElse(program);
  }

  private static int await(Process process) throws IOException {
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while a program ran", e);
    }
  }
}
