package dev.nauarch.launcher.server;

import dev.nauarch.launcher.Main;
import dev.nauarch.launcher.command.CommandFailure;
import dev.nauarch.launcher.command.ExitCode;
import dev.nauarch.launcher.home.ClusterHome;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts the server as a process of its own, and tells how far it has come. */
public final class ServerProcess {

  private static final String CACHE = "-XX:AOTCache=";

  /**
   * Four times what a JVM waits for by default before its second compiler takes a method: what is
   * only used to start does not get there, and what is used under load soon does.
   */
  private static final List<String> SECOND_COMPILER =
      List.of(
          "-XX:Tier4InvocationThreshold=20000",
          "-XX:Tier4MinInvocationThreshold=2400",
          "-XX:Tier4CompileThreshold=60000",
          "-XX:Tier4BackEdgeThreshold=160000");

  /**
   * What most requests leave behind dies young, given the room; what has outlived one collection is
   * mostly an object of the cluster, and is not worth copying again. Code that is no longer used
   * waits until there is need of its room: to look for it, everything is collected.
   */
  private static final List<String> COLLECTOR =
      List.of(
          "-Xms288m", "-XX:NewSize=192m", "-XX:MaxTenuringThreshold=1", "-XX:SweeperThreshold=100");

  private ServerProcess() {}

  /**
   * Starts the process and returns once the cluster is ready.
   *
   * @param verb the hidden command that serves: {@code server} or {@code agent}
   * @param words its arguments
   */
  public static void start(ClusterHome home, String verb, List<String> words, Progress progress)
      throws IOException {
    awaitReady(launch(List.of("setsid"), home, verb, words), home, progress);
  }

  /**
   * Starts the process and returns once it has ended, which it does when this one is told to.
   *
   * @param verb the hidden command that serves: {@code server} or {@code agent}
   * @param words its arguments
   * @return its exit code
   */
  public static int runUntilStopped(
      ClusterHome home, String verb, List<String> words, Progress progress)
      throws IOException, InterruptedException {
    var process = launch(List.of(), home, verb, words);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(process), "shutdown"));
    awaitReady(process, home, progress);
    return process.waitFor();
  }

  private static void stop(Process process) {
    process.destroy();
    process.onExit().join();
  }

  private static Process launch(
      List<String> wrapper, ClusterHome home, String verb, List<String> words) throws IOException {
    home.create();
    var command = new ArrayList<>(wrapper);
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(flags(verb.equals("server")));
    command.addAll(List.of(Main.class.getName(), verb));
    command.addAll(words);
    return new ProcessBuilder(command)
        .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
        .redirectError(
            ProcessBuilder.Redirect.appendTo(home.directory().resolve("server.err").toFile()))
        .start();
  }

  private static void awaitReady(Process process, ClusterHome home, Progress progress)
      throws IOException {
    try (var lines = process.inputReader()) {
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        var parts = line.split("\t", 3);
        switch (parts[0]) {
          case "step" -> progress.step(parts[1], parts.length > 2 ? parts[2] : "");
          case "ready" -> {
            progress.ready(parts[1].replace("\\n", "\n"));
            return;
          }
          case "failed" -> throw new CommandFailure(ExitCode.ERROR, parts[1]);
          default -> System.out.println(line);
        }
      }
    }
    throw new CommandFailure(
        ExitCode.ERROR,
        "the server ended before it was ready; see "
            + home.directory().resolve("server.err")
            + " and "
            + home.log());
  }

  /**
   * This process' own class path; the cache, the memory and the compilers of what stays.
   *
   * @param isServer whether it has a whole cluster to look after, not one machine
   */
  private static List<String> flags(boolean isServer) {
    var flags = new ArrayList<String>();
    for (var flag : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (flag.startsWith(CACHE)) {
        flags.add(CACHE + Path.of(flag.substring(CACHE.length())).resolveSibling("server.aot"));
      } else if (!flag.startsWith("-XX:TieredStopAtLevel")) {
        flags.add(flag);
      }
    }
    // A carrier that is held by native code for a moment must not stop all others of two.
    flags.add(
        "-Djdk.virtualThreadScheduler.parallelism="
            + Math.max(4, Runtime.getRuntime().availableProcessors()));
    if (isServer) {
      flags.addAll(COLLECTOR);
      flags.addAll(SECOND_COMPILER);
    }
    flags.addAll(List.of("-cp", System.getProperty("java.class.path")));
    return flags;
  }
}
