package dev.nauarch.nodeagent.runtime.process;

import static dev.nauarch.nodeagent.runtime.contract.RuntimeScene.with;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.nodeagent.HostNetwork;
import dev.nauarch.nodeagent.runtime.ContainerConfig.Confinement;
import dev.nauarch.nodeagent.runtime.ContainerConfig.Mount;
import dev.nauarch.nodeagent.runtime.ContainerConfig.Security;
import dev.nauarch.nodeagent.runtime.ContainerImage;
import dev.nauarch.nodeagent.runtime.RuntimeFault;
import dev.nauarch.nodeagent.runtime.contract.RuntimeContract;
import dev.nauarch.nodeagent.runtime.contract.RuntimeScene;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every runtime must do, and what host processes do besides; needs root. */
class ProcessRuntimeIT implements RuntimeContract {
  private static final ContainerImage HOST = new ContainerImage("host", "host");

  @TempDir private Path directory;
  private RuntimeScene scene;

  @BeforeEach
  void open() throws Exception {
    scene =
        RuntimeScene.open(
            directory,
            HOST,
            groups ->
                ProcessRuntime.open(
                    directory.resolve("runtime"),
                    groups,
                    HostNetwork.open(directory.resolve("network"), 77),
                    InstantSource.system()));
  }

  @AfterEach
  void close() throws Exception {
    scene.close();
  }

  @Override
  public RuntimeScene scene() {
    return scene;
  }

  @Test
  void theEnvironmentIsTheContainersAlone() throws Exception {
    assertEquals(
        "GREETING=it's me\nPATH=" + LaunchScript.DEFAULT_PATH,
        scene.run(scene.config(List.of(), "env")));
  }

  @Test
  void theFirstProcessCantBeKilledFromInside() throws Exception {
    assertEquals("exit 3", scene.sh("sh -c 'kill -9 $PPID'; sleep 1; exit 3"));
  }

  @Test
  void mountsAppearWhereTheMachineHasNoMountPointAndLeaveNoneBehind() throws Exception {
    var source = Files.createDirectories(directory.resolve("volume"));
    Files.writeString(source.resolve("hello"), "content\n");
    var mounts =
        List.of(
            new Mount(source, "/nauarch-it-data", false),
            new Mount(source, "/etc/nauarch-it/deep", true),
            new Mount(source.resolve("hello"), "/var/run/secrets/nauarch-it/file", true));
    assertEquals(
        "content\ncontent\ncontent",
        scene.run(
            scene.config(
                mounts,
                "sh",
                "-c",
                "cat /nauarch-it-data/hello /etc/nauarch-it/deep/hello"
                    + " /var/run/secrets/nauarch-it/file")));
    for (var path : List.of("/nauarch-it-data", "/etc/nauarch-it", "/run/secrets/nauarch-it")) {
      assertFalse(Files.exists(Path.of(path)), path + " was left on the machine");
    }
  }

  @Test
  void aReadOnlyRootCanBeWrittenInItsMountsOnly() throws Exception {
    var source = Files.createDirectories(directory.resolve("volume"));
    var security =
        new Security(
            -1,
            "",
            -1,
            List.of(),
            false,
            false,
            List.of(),
            List.of(),
            false,
            true,
            Confinement.DEFAULT);
    assertEquals(
        "etc\nroot\nok",
        scene.run(
            with(
                scene.config(
                    List.of(new Mount(source, "/nauarch-it", false)),
                    "sh",
                    "-c",
                    "touch /etc/nauarch-it 2>/dev/null || echo etc;"
                        + " touch /nauarch-it-2 2>/dev/null || echo root;"
                        + " touch /nauarch-it/file && echo ok"),
                security)));
  }

  @Test
  void whatRanBeforeTheMachineWasStartedAnewIsForgotten() throws Exception {
    scene.start(scene.config(List.of(), "true"));
    scene.runtime().stopPodSandbox(scene.sandbox().id());
    Files.writeString(directory.resolve("runtime/boot"), "another run of the machine");
    scene.reopen();
    assertEquals(List.of(), scene.runtime().sandboxes());
    assertEquals(List.of(), scene.runtime().containers());
  }

  @Test
  void whatIsNoImageIsRefusedWithAReason() throws Exception {
    assertEquals("host", scene.runtime().images().pull("host", "", Optional.empty()));
    var refused =
        assertThrows(
            RuntimeFault.class,
            () -> scene.runtime().images().pull("NGINX:1.27", "", Optional.empty()));
    assertTrue(String.valueOf(refused.getMessage()).contains("NGINX:1.27"));
  }
}
