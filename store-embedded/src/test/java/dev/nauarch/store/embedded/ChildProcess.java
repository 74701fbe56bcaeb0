package dev.nauarch.store.embedded;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts {@link KilledWriter} in a process of its own. */
final class ChildProcess {

  private ChildProcess() {}

  /**
   * Starts it.
   *
   * @param wrapper what the command line begins with, for example a tracer; may be empty
   * @param errors where the process' standard error goes
   */
  static Process start(List<String> wrapper, Path errors, String... args) throws IOException {
    var command = new ArrayList<>(wrapper);
    command.add(Path.of(System.getProperty("java.home", ""), "bin", "java").toString());
    command.add("-Xmx256m");
    command.add("-XX:+UseSerialGC");
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-cp");
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path", "")));
    command.add(KilledWriter.class.getName());
    command.addAll(List.of(args));
    return new ProcessBuilder(command).redirectError(errors.toFile()).start();
  }
}
