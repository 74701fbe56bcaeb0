package dev.nauarch.launcher;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.apiserver.flowcontrol.LoadOptions;
import dev.nauarch.client.Selection;
import dev.nauarch.client.remote.Kubeconfig;
import dev.nauarch.client.remote.RemoteClient;
import dev.nauarch.controlplane.ControlPlaneOptions;
import dev.nauarch.launcher.command.Commands;
import dev.nauarch.launcher.home.ClusterHome;
import dev.nauarch.launcher.server.ClusterServer;
import dev.nauarch.launcher.server.NodeCleanup;
import dev.nauarch.launcher.server.Progress;
import dev.nauarch.launcher.server.SecurityFiles;
import dev.nauarch.launcher.server.ServerOptions;
import dev.nauarch.nodeagent.simulated.Devices;
import dev.nauarch.nodeagent.simulated.SimulationOptions;
import dev.nauarch.scheduling.SchedulerOptions;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Does once what most runs do, so that the AOT caches (JEP 514) made meanwhile hold the classes
 * that they need. There are two: one of a server from its start to its end, made by this process,
 * and one of the commands that ask it, made by a child. A JVM links all classes of its cache when
 * it starts, which for those of a server takes longer than most commands.
 */
public final class Training {
  private static final String NAME = "training";
  private static final int FIRST_PORT = 26_443;
  private static final String CACHE_OUTPUT = "-XX:AOTCacheOutput=";

  private Training() {}

  /**
   * Runs and exits; what it starts it also stops.
   *
   * @param words where the commands' cache goes; or {@code commands} and the home of the cluster to
   *     ask
   */
  public static void main(String[] words) throws IOException, InterruptedException {
    if (words[0].equals("commands")) {
      askCluster(words[1]);
    } else {
      serve(Path.of(words[0]));
    }
    System.exit(0);
  }

  private static void askCluster(String home) {
    Commands.run("version");
    Commands.run("ls");
    Commands.run("status", "--home", home);
  }

  private static void serve(Path output) throws IOException, InterruptedException {
    var help = output.resolve("help");
    Commands.writeHelp(help);
    Files.writeString(help.resolve("nau.txt"), Main.HELP);
    var home = new ClusterHome(Files.createTempDirectory("nau-training"));
    var quiet =
        Progress.toTerminal(
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
    var options =
        new ServerOptions(
            NAME,
            home,
            new ServerOptions.Ports(FIRST_PORT, FIRST_PORT + 1000),
            Optional.empty(),
            SimulationOptions.of(0, Devices.NONE),
            true,
            Optional.empty(),
            SecurityFiles.NONE,
            LoadOptions.DEFAULT,
            Version.KUBERNETES,
            List.of("*"),
            ControlPlaneOptions.NODE_GRACE,
            SchedulerOptions.DEFAULT);
    try (var server = ClusterServer.start(options, quiet)) {
      try (var client = RemoteClient.connect(Kubeconfig.read(home.kubeconfig()).options())) {
        exercise(client);
      }
      trainCommands(output.resolve("command.aot"), home);
      server.state();
    } finally {
      var state = home.state();
      if (state.isPresent()) {
        NodeCleanup.run(home, state.get());
      }
      NodeCleanup.purge(home);
    }
  }

  private static void trainCommands(Path cache, ClusterHome home)
      throws IOException, InterruptedException {
    var command = new ArrayList<String>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    for (var flag : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (!flag.startsWith(CACHE_OUTPUT)) {
        command.add(flag);
      }
    }
    command.addAll(List.of(CACHE_OUTPUT + cache, "-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(Training.class.getName(), "commands", home.directory().toString()));
    var code = new ProcessBuilder(command).inheritIO().start().waitFor();
    if (code != 0) {
      throw new IOException("the commands' training ended with code " + code);
    }
  }

  private static void exercise(RemoteClient client) {
    var map = map();
    client.create(Resources.CONFIG_MAPS, map);
    client.get(Resources.CONFIG_MAPS, ObjectKey.of(map));
    client.create(Resources.PODS, pod());
    client.list(Resources.NODES, Selection.ALL);
    client.list(Resources.PODS, Selection.ALL);
  }

  private static ConfigMap map() {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withName(NAME)
        .withNamespace("default")
        .addToLabels("app", "training")
        .endMetadata()
        .addToData("text", "more")
        .build();
  }

  /** A pod that nobody schedules. */
  private static Pod pod() {
    return new PodBuilder()
        .withNewMetadata()
        .withName(NAME)
        .withNamespace("default")
        .endMetadata()
        .withNewSpec()
        .withSchedulerName("none")
        .addNewContainer()
        .withName("main")
        .withImage("host")
        .withCommand("true")
        .addNewEnv()
        .withName("NAME")
        .withValue("value")
        .endEnv()
        .endContainer()
        .endSpec()
        .build();
  }
}
