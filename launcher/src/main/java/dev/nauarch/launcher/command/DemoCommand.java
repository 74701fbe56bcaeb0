package dev.nauarch.launcher.command;

import dev.nauarch.launcher.demo.Demo;
import dev.nauarch.launcher.demo.DemoFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code nau demo}. */
@Command(
    name = "nau demo",
    description = {
      "Starts a cluster if none runs, trains a small language model across two pods, loses one on",
      "the way, serves the model from two replicas and asks it. The cluster stays up."
    },
    mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
  @Mixin private final ClusterOptions cluster = new ClusterOptions();

  @Override
  public Integer call() throws IOException, InterruptedException {
    var files = files();
    if (cluster.home().state().flatMap(s -> s.process()).isEmpty()) {
      var home = cluster.home().directory().toString();
      var code = Commands.run("up", "--detach", "--name", cluster.name(), "--home", home);
      if (code != ExitCode.OK.number()) {
        return code;
      }
    }
    var state = cluster.running();
    try (var client = cluster.connect()) {
      new Demo(client, files).run(cache(System.getenv()), "http://127.0.0.1:" + state.modelsPort());
      return ExitCode.OK.number();
    } catch (DemoFailure e) {
      throw new CommandFailure(ExitCode.JOB_FAILED, String.valueOf(e.getMessage()));
    }
  }

  private static Path files() {
    var files = Path.of(Optional.ofNullable(System.getenv("NAU_ROOT")).orElse("."), "demo");
    if (!Files.isDirectory(files)) {
      throw new CommandFailure(
          ExitCode.ERROR, files + " is missing: run the demo by ./nau of a clone");
    }
    return files;
  }

  private static Path cache(Map<String, String> environment) {
    return Optional.ofNullable(environment.get("XDG_CACHE_HOME"))
        .filter(value -> !value.isEmpty())
        .map(Path::of)
        .orElseGet(() -> Path.of(environment.getOrDefault("HOME", "/"), ".cache"))
        .resolve("nau");
  }
}
