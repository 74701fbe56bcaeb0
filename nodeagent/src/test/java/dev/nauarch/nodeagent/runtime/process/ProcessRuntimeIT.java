package dev.nauarch.nodeagent.runtime.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.StopSignal;
import dev.nauarch.nodeagent.PodIdentity;
import dev.nauarch.nodeagent.runtime.ContainerConfig;
import dev.nauarch.nodeagent.runtime.ContainerConfig.Mount;
import dev.nauarch.nodeagent.runtime.ContainerConfig.Security;
import dev.nauarch.nodeagent.runtime.ContainerStatus;
import dev.nauarch.nodeagent.runtime.ExecConfig;
import dev.nauarch.nodeagent.runtime.ImageAnswer;
import dev.nauarch.nodeagent.runtime.ResourceLimits;
import dev.nauarch.nodeagent.runtime.RuntimeFault;
import dev.nauarch.nodeagent.runtime.SandboxConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every runtime must do, against host processes; needs root. */
class ProcessRuntimeIT {
  private static final String CGROUP = "nauarch-it-" + ProcessHandle.current().pid();

  @TempDir Path directory;
  private ProcessRuntime runtime;
  private int attempts;

  @BeforeEach
  void open() throws Exception {
    runtime = ProcessRuntime.open(directory.resolve("runtime"), CGROUP, InstantSource.system());
    runtime.runPodSandbox(
        new SandboxConfig(
            "box",
            new PodIdentity("default", "box", "uid"),
            "boxhost",
            Optional.empty(),
            "127.0.0.1",
            false,
            false,
            ResourceLimits.NONE));
  }

  @AfterEach
  void close() throws Exception {
    runtime.stopPodSandbox("box");
    runtime.removePodSandbox("box");
    runtime.close();
    Cgroups.open(CGROUP).orElseThrow().remove("");
  }

  private ContainerConfig config(List<Mount> mounts, String... command) {
    return new ContainerConfig(
        "main",
        attempts++,
        "host",
        List.of(command),
        Map.of("GREETING", "it's me"),
        "",
        mounts,
        ResourceLimits.NONE,
        Security.DEFAULT,
        directory.resolve("logs/" + attempts + ".log"),
        StopSignal.TERM,
        ContainerConfig.Interaction.NONE);
  }

  private static ContainerConfig with(ContainerConfig c, ResourceLimits limits, Security security) {
    return with(c, limits, security, c.stopSignal());
  }

  private static ContainerConfig with(
      ContainerConfig c, ResourceLimits limits, Security security, int stopSignal) {
    return new ContainerConfig(
        c.name(),
        c.attempt(),
        c.image(),
        c.command(),
        c.environment(),
        c.workingDirectory(),
        c.mounts(),
        limits,
        security,
        c.logFile(),
        stopSignal,
        ContainerConfig.Interaction.NONE);
  }

  private String start(ContainerConfig config) throws IOException {
    var id = runtime.createContainer("box", config);
    runtime.startContainer(id);
    return id;
  }

  private ContainerStatus await(String id) throws InterruptedException {
    return await(runtime, id);
  }

  private static ContainerStatus await(ProcessRuntime runtime, String id)
      throws InterruptedException {
    var deadline = Instant.now().plusSeconds(20);
    while (Instant.now().isBefore(deadline)) {
      var status = runtime.container(id).orElseThrow();
      if (status.state() == ContainerStatus.State.EXITED) {
        return status;
      }
      Thread.sleep(5);
    }
    throw new AssertionError("container " + id + " did not end");
  }

  private void awaitOutput(String id, String text) throws IOException, InterruptedException {
    var log = runtime.container(id).orElseThrow().logFile();
    var deadline = Instant.now().plusSeconds(20);
    while (!Files.readString(log).contains(text)) {
      assertTrue(Instant.now().isBefore(deadline), "no output " + text);
      Thread.sleep(5);
    }
  }

  private static String output(ContainerStatus status) throws IOException, InterruptedException {
    // The end of the output and the end of the container are told apart: wait for quiet.
    var last = "";
    for (var i = 0; i < 20; i++) {
      last = Files.readString(status.logFile());
      Thread.sleep(5);
    }
    return last;
  }

