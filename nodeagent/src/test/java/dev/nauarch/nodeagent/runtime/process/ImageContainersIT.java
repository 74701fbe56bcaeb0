package dev.nauarch.nodeagent.runtime.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.nodeagent.HostNetwork;
import dev.nauarch.nodeagent.image.TestImage;
import dev.nauarch.nodeagent.image.TestImage.Packing;
import dev.nauarch.nodeagent.image.TestLayer;
import dev.nauarch.nodeagent.image.TestRegistry;
import dev.nauarch.nodeagent.runtime.ContainerConfig;
import dev.nauarch.nodeagent.runtime.ContainerConfig.Confinement;
import dev.nauarch.nodeagent.runtime.ContainerConfig.Devices;
import dev.nauarch.nodeagent.runtime.ContainerConfig.Mount;
import dev.nauarch.nodeagent.runtime.ContainerConfig.Security;
import dev.nauarch.nodeagent.runtime.ContainerImage;
import dev.nauarch.nodeagent.runtime.ContainerStatus;
import dev.nauarch.nodeagent.runtime.ExecConfig;
import dev.nauarch.nodeagent.runtime.ResourceLimits;
import dev.nauarch.nodeagent.runtime.RuntimeFault;
import dev.nauarch.nodeagent.runtime.contract.RuntimeScene;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Containers of images, of a registry of the test's own; needs root and a static busybox. */
final class ImageContainersIT {
  private static final Path BUSYBOX = Path.of("/bin/busybox");
  private static final List<String> APPLETS =
      List.of(
          "sh",
          "cat",
          "echo",
          "id",
          "ls",
          "env",
          "sleep",
          "mknod",
          "touch",
          "pwd",
          "stat",
          "stty",
          "grep",
          "mount",
          "head",
          "true",
          "hostname",
          "readlink",
          "tty");

  @TempDir private Path directory;
  private TestRegistry registry;
  private RuntimeScene scene;
  private String image;
  private int attempts;

  @BeforeEach
  void open() throws Exception {
    registry = new TestRegistry();
    image = registry.put("team/box", "1", box(Map.of()));
    scene =
        RuntimeScene.open(
            directory,
            new ContainerImage(image, image),
            groups ->
                ProcessRuntime.open(
                    directory.resolve("runtime"),
                    groups,
                    HostNetwork.open(directory.resolve("network"), 78),
                    InstantSource.system()));
  }

  @AfterEach
  void close() throws Exception {
    scene.close();
    registry.close();
    assertFalse(Files.readString(Path.of("/proc/self/mounts")).contains(directory.toString()));
  }

  /** An image with a shell, and users and files of its own. */
  private static TestImage box(Map<String, Object> config) throws IOException {
    return TestImage.of(config, Packing.GZIP, List.of(base().tar(), upper().tar()));
  }

  private static TestLayer base() throws IOException {
    var layer =
        new TestLayer()
            .directory("bin/", 0755)
            .file("bin/busybox", 0755, Files.readAllBytes(BUSYBOX))
            .directory("etc/", 0755)
            .file("etc/passwd", "root:x:0:0::/root:/bin/sh\napp:x:1500:1600::/home/app:/bin/sh\n")
            .file("etc/group", "root:x:0:\napp:x:1600:\nextra:x:1700:app\n")
            .file("etc/gone", "x")
            .link("etc/resolv.conf", "../run/resolve/stub.conf")
            .directory("data/", 0755)
            .file("data/old", "old\n")
            .directory("tmp/", 01777)
            .link("trap", "/../../../../../../../../etc");
    APPLETS.forEach(applet -> layer.link("bin/" + applet, "busybox"));
    return layer;
  }

  private static TestLayer upper() {
    return new TestLayer()
        .file("etc/.wh.gone", "")
        .file("data/.wh..wh..opq", "")
        .file("data/new", "new\n")
        .owner(1500, 1600)
        .file("tmp/mine", "mine\n");
  }

  private ContainerConfig config(String... command) {
    return config(image, List.of(command), List.of(), List.of(), Security.DEFAULT);
  }

  private ContainerConfig config(
      String of,
      List<String> command,
      List<String> arguments,
      List<Mount> mounts,
      Security security) {
    return new ContainerConfig(
        "main",
        attempts++,
        new ContainerImage(of, of),
        command,
        arguments,
        Map.of("GREETING", "it's me", "dotted.name", "yes"),
        "",
        mounts,
        Devices.NONE,
        ResourceLimits.NONE,
        security,
        directory.resolve("logs/" + attempts + ".log"),
        0,
        ContainerConfig.Interaction.NONE,
        Optional.empty());
  }

