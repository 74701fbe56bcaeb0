package dev.nauarch.launcher.command;

import dev.nauarch.nodeagent.simulated.Devices;
import dev.nauarch.nodeagent.simulated.SimulationOptions;
import dev.nauarch.nodeagent.simulated.stage.StageFile;
import dev.nauarch.nodeagent.simulated.stage.Stages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What {@code nau up} takes about simulated nodes. */
final class SimulationFlags {
  private static final Pattern FORM = Pattern.compile("simulated:(\\d{1,6})(?::(.+x.+))?");

  @Option(
      names = "--nodes",
      paramLabel = "simulated:COUNT[:GPUSxMODEL]",
      description = "Simulated nodes beside this machine, for example simulated:100:8xH100.")
  private @Nullable String nodes;

  @Option(
      names = "--stages",
      paramLabel = "FILE",
      description = "What happens to simulated nodes and their pods (docs/simulated-nodes.md).")
  private @Nullable Path stages;

  @Option(
      names = "--stages-seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "What the jitter of stages depends on (${DEFAULT-VALUE}).")
  private long seed = 1;

  @Option(
      names = "--lease-seconds",
      paramLabel = "N",
      defaultValue = "10",
      description = "How often simulated nodes renew their leases, 1 to 40 (${DEFAULT-VALUE}).")
  private int leaseSeconds = 10;

  /**
   * The options.
   *
   * @throws IllegalArgumentException one of them is not of its form, or the file can't be read
   */
  SimulationOptions options() {
    if (leaseSeconds < 1 || leaseSeconds > SimulationOptions.LEASE_EVERY_MAX.toSeconds()) {
      throw new IllegalArgumentException(
          "--lease-seconds " + leaseSeconds + ": expected 1 to 40, after which a lease is over");
    }
    var every = Duration.ofSeconds(leaseSeconds);
    if (nodes == null) {
      return new SimulationOptions(0, Devices.NONE, file(), every);
    }
    var match = FORM.matcher(nodes);
    var devices =
        !match.matches()
            ? Optional.<Devices>empty()
            : match.group(2) == null ? Optional.of(Devices.NONE) : Devices.parse(match.group(2));
    if (devices.isEmpty()) {
      throw new IllegalArgumentException(
          "--nodes "
              + nodes
              + ": expected simulated:COUNT[:GPUSxMODEL], for example simulated:100:8xH100");
    }
    return new SimulationOptions(Integer.parseInt(match.group(1)), devices.get(), file(), every);
  }

  private Stages file() {
    var path = stages;
    if (path == null) {
      return Stages.NONE;
    }
    try {
      return StageFile.parse(Files.readString(path), seed);
    } catch (IOException e) {
      throw new IllegalArgumentException("--stages " + path + " can't be read: " + e, e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("--stages " + path + ": " + e.getMessage(), e);
    }
  }

  /** The words that give the same flags to another process. */
  List<String> words() {
    var words = new ArrayList<String>();
    if (nodes != null) {
      words.addAll(List.of("--nodes", nodes));
    }
    if (stages != null) {
      words.addAll(List.of("--stages", stages.toAbsolutePath().toString()));
    }
    words.addAll(List.of("--stages-seed", Long.toString(seed)));
    words.addAll(List.of("--lease-seconds", Integer.toString(leaseSeconds)));
    return words;
  }
}
