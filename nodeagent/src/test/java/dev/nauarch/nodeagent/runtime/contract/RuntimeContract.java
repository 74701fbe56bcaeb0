package dev.nauarch.nodeagent.runtime.contract;

import static dev.nauarch.nodeagent.runtime.contract.RuntimeScene.output;
import static dev.nauarch.nodeagent.runtime.contract.RuntimeScene.with;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.StopSignal;
import dev.nauarch.nodeagent.runtime.ContainerConfig.Confinement;
import dev.nauarch.nodeagent.runtime.ContainerConfig.Mount;
import dev.nauarch.nodeagent.runtime.ContainerConfig.Security;
import dev.nauarch.nodeagent.runtime.ContainerStatus;
import dev.nauarch.nodeagent.runtime.ExecConfig;
import dev.nauarch.nodeagent.runtime.ResourceLimits;
import dev.nauarch.nodeagent.runtime.ResourceLimits.Tuning;
import dev.nauarch.nodeagent.runtime.RuntimeFault;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every runtime does. */
@Timeout(120)
public interface RuntimeContract {

  /** A pod on a runtime of the test's own. */
  RuntimeScene scene();

  private static Security security(long user, long group, List<Long> groups, List<String> drop) {
    return new Security(
        user,
        "",
        group,
        groups,
        false,
        false,
        List.of(),
        drop,
        user >= 0,
        false,
        Confinement.DEFAULT);
  }

  @Test
  default void aContainerIsStoppedWithItsOwnSignal() throws Exception {
    var c =
        scene()
            .config(
                List.of(), "sh", "-c", "trap 'exit 7' USR1; echo up; while :; do sleep 0.05; done");
    var id = scene().start(with(c, c.limits(), c.security(), StopSignal.number("SIGUSR1")));
    scene().awaitOutput(id, "up");
    scene().runtime().stopContainer(id, Duration.ofSeconds(10));
    assertEquals(7, scene().await(id).exitCode());
  }

  @Test
  default void outputIsLoggedInCriFormWithItsStream() throws Exception {
    var script = "echo one; echo two >&2; printf three";
    var status = scene().await(scene().start(scene().config(List.of(), "sh", "-c", script)));
    var lines = output(status).lines().toList();
    assertEquals(3, lines.size(), lines.toString());
    var all = lines.toString();
    assertTrue(
        lines.stream()
            .anyMatch(line -> line.matches("\\d{4}-\\d\\d-\\d\\dT[0-9:]+\\.\\d+Z stdout F one")),
        all);
    assertTrue(lines.stream().anyMatch(line -> line.endsWith(" stderr F two")), all);
    assertTrue(lines.stream().anyMatch(line -> line.matches(".* stdout [FP] three")), all);
    assertEquals("Completed", status.reason());
    assertTrue(status.finishedAt().isAfter(Instant.EPOCH));
    assertEquals("box", status.podUid());
  }

  @Test
  default void exitCodesAndSignalsAreReported() throws Exception {
    var seven = scene().await(scene().start(scene().config(List.of(), "sh", "-c", "exit 7")));
    assertEquals(7, seven.exitCode());
    assertEquals("Error", seven.reason());
  }

  @Test
  default void everyEndIsToldOnce() throws Exception {
    var told = new LinkedBlockingQueue<ContainerStatus>();
    scene().runtime().onExit(told::add);
    var first = scene().start(scene().config(List.of(), "sh", "-c", "exit 3"));
    var heard = told.poll(20, TimeUnit.SECONDS);
    assertEquals(first, heard.id());
    assertEquals(3, heard.exitCode());
    var second = scene().start(scene().config(List.of(), "sleep", "1000"));
    scene().runtime().stopContainer(second, Duration.ZERO);
    assertEquals(second, told.poll(20, TimeUnit.SECONDS).id());
    assertEquals(null, told.poll(2, TimeUnit.SECONDS));
  }

