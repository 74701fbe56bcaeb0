package dev.nauarch.nodeagent.runtime.contract;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.nodeagent.PodIdentity;
import dev.nauarch.nodeagent.cgroup.Cgroups;
import dev.nauarch.nodeagent.runtime.ContainerConfig;
import dev.nauarch.nodeagent.runtime.ContainerConfig.Devices;
import dev.nauarch.nodeagent.runtime.ContainerConfig.Interaction;
import dev.nauarch.nodeagent.runtime.ContainerConfig.Mount;
import dev.nauarch.nodeagent.runtime.ContainerConfig.Security;
import dev.nauarch.nodeagent.runtime.ContainerImage;
import dev.nauarch.nodeagent.runtime.ContainerRuntime;
import dev.nauarch.nodeagent.runtime.ContainerStatus;
import dev.nauarch.nodeagent.runtime.ResourceLimits;
import dev.nauarch.nodeagent.runtime.Sandbox;
import dev.nauarch.nodeagent.runtime.SandboxConfig;
import dev.nauarch.nodeagent.runtime.SandboxConfig.Sharing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One pod on a runtime, and what tests do with it. */
public final class RuntimeScene implements AutoCloseable {

  /** Opens the runtime; again after it was closed. */
  public interface Opening {
    ContainerRuntime open(Optional<Cgroups> cgroups) throws Exception;
  }

  private final Path directory;
  private final Opening opening;
  private final ContainerImage image;
  private final String group;
  private final Cgroups cgroups;
  private ContainerRuntime runtime;
  private SandboxConfig pod;
  private Sandbox sandbox;
  private int attempts;

  private RuntimeScene(Path directory, ContainerImage image, Opening opening) throws Exception {
    this.directory = directory;
    this.opening = opening;
    this.image = image;
    this.group = "nauarch-it-" + ProcessHandle.current().pid() + "-" + directory.getFileName();
    this.cgroups = Cgroups.open(group).orElseThrow();
    this.runtime = opening.open(Optional.of(cgroups));
    this.pod = pod("box");
    cgroups.create("podbox", ResourceLimits.NONE);
    this.sandbox = runtime.runPodSandbox(pod);
  }

  /**
   * Makes a pod.
   *
   * @param image what its containers are made of
   */
  public static RuntimeScene open(Path directory, ContainerImage image, Opening opening)
      throws Exception {
    return new RuntimeScene(directory, image, opening);
  }

  /** What a pod of this name is made by. */
  public SandboxConfig pod(String name) {
    return new SandboxConfig(
        new PodIdentity("default", name, name),
        0,
        "",
        name + "host",
        new SandboxConfig.Resolver(List.of("10.0.0.10"), List.of("one.test"), List.of("ndots:5")),
        List.of(),
        new SandboxConfig.Labels(Map.of(), Map.of()),
        directory.resolve("logs"),
        Sharing.NONE,
        cgroups.fromRoot("pod" + name),
        ResourceLimits.NONE,
        Security.DEFAULT,
        Map.of());
  }

  public ContainerRuntime runtime() {
    return runtime;
  }

  public Sandbox sandbox() {
    return sandbox;
  }

  public Cgroups cgroups() {
    return cgroups;
  }

  public Path directory() {
    return directory;
  }

  /** The runtime's object goes, and another comes. */
  public void reopen() throws Exception {
    runtime.close();
    runtime = opening.open(Optional.of(cgroups));
  }

  /** A container that runs a command. */
  public ContainerConfig config(List<Mount> mounts, String... command) {
    return new ContainerConfig(
        "main",
        attempts++,
        image,
        List.of(command),
        List.of(),
        Map.of("GREETING", "it's me"),
        "",
        mounts,
        Devices.NONE,
        ResourceLimits.NONE,
        Security.DEFAULT,
        directory.resolve("logs/" + attempts + ".log"),
        0,
        Interaction.NONE,
        Optional.empty());
  }

  /** The same with other limits and rights. */
  public static ContainerConfig with(
      ContainerConfig c, ResourceLimits limits, Security security, int stopSignal) {
    return new ContainerConfig(
        c.name(),
        c.attempt(),
        c.image(),
        c.command(),
        c.arguments(),
        c.environment(),
        c.workingDirectory(),
        c.mounts(),
        c.devices(),
        limits,
        security,
        c.logFile(),
        stopSignal,
        c.interaction(),
        c.target());
  }

  /** The same with other rights. */
  public static ContainerConfig with(ContainerConfig c, Security security) {
    return with(c, c.limits(), security, c.stopSignal());
  }

  /** Makes and starts a container. */
  public String start(ContainerConfig config) throws IOException {
    var id = runtime.createContainer(sandbox.id(), pod, config);
    runtime.startContainer(id);
    return id;
  }

  /** Waits for a container's end. */
  public ContainerStatus await(String id) throws IOException, InterruptedException {
    var deadline = Instant.now().plusSeconds(30);
    while (Instant.now().isBefore(deadline)) {
      var status = runtime.container(id).orElseThrow();
      if (status.state() == ContainerStatus.State.EXITED) {
        return status;
      }
      Thread.sleep(5);
    }
    throw new AssertionError("container " + id + " did not end");
  }

  /** Waits until a container has written something. */
  public void awaitOutput(String id, String text) throws IOException, InterruptedException {
    var log = runtime.container(id).orElseThrow().logFile();
    var deadline = Instant.now().plusSeconds(30);
    while (!Files.exists(log) || !Files.readString(log).contains(text)) {
      assertTrue(Instant.now().isBefore(deadline), "no output " + text);
      Thread.sleep(5);
    }
  }

  /** All that a container that has ended wrote. */
  public static String output(ContainerStatus status) throws IOException, InterruptedException {
    // The end of the output and the end of the container are told apart: wait for quiet.
    var last = "";
    for (var i = 0; i < 20; i++) {
      last = Files.exists(status.logFile()) ? Files.readString(status.logFile()) : "";
      Thread.sleep(5);
    }
    return last;
  }

  /** What a container writes in its whole life, and how it failed where it did. */
  public String run(ContainerConfig config) throws Exception {
    var status = await(start(config));
    var text = new StringBuilder();
    for (var line : output(status).lines().toList()) {
      text.append(line.split(" ", 4)[3]).append('\n');
    }
    if (status.exitCode() != 0) {
      text.append("exit ").append(status.exitCode()).append(' ').append(status.message());
    }
    return text.toString().strip();
  }

  /** What a shell says. */
  public String sh(String script) throws Exception {
    return run(config(List.of(), "sh", "-c", script));
  }

  @Override
  public void close() throws IOException {
    for (var each : runtime.sandboxes()) {
      runtime.stopPodSandbox(each.id());
      runtime.removePodSandbox(each.id());
    }
    runtime.close();
    cgroups.remove("");
  }
}
