package dev.nauarch.launcher.command;

import dev.nauarch.launcher.scheduler.SchedulerFile;
import dev.nauarch.scheduling.SchedulerOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How pods are scheduled. */
final class SchedulerFlags {
  private static final String NAME = "--scheduler-config";

  @Option(
      names = NAME,
      paramLabel = "FILE",
      description = "A KubeSchedulerConfiguration: profiles, what scores count, pauses.")
  private @Nullable Path file;

  /** What the file says; the default where there is none. */
  SchedulerOptions options() {
    try {
      return file == null ? SchedulerOptions.DEFAULT : SchedulerFile.read(file);
    } catch (IOException e) {
      throw new CommandFailure(ExitCode.USAGE, NAME + ": " + file + " can't be read");
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, NAME + ": " + e.getMessage());
    }
  }

  /** The words that give the same flag to another process. */
  List<String> words() {
    return file == null ? List.of() : List.of(NAME, file.toAbsolutePath().toString());
  }
}