  @Test
  default void aProgramThatIsNotThereIsAStartError() throws Exception {
    var status = scene().await(scene().start(scene().config(List.of(), "no-such-program")));
    assertEquals(128, status.exitCode());
    assertEquals("StartError", status.reason());
    assertTrue(status.message().contains("\"no-such-program\""), status.message());
  }

  @Test
  default void aContainerIsTheFirstProcessOfItsOwnHost() throws Exception {
    assertEquals("1\nboxhost", scene().sh("echo $$; cat /proc/sys/kernel/hostname"));
    assertEquals("boxhost", scene().sh("cat /etc/hostname"));
    assertEquals(
        "search one.test\nnameserver 10.0.0.10\noptions ndots:5",
        scene().sh("cat /etc/resolv.conf"));
  }

  @Test
  default void mountsAreSeenAsTheyAreAskedFor() throws Exception {
    var source = Files.createDirectories(scene().directory().resolve("volume"));
    Files.writeString(source.resolve("hello"), "content\n");
    var mounts =
        List.of(
            new Mount(source, "/nauarch-it-data", false),
            new Mount(source, "/nauarch-it/deep", true),
            new Mount(source.resolve("hello"), "/dev/termination-log", false));
    assertEquals(
        "content\ncontent\nread-only",
        scene()
            .run(
                scene()
                    .config(
                        mounts,
                        "sh",
                        "-c",
                        "cat /nauarch-it-data/hello /nauarch-it/deep/hello;"
                            + " echo new >/nauarch-it-data/new; echo end >/dev/termination-log;"
                            + " echo x 2>/dev/null >/nauarch-it/deep/new || echo read-only")));
    assertEquals("new\n", Files.readString(source.resolve("new")));
    assertEquals("end\n", Files.readString(source.resolve("hello")));
  }

  @Test
  default void theUserAndItsRightsAreWhatWasAsked() throws Exception {
    assertEquals(
        "1234 5678 5678 42\nNoNewPrivs:\t1",
        scene()
            .run(
                with(
                    scene()
                        .config(
                            List.of(),
                            "sh",
                            "-c",
                            "echo $(id -u) $(id -g) $(id -G); grep NoNewPrivs /proc/self/status"),
                    security(1234, 5678, List.of(42L), List.of()))));
    assertEquals(
        "CapEff:\t0000000000000000",
        scene()
            .run(
                with(
                    scene().config(List.of(), "grep", "CapEff", "/proc/self/status"),
                    security(-1, -1, List.of(), List.of("ALL")))));
  }

  @Test
  default void aContainerThatTakesTooMuchMemoryIsKilledAndSaysSo() throws Exception {
    var limits = new ResourceLimits(100, 50_000, 24L << 20, 200, Tuning.NONE);
    var c =
        scene()
            .config(
                List.of(),
                "sh",
                "-c",
                "head -c 200000000 /dev/zero | tail -c 150000000 >/dev/null");
    var status = scene().await(scene().start(with(c, limits, c.security(), 0)));
    assertEquals("OOMKilled", status.reason());
    assertEquals(137, status.exitCode());
  }

  @Test
  default void limitsCanBeChangedWhileItRuns() throws Exception {
    var limits = new ResourceLimits(100, 50_000, 64L << 20, 200, Tuning.NONE);
    var c = scene().config(List.of(), "sleep", "1000");
    var id = scene().start(with(c, limits, c.security(), 0));
    scene()
        .runtime()
        .updateContainer(id, new ResourceLimits(512, 20_000, 128L << 20, 200, Tuning.NONE));
    var group = new GroupFiles(scene().cgroups().fromRoot("podbox"), id);
    assertEquals("512", group.read("cpu", "cpu.shares"));
    assertEquals("20000", group.read("cpu", "cpu.cfs_quota_us"));
    assertEquals(String.valueOf(128L << 20), group.read("memory", "memory.limit_in_bytes"));
  }