  private static Security security(
      long user, List<Long> groups, List<String> drop, boolean noNewPrivileges, boolean readOnly) {
    return new Security(
        user,
        "",
        -1,
        groups,
        false,
        false,
        List.of(),
        drop,
        noNewPrivileges,
        readOnly,
        Confinement.DEFAULT);
  }

  private String start(ContainerConfig config) throws IOException {
    scene.runtime().images().pull(config.image().name(), "", Optional.empty());
    return scene.start(config);
  }

  /** Why an image can't be had. */
  private String refusal(String name) {
    var fault =
        assertThrows(
            RuntimeFault.class, () -> scene.runtime().images().pull(name, "", Optional.empty()));
    return String.valueOf(fault.getMessage());
  }

  /** What a container that ends well has written. */
  private String output(ContainerConfig config) throws IOException, InterruptedException {
    var status = scene.await(start(config));
    var text = text(status);
    assertEquals(0, status.exitCode(), () -> status + "\n" + text);
    return text;
  }

  private static String text(ContainerStatus status) throws IOException, InterruptedException {
    var last = "";
    for (var i = 0; i < 20; i++) {
      last = Files.readString(status.logFile());
      Thread.sleep(5);
    }
    return last.replaceAll("(?m)^\\S+ std(out|err) [FP] ", "");
  }

  private String shell(String script) throws IOException, InterruptedException {
    return output(config("sh", "-c", script));
  }

  @Test
  void aContainerSeesItsImageAndNothingOfTheMachine() throws Exception {
    var text = shell("ls -a /; cat /data/*; [ -e /etc/gone ] || echo hidden; hostname; pwd");
    assertTrue(text.contains("new\n"), text);
    assertTrue(text.contains("hidden\nboxhost\n/\n"), text);
    assertFalse(text.contains("old"), text);
    assertFalse(text.contains(".before"), text);
    assertFalse(text.contains("usr"), text);
    var mounts = shell("cat /proc/mounts");
    assertFalse(mounts.contains("/.before"), mounts);
  }

  @Test
  void entryPointAndCommandFollowKubernetesRules() throws Exception {
    var said =
        Map.<String, Object>of(
            "Entrypoint",
            List.of("echo", "entry"),
            "Cmd",
            List.of("usual"),
            "Env",
            List.of("GREETING=image", "COLOR=red"),
            "WorkingDir",
            "/made/for/it");
    var own = registry.put("team/said", "1", box(said));
    var security = Security.DEFAULT;
    assertEquals("entry usual\n", output(config(own, List.of(), List.of(), List.of(), security)));
    assertEquals(
        "entry other\n", output(config(own, List.of(), List.of("other"), List.of(), security)));
    assertEquals(
        "alone\n", output(config(own, List.of("echo", "alone"), List.of(), List.of(), security)));
    var script = List.of("sh", "-c", "pwd; echo $COLOR $GREETING $HOME $HOSTNAME");
    assertEquals(
        "/made/for/it\nred it's me /root boxhost\n",
        output(config(own, script, List.of(), List.of(), security)));
    var names = output(config(own, List.of("env"), List.of(), List.of(), security));
    assertTrue(names.contains("dotted.name=yes\n"), names);
  }

  @Test
  void usersAndGroupsAreThoseOfTheImage() throws Exception {
    var own = registry.put("team/app", "1", box(Map.of("User", "app")));
    var command = List.of("id");
    assertEquals(
        "uid=1500(app) gid=1600(app) groups=1700(extra)\n",
        output(config(own, command, List.of(), List.of(), Security.DEFAULT)));
    var other = security(4000, List.of(42L), List.of(), false, false);
    assertEquals(
        "uid=4000 gid=0(root) groups=42\n",
        output(config(own, command, List.of(), List.of(), other)));
    var nobody = registry.put("team/nobody", "1", box(Map.of("User", "missing")));
    var fault =
        assertThrows(
            RuntimeFault.class,
            () -> start(config(nobody, command, List.of(), List.of(), Security.DEFAULT)));
    assertTrue(String.valueOf(fault.getMessage()).contains("unable to find user missing"));
  }

