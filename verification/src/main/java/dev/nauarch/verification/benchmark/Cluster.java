package dev.nauarch.verification.benchmark;

import dev.nauarch.client.remote.Kubeconfig;
import dev.nauarch.client.remote.RemoteOptions;
import dev.nauarch.launcher.home.ClusterHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** A cluster in a home of its own, started and stopped by the command. */
final class Cluster implements AutoCloseable {

  private static final Duration COMMAND_MAX = Duration.ofSeconds(60);

  private final Path root;
  private final ClusterHome home;
  private final AtomicBoolean mayRun = new AtomicBoolean();

  private Cluster(Path root, ClusterHome home) {
    this.root = root;
    this.home = home;
  }

  /**
   * A cluster that does not run yet.
   *
   * @param root the project's folder, where {@code nau} is
   */
  static Cluster create(Path root) throws IOException {
    return new Cluster(root, new ClusterHome(Files.createTempDirectory("nau-bench")));
  }

  /** Has it stopped also where this program is interrupted. */
  void closeOnExit() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::closeQuietly));
  }

  private void closeQuietly() {
    try {
      close();
    } catch (IOException e) {
      System.err.println("nau bench: " + e.getMessage());
    }
  }

  /**
   * Starts it.
   *
   * @param flags more of them
   */
  Cluster up(String... flags) throws IOException, InterruptedException {
    up(COMMAND_MAX, flags);
    return this;
  }

  /** Starts it with more flags, which may take so long; how long it took, in nanoseconds. */
  long up(Duration max, String... flags) throws IOException, InterruptedException {
    mayRun.set(true);
    var words = new ArrayList<>(List.of("up", "--detach", "--no-merge", "--name", "bench"));
    words.addAll(List.of("--port", "27443"));
    words.addAll(List.of(flags));
    return nau(max, words);
  }

  /** Stops it. */
  void down() throws IOException, InterruptedException {
    nau("down");
  }

  ClusterHome home() {
    return home;
  }

  /** How to reach it. */
  RemoteOptions options() {
    return Kubeconfig.read(home.kubeconfig()).options();
  }

  /** Its process. */
  long pid() throws IOException {
    return home.state().orElseThrow().pid();
  }

  /**
   * Runs a command of nau.
   *
   * @return how long it took, in nanoseconds
   * @throws IOException it failed; the message holds what it printed
   */
  long nau(String... words) throws IOException, InterruptedException {
    return nau(COMMAND_MAX, List.of(words));
  }

  private long nau(Duration max, List<String> words) throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of(root.resolve("nau").toString()));
    command.addAll(words);
    var output = Files.createTempFile("nau-bench", ".out");
    try {
      var builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.redirectOutput(output.toFile());
      builder.environment().put("NAU_HOME", home.directory().toString());
      var begin = System.nanoTime();
      var process = builder.start();
      var isEnded = process.waitFor(max.toSeconds(), TimeUnit.SECONDS);
      var took = System.nanoTime() - begin;
      if (!isEnded || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new IOException(String.join(" ", command) + ": " + Files.readString(output));
      }
      return took;
    } finally {
      Files.delete(output);
    }
  }

  @Override
  public void close() throws IOException {
    if (!mayRun.getAndSet(false)) {
      return;
    }
    try {
      nau("down", "--purge");
      Files.deleteIfExists(home.directory());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