  @Test
  default void stoppingAsksFirstAndKillsAfterTheGrace() throws Exception {
    var polite =
        scene()
            .start(
                scene()
                    .config(
                        List.of(),
                        "sh",
                        "-c",
                        "trap 'exit 5' TERM; echo set; while :; do sleep 0.05; done"));
    // The first process of a pid namespace gets no signal before it has a handler for it.
    scene().awaitOutput(polite, "set");
    scene().runtime().stopContainer(polite, Duration.ofSeconds(10));
    assertEquals(5, scene().await(polite).exitCode());
    var stubborn =
        scene()
            .start(scene().config(List.of(), "sh", "-c", "trap '' TERM; sleep 1000 & wait; wait"));
    scene().runtime().stopContainer(stubborn, Duration.ofMillis(300));
    assertEquals(137, scene().await(stubborn).exitCode());
  }

  @Test
  default void execRunsInsideAndGivesItsExitCode() throws Exception {
    var id = scene().start(scene().config(List.of(), "sleep", "1000"));
    var script = "cat /etc/hostname; read x; echo $x; echo bad >&2; exit 9";
    try (var session =
        scene().runtime().exec(id, new ExecConfig(List.of("sh", "-c", script), true, false))) {
      session.stdin().write("typed\n".getBytes(StandardCharsets.UTF_8));
      session.stdin().close();
      assertEquals(
          "boxhost\ntyped\n", new String(session.stdout().readAllBytes(), StandardCharsets.UTF_8));
      assertEquals("bad\n", new String(session.stderr().readAllBytes(), StandardCharsets.UTF_8));
      assertEquals(9, session.await(Duration.ofSeconds(10)).orElseThrow());
    }
  }

  @Test
  default void muchInputComesBackWhole() throws Exception {
    var id = scene().start(scene().config(List.of(), "sleep", "1000"));
    var sent = new byte[3 << 20];
    new java.util.Random(7).nextBytes(sent);
    try (var session = scene().runtime().exec(id, new ExecConfig(List.of("cat"), true, false))) {
      Thread.startVirtualThread(
          () -> {
            try (var in = session.stdin()) {
              in.write(sent);
            } catch (java.io.IOException e) {
              throw new java.io.UncheckedIOException(e);
            }
          });
      assertTrue(java.util.Arrays.equals(sent, session.stdout().readAllBytes()));
      assertEquals(0, session.await(Duration.ofSeconds(10)).orElseThrow());
    }
  }