  @Test
  void rightsAreTheUsualOnesAndTheKernelsFilesAreHidden() throws Exception {
    var text =
        shell(
            "grep CapBnd /proc/self/status; cat /proc/kcore | head -c 1; "
                + "echo 1 >/proc/sys/vm/swappiness || echo sys-ro; "
                + "touch /sys/x || echo sysfs-ro; "
                + "mknod /tmp/disk b 1 0 && cat /tmp/disk || echo no-device; "
                + "mknod /dev/disk b 1 0 && cat /dev/disk || echo no-device-in-dev; "
                + "echo x >/dev/null && echo null; echo y >/dev/shm/y && cat /dev/shm/y; "
                + "touch /dev/.nauarch/env || echo box-ro");
    assertTrue(text.contains("CapBnd:\t00000000a80425fb\n"), text);
    for (var word :
        List.of("sys-ro", "sysfs-ro", "no-device\n", "no-device-in-dev", "null\ny\n", "box-ro")) {
      assertTrue(text.contains(word), word + " in " + text);
    }
    var none = security(-1, List.of(), List.of("ALL"), true, false);
    var bare =
        output(
            config(
                image,
                List.of("grep", "-E", "Cap|NoNew", "/proc/self/status"),
                List.of(),
                List.of(),
                none));
    assertTrue(bare.contains("CapEff:\t0000000000000000"), bare);
    assertTrue(bare.contains("NoNewPrivs:\t1"), bare);
  }

  @Test
  void aReadOnlyRootTakesNoWritesButItsVolumesDo() throws Exception {
    var own = registry.put("team/volume", "1", box(Map.of("Volumes", Map.of("/data", Map.of()))));
    var security = security(-1, List.of(), List.of(), false, true);
    var script =
        "touch /x || echo refused; echo more >>/data/new; cat /data/new; echo x >/dev/null";
    assertTrue(
        output(config(own, List.of("sh", "-c", script), List.of(), List.of(), security))
            .contains("refused\nnew\nmore\n"));
    // Another container of the image sees none of that.
    assertEquals(
        "new\n",
        output(config(own, List.of("cat", "/data/new"), List.of(), List.of(), Security.DEFAULT)));
  }

  @Test
  void mountsDoNotLeaveTheRootByLinksOfTheImage() throws Exception {
    var source = Files.createDirectories(directory.resolve("volume"));
    Files.writeString(source.resolve("word"), "volume\n");
    var file = Files.writeString(directory.resolve("resolv.conf"), "nameserver 192.0.2.1\n");
    var mounts =
        List.of(
            new Mount(source, "/trap/nauarch-mount", false),
            new Mount(source, "/new/deep/place", true),
            new Mount(file, "/etc/resolv.conf", true));
    var script =
        "cat /etc/nauarch-mount/word /new/deep/place/word /run/resolve/stub.conf;"
            + " touch /new/deep/place/x || echo read-only; touch /trap/nauarch-mount/made";
    var text =
        output(config(image, List.of("sh", "-c", script), List.of(), mounts, Security.DEFAULT));
    assertTrue(text.contains("volume\nvolume\nnameserver 192.0.2.1\n"), text);
    assertTrue(text.contains("read-only"), text);
    assertTrue(Files.exists(source.resolve("made")));
    assertFalse(Files.exists(Path.of("/etc/nauarch-mount")));
    for (var place : List.of("/proc/self/cwd", "/", "/dev/.nauarch/x")) {
      var id =
          start(
              config(
                  image,
                  List.of("true"),
                  List.of(),
                  List.of(new Mount(source, place, false)),
                  Security.DEFAULT));
      var status = scene.await(id);
      assertEquals("StartError", status.reason(), place);
      assertTrue(status.message().contains("nothing can be mounted"), status.message());
    }
  }

  @Test
  void whatCannotStartSaysWhy() throws Exception {
    var missing = scene.await(start(config("no-such-program")));
    assertEquals("StartError", missing.reason());
    assertEquals(
        "exec: \"no-such-program\": executable file not found in $PATH", missing.message());
    var denied = scene.await(start(config("/etc/passwd")));
    assertTrue(denied.message().contains("permission denied"), denied.message());
    var none =
        assertThrows(
            RuntimeFault.class,
            () -> start(config(image, List.of(), List.of(), List.of(), Security.DEFAULT)));
    assertTrue(String.valueOf(none.getMessage()).contains("no command"));
    assertTrue(refusal(registry.name() + "/team/other:1").contains("not found"));
    assertTrue(refusal("Not A Name").contains("couldn't parse image name"));
    var other = TestImage.of(Map.of(), Packing.NONE, List.of(), List.of(), "sparc");
    var elsewhere = registry.put("team/sparc", "1", TestImage.index(Map.of("sparc", other)));
    assertTrue(refusal(elsewhere).contains("[linux/sparc]"));
  }