  private String run(ContainerConfig config) throws Exception {
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

  @Test
  void aContainerIsStoppedWithItsOwnSignal() throws Exception {
    var c =
        config(List.of(), "sh", "-c", "trap 'exit 7' USR1; echo up; while :; do sleep 0.05; done");
    var id = start(with(c, c.limits(), c.security(), StopSignal.number("SIGUSR1")));
    awaitOutput(id, "up");
    runtime.stopContainer(id, Duration.ofSeconds(10));
    assertEquals(7, await(id).exitCode());
  }

  @Test
  void outputIsLoggedInCriFormWithItsStream() throws Exception {
    var status =
        await(start(config(List.of(), "sh", "-c", "echo one; echo two >&2; printf three")));
    var lines = output(status).lines().toList();
    assertEquals(3, lines.size(), lines.toString());
    assertTrue(
        lines.stream()
            .anyMatch(line -> line.matches("\\d{4}-\\d\\d-\\d\\dT[0-9:]+\\.\\d{9}Z stdout F one")));
    assertTrue(lines.stream().anyMatch(line -> line.endsWith(" stderr F two")));
    assertTrue(lines.stream().anyMatch(line -> line.endsWith(" stdout P three")));
    assertEquals("Completed", status.reason());
    assertTrue(status.finishedAt().isAfter(Instant.EPOCH));
  }

  @Test
  void theEnvironmentIsTheContainersAlone() throws Exception {
    assertEquals(
        "GREETING=it's me\nPATH=" + LaunchScript.DEFAULT_PATH, run(config(List.of(), "env")));
  }

  @Test
  void exitCodesAndSignalsAreReported() throws Exception {
    assertEquals(7, await(start(config(List.of(), "sh", "-c", "exit 7"))).exitCode());
    var killed =
        await(start(config(List.of(), "sh", "-c", "sh -c 'kill -9 $PPID'; sleep 1; exit 3")));
    // The first process of a pid namespace can't be killed from inside.
    assertEquals(3, killed.exitCode());
    assertEquals("Error", killed.reason());
  }

  @Test
  void aProgramThatIsNotThereIsAStartError() throws Exception {
    var status = await(start(config(List.of(), "no-such-program")));
    assertEquals(128, status.exitCode());
    assertEquals("StartError", status.reason());
    assertTrue(status.message().contains("\"no-such-program\""), status.message());
  }

  @Test
  void aContainerIsTheFirstProcessOfItsOwnHost() throws Exception {
    assertEquals(
        "1\nboxhost\nboxhost",
        run(config(List.of(), "sh", "-c", "echo $$; hostname; cat /proc/sys/kernel/hostname")));
  }

  @Test
  void mountsAppearWhereTheMachineHasNoMountPointAndLeaveNoneBehind() throws Exception {
    var source = Files.createDirectories(directory.resolve("volume"));
    Files.writeString(source.resolve("hello"), "content\n");
    var mounts =
        List.of(
            new Mount(source, "/nauarch-it-data", false),
            new Mount(source, "/etc/nauarch-it/deep", true),
            new Mount(source.resolve("hello"), "/var/run/secrets/nauarch-it/file", true),
            new Mount(source.resolve("hello"), "/dev/termination-log", false));
    assertEquals(
        "content\ncontent\ncontent\nread-only",
        run(
            config(
                mounts,
                "sh",
                "-c",
                "cat /nauarch-it-data/hello /etc/nauarch-it/deep/hello"
                    + " /var/run/secrets/nauarch-it/file;"
                    + " echo new >/nauarch-it-data/new; echo end >/dev/termination-log;"
                    + " echo x 2>/dev/null >/etc/nauarch-it/deep/new || echo read-only")));
    assertEquals("new\n", Files.readString(source.resolve("new")));
    assertEquals("end\n", Files.readString(source.resolve("hello")));
    for (var path : List.of("/nauarch-it-data", "/etc/nauarch-it", "/run/secrets/nauarch-it")) {
      assertFalse(Files.exists(Path.of(path)), path + " was left on the machine");
    }
  }

  @Test
  void theUserAndItsRightsAreWhatWasAsked() throws Exception {
    var security = new Security(1234, 5678, List.of(42L), false, List.of(), List.of(), true, false);
    assertEquals(
        "1234 5678 5678 42\nNoNewPrivs:\t1",
        run(
            with(
                config(
                    List.of(),
                    "sh",
                    "-c",
                    "echo $(id -u) $(id -g) $(id -G); grep NoNewPrivs /proc/self/status"),
                ResourceLimits.NONE,
                security)));
    var dropped = new Security(-1, -1, List.of(), false, List.of(), List.of("ALL"), false, false);
    assertEquals(
        "CapEff:\t0000000000000000",
        run(
            with(
                config(List.of(), "grep", "CapEff", "/proc/self/status"),
                ResourceLimits.NONE,
                dropped)));
  }

  @Test
  void aReadOnlyRootCanBeWrittenInItsMountsOnly() throws Exception {
    var source = Files.createDirectories(directory.resolve("volume"));
    var security = new Security(-1, -1, List.of(), false, List.of(), List.of(), false, true);
    assertEquals(
        "etc\nroot\nok",
        run(
            with(
                config(
                    List.of(new Mount(source, "/nauarch-it", false)),
                    "sh",
                    "-c",
                    "touch /etc/nauarch-it 2>/dev/null || echo etc;"
                        + " touch /nauarch-it-2 2>/dev/null || echo root;"
                        + " touch /nauarch-it/file && echo ok"),
                ResourceLimits.NONE,
                security)));
  }

  @Test
  void aContainerThatTakesTooMuchMemoryIsKilledAndSaysSo() throws Exception {
    var limits = new ResourceLimits(100, 50_000, 24L << 20, 200);
    var status =
        await(
            start(
                with(
                    config(
                        List.of(), "sh", "-c", "head -c 200M /dev/zero | tail -c 150M >/dev/null"),
                    limits,
                    Security.DEFAULT)));
    assertEquals("OOMKilled", status.reason());
    assertEquals(137, status.exitCode());
  }

  @Test
  void stoppingAsksFirstAndKillsAfterTheGrace() throws Exception {
    var polite =
        start(
            config(
                List.of(),
                "sh",
                "-c",
                "trap 'exit 5' TERM; echo set; while :; do sleep 0.05; done"));
    // The first process of a pid namespace gets no signal before it has a handler for it.
    awaitOutput(polite, "set");
    runtime.stopContainer(polite, Duration.ofSeconds(10));
    assertEquals(5, await(polite).exitCode());
    var stubborn = start(config(List.of(), "sh", "-c", "trap '' TERM; sleep 1000 & wait; wait"));
    runtime.stopContainer(stubborn, Duration.ofMillis(300));
    assertEquals(137, await(stubborn).exitCode());
  }

  @Test
  void execRunsInsideAndGivesItsExitCode() throws Exception {
    var id = start(config(List.of(), "sleep", "1000"));
    try (var session =
        runtime.exec(
            id,
            new ExecConfig(
                List.of("sh", "-c", "hostname; read x; echo $x; echo bad >&2; exit 9"),
                true,
                false))) {
      session.stdin().write("typed\n".getBytes(StandardCharsets.UTF_8));
      session.stdin().close();
      assertEquals(
          "boxhost\ntyped\n", new String(session.stdout().readAllBytes(), StandardCharsets.UTF_8));
      assertEquals("bad\n", new String(session.stderr().readAllBytes(), StandardCharsets.UTF_8));
      assertEquals(9, session.await(Duration.ofSeconds(10)).orElseThrow());
    }
  }

  @Test
  void execWithATerminalHasItsSize() throws Exception {
    var id = start(config(List.of(), "sleep", "1000"));
    try (var session =
        runtime.exec(
            id, new ExecConfig(List.of("sh", "-c", "read x; stty size; tty"), true, true))) {
      session.resize(123, 45);
      session.stdin().write("\n".getBytes(StandardCharsets.UTF_8));
      var text = new String(session.stdout().readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(text.contains("45 123"), text);
      assertTrue(text.contains("/dev/pts/"), text);
    }
  }

  @Test
  void containersOutliveTheRuntimeAndAreFoundAgain() throws Exception {
    var lives = start(config(List.of(), "sh", "-c", "read x </proc/self/stat; sleep 1000"));
    var ends = start(config(List.of(), "sh", "-c", "sleep 0.3; echo late; exit 4"));
    runtime.close();
    var again = ProcessRuntime.open(directory.resolve("runtime"), CGROUP, InstantSource.system());
    runtime = again;
    assertEquals(4, await(again, ends).exitCode());
    assertTrue(output(again.container(ends).orElseThrow()).contains("stdout F late"));
    assertEquals(ContainerStatus.State.RUNNING, again.container(lives).orElseThrow().state());
    again.stopContainer(lives, Duration.ZERO);
    assertEquals(137, await(again, lives).exitCode());
  }

  @Test
  void whatRanBeforeTheMachineWasStartedAnewIsForgotten() throws Exception {
    start(config(List.of(), "true"));
    runtime.stopPodSandbox("box");
    runtime.close();
    Files.writeString(directory.resolve("runtime/boot"), "another run of the machine");
    runtime = ProcessRuntime.open(directory.resolve("runtime"), CGROUP, InstantSource.system());
    assertEquals(List.of(), runtime.sandboxes());
    assertEquals(List.of(), runtime.containers());
  }

  @Test
  void otherImagesAreRefusedWithAReason() {
    assertTrue(runtime.pullImage("host") instanceof ImageAnswer.Present);
    assertTrue(
        runtime.pullImage("nginx:1.27") instanceof ImageAnswer.Missing missing
            && missing.message().contains("nginx:1.27"));
    assertThrows(RuntimeFault.class, () -> runtime.startContainer("box/nothing.0"));
  }
}