  @Test
  default void execWithATerminalHasItsSize() throws Exception {
    var id = scene().start(scene().config(List.of(), "sleep", "1000"));
    // A size that is asked for arrives beside the input, and may come after it.
    var script = "until stty size 2>/dev/null | grep '45 123'; do sleep 0.05; done; tty";
    try (var session =
        scene().runtime().exec(id, new ExecConfig(List.of("sh", "-c", script), true, true))) {
      session.resize(123, 45);
      var text = new String(session.stdout().readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(text.contains("45 123"), text);
      assertTrue(text.contains("/dev/pts/"), text);
    }
  }

  @Test
  default void aProgramIsRunToItsEndOrForAsLongAsItMay() throws Exception {
    var id = scene().start(scene().config(List.of(), "sleep", "1000"));
    var runtime = scene().runtime();
    var ended = runtime.run(id, List.of("sh", "-c", "echo out; exit 4"), Duration.ofSeconds(20));
    assertEquals(4, ended.code());
    assertEquals("out\n", ended.output());
    var late =
        assertThrows(
            RuntimeFault.class,
            () -> runtime.run(id, List.of("sleep", "1000"), Duration.ofSeconds(1)));
    assertEquals(RuntimeFault.Reason.TIMEOUT, late.reason());
    assertEquals(
        "1\n",
        runtime
            .run(id, List.of("sh", "-c", "pidof sleep | wc -w"), Duration.ofSeconds(20))
            .output());
  }

  @Test
  default void whoIsAttachedHearsWhatIsWrittenFromThenOn() throws Exception {
    var id =
        scene()
            .start(scene().config(List.of(), "sh", "-c", "while :; do echo tick; sleep 0.1; done"));
    scene().awaitOutput(id, "tick");
    try (var session = scene().runtime().attach(id, false)) {
      var heard = new String(session.stdout().readNBytes(10), StandardCharsets.UTF_8);
      assertEquals("tick\ntick\n", heard);
    }
  }

  @Test
  default void useIsToldByPodAndContainer() throws Exception {
    var id = scene().start(scene().config(List.of(), "sh", "-c", "while :; do :; done"));
    var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (true) {
      var mine =
          scene().runtime().usage().stream().filter(each -> each.id().equals(id)).findFirst();
      if (mine.isPresent() && mine.get().use().cpuNanos() > 0) {
        assertEquals("box", mine.get().pod().name());
        assertEquals("main", mine.get().container());
        assertTrue(mine.get().use().memoryBytes() > 0);
        return;
      }
      assertTrue(System.nanoTime() < deadline, "no use");
      Thread.sleep(20);
    }
  }

  @Test
  default void containersOutliveTheRuntimeAndAreFoundAgain() throws Exception {
    var lives =
        scene().start(scene().config(List.of(), "sh", "-c", "read x </proc/self/stat; sleep 1000"));
    var ends = scene().start(scene().config(List.of(), "sh", "-c", "sleep 0.3; echo late; exit 4"));
    scene().reopen();
    var again = scene().runtime();
    assertEquals(4, scene().await(ends).exitCode());
    assertTrue(output(again.container(ends).orElseThrow()).contains("stdout F late"));
    assertEquals(ContainerStatus.State.RUNNING, again.container(lives).orElseThrow().state());
    assertEquals(List.of(scene().sandbox()), again.sandboxes());
    again.stopContainer(lives, Duration.ZERO);
    assertEquals(137, scene().await(lives).exitCode());
  }

  @Test
  default void whatIsRemovedIsGone() throws Exception {
    var runtime = scene().runtime();
    var id = scene().start(scene().config(List.of(), "true"));
    scene().await(id);
    runtime.removeContainer(id);
    assertFalse(runtime.container(id).isPresent());
    var left = scene().start(scene().config(List.of(), "sleep", "1000"));
    runtime.stopPodSandbox(scene().sandbox().id());
    runtime.stopPodSandbox(scene().sandbox().id());
    assertEquals(ContainerStatus.State.EXITED, runtime.container(left).orElseThrow().state());
    runtime.removePodSandbox(scene().sandbox().id());
    runtime.removePodSandbox(scene().sandbox().id());
    assertEquals(List.of(), runtime.sandboxes());
    assertEquals(List.of(), runtime.containers());
  }

  @Test
  default void whatIsNotThereIsRefusedWithAReason() throws Exception {
    var runtime = scene().runtime();
    var faults =
        List.of(
            assertThrows(RuntimeFault.class, () -> runtime.startContainer("nothing")),
            assertThrows(
                RuntimeFault.class,
                () -> runtime.exec("nothing", new ExecConfig(List.of("true"), false, false))),
            assertThrows(
                RuntimeFault.class,
                () ->
                    runtime.createContainer(
                        "nothing", scene().pod("nothing"), scene().config(List.of(), "true"))));
    faults.forEach(fault -> assertFalse(String.valueOf(fault.getMessage()).isBlank()));
    assertEquals(java.util.Optional.empty(), runtime.images().find("127.0.0.1:1/nothing:v1"));
    var pull =
        assertThrows(
            RuntimeFault.class,
            () -> runtime.images().pull("127.0.0.1:1/nothing:v1", "", java.util.Optional.empty()));
    assertEquals(RuntimeFault.Reason.IMAGE_PULL, pull.reason());
    assertTrue(String.valueOf(pull.getMessage()).contains("127.0.0.1:1/nothing:v1"));
  }
}