  @Test
  void programsRunInARunningContainerAsItsUser() throws Exception {
    var own = registry.put("team/app", "1", box(Map.of("User", "app", "WorkingDir", "/data")));
    var id = start(config(own, List.of("sleep", "1000"), List.of(), List.of(), Security.DEFAULT));
    try (var session =
        scene
            .runtime()
            .exec(
                id,
                new ExecConfig(
                    List.of("sh", "-c", "id; pwd; echo $GREETING $HOME; cat; exit 7"),
                    true,
                    false))) {
      session.stdin().write("input\n".getBytes(StandardCharsets.UTF_8));
      session.stdin().close();
      assertEquals(
          """
          uid=1500(app) gid=1600(app) groups=1700(extra)
          /data
          it's me /home/app
          input
          """,
          new String(session.stdout().readAllBytes(), StandardCharsets.UTF_8));
      assertEquals(7, session.await(Duration.ofSeconds(10)).orElseThrow());
    }
    scene.runtime().stopContainer(id, Duration.ZERO);
    assertEquals(137, scene.await(id).exitCode());
  }

  @Test
  void terminalsWorkInsideToo() throws Exception {
    var plain = config("sh", "-c", "[ -t 0 ] && echo terminal; sleep 1000");
    var id =
        start(
            new ContainerConfig(
                plain.name(),
                plain.attempt(),
                plain.image(),
                plain.command(),
                plain.arguments(),
                plain.environment(),
                plain.workingDirectory(),
                plain.mounts(),
                plain.devices(),
                plain.limits(),
                plain.security(),
                plain.logFile(),
                plain.stopSignal(),
                new ContainerConfig.Interaction(true, false, true),
                plain.target()));
    try (var session =
        scene
            .runtime()
            .exec(id, new ExecConfig(List.of("sh", "-c", "read x; stty size"), true, true))) {
      session.resize(123, 45);
      session.stdin().write("\n".getBytes(StandardCharsets.UTF_8));
      var text = new String(session.stdout().readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(text.contains("45 123"), text);
    }
    scene.runtime().stopContainer(id, Duration.ZERO);
    assertTrue(text(scene.await(id)).contains("terminal"));
  }

  @Test
  void theStopSignalIsTheImages() throws Exception {
    var own = registry.put("team/signal", "1", box(Map.of("StopSignal", "SIGUSR1")));
    var script = "trap 'exit 9' USR1; trap '' TERM; echo ready; while :; do sleep 0.1; done";
    var id =
        start(config(own, List.of("sh", "-c", script), List.of(), List.of(), Security.DEFAULT));
    scene.awaitOutput(id, "ready");
    scene.runtime().stopContainer(id, Duration.ofSeconds(20));
    assertEquals(9, scene.await(id).exitCode());
  }

  @Test
  void containersOutliveTheAgentAndKeepTheirImage() throws Exception {
    var lives = start(config("sh", "-c", "echo ready; sleep 1000"));
    scene.reopen();
    var store = directory.resolve("images/store");
    assertEquals(
        ContainerStatus.State.RUNNING, scene.runtime().container(lives).orElseThrow().state());
    var images = scene.runtime().images();
    images.remove(images.find(image).orElseThrow().id());
    assertFalse(isEmpty(store.resolve("layers")));
    try (var session =
        scene.runtime().exec(lives, new ExecConfig(List.of("cat", "/data/new"), false, false))) {
      assertEquals("new\n", new String(session.stdout().readAllBytes(), StandardCharsets.UTF_8));
    }
    scene.runtime().stopContainer(lives, Duration.ZERO);
    scene.await(lives);
    scene.runtime().removeContainer(lives);
    assertTrue(isEmpty(store.resolve("layers")));
    assertTrue(isEmpty(store.resolve("blobs/sha256")));
  }

  private static boolean isEmpty(Path path) throws IOException {
    try (var files = Files.list(path)) {
      return files.findAny().isEmpty();
    }
  }
}
