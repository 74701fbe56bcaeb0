package dev.nauarch.launcher.command;

import dev.nauarch.launcher.scheduler.PluginJars;
import dev.nauarch.launcher.scheduler.SchedulerFile;
import dev.nauarch.scheduling.SchedulerOptions;
import dev.nauarch.scheduling.plugin.SchedulerPlugin;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How pods are scheduled. */
final class SchedulerFlags {
  private static final String NAME = "--scheduler-config";
  private static final String PLUGINS = "--scheduler-plugins";

  @Option(
      names = NAME,
      paramLabel = "FILE",
      description = "A KubeSchedulerConfiguration: profiles, what scores count, pauses.")
  private @Nullable Path file;

  @Option(
      names = PLUGINS,
      paramLabel = "JAR",
      split = ",",
      description = "Jars, or directories of jars, with plug-ins that profiles may switch on.")
  private List<Path> jars = List.of();

  /** What the file says; the default where there is none. */
  SchedulerOptions options() {
    var plugins = plugins();
    try {
      return file == null ? SchedulerOptions.DEFAULT : SchedulerFile.read(file, plugins);
    } catch (IOException e) {
      throw new CommandFailure(ExitCode.USAGE, NAME + ": " + file + " can't be read");
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, NAME + ": " + e.getMessage());
    }
  }

  private SortedMap<String, SchedulerPlugin> plugins() {
    try {
      return PluginJars.load(jars);
    } catch (IOException e) {
      throw new CommandFailure(ExitCode.USAGE, PLUGINS + ": " + jars + " can't be read");
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, PLUGINS + ": " + e.getMessage());
    }
  }

  /** The words that give the same flags to another process. */
  List<String> words() {
    var words = new ArrayList<String>();
    if (file != null) {
      words.addAll(List.of(NAME, file.toAbsolutePath().toString()));
    }
    for (var jar : jars) {
      words.addAll(List.of(PLUGINS, jar.toAbsolutePath().toString()));
    }
    return words;
  }
}
