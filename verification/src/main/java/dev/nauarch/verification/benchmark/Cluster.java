package dev.nauarch.verification.benchmark;

import dev.nauarch.client.remote.Kubeconfig;
import dev.nauarch.client.remote.RemoteOptions;
import dev.nauarch.launcher.home.ClusterHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A cluster in a home of its own, started and stopped by the command. */
final class Cluster implements AutoCloseable {

  private static final int COMMAND_SECONDS_MAX = 60;

  private final Path root;
  private final ClusterHome home;

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

  /** Starts it. */
  Cluster up() throws IOException, InterruptedException {
    nau("up", "--detach", "--no-merge", "--name", "bench", "--port", "27443");
    return this;
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
    var command = new ArrayList<>(List.of(root.resolve("nau").toString()));
    command.addAll(List.of(words));
    var output = Files.createTempFile("nau-bench", ".out");
    try {
      var builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.redirectOutput(output.toFile());
      builder.environment().put("NAU_HOME", home.directory().toString());
      var begin = System.nanoTime();
      var process = builder.start();
      var isEnded = process.waitFor(COMMAND_SECONDS_MAX, TimeUnit.SECONDS);
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
    try {
      nau("down", "--purge");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
