package dev.nauarch.nodeagent.runtime.cri;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.nodeagent.runtime.ContainerImage;
import dev.nauarch.nodeagent.runtime.contract.RuntimeContract;
import dev.nauarch.nodeagent.runtime.contract.RuntimeScene;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every runtime must do, against containerd; needs root. */
class CriRuntimeIT implements RuntimeContract {
  @TempDir private static Path home;
  private static TestContainerd containerd;
  private static String image;

  @TempDir private Path directory;
  private RuntimeScene scene;

  @BeforeAll
  static void startRuntime() throws Exception {
    containerd = TestContainerd.start(home, "naucri0", "10.201.1");
    image = containerd.push("test/busybox", "v1", "");
  }

  @AfterAll
  static void stopRuntime() throws Exception {
    containerd.close();
  }

  @BeforeEach
  void open() throws Exception {
    try (var first = CriRuntime.open(containerd.socket(), "it")) {
      if (first.images().find(image).isEmpty()) {
        first.images().pull(image, "", Optional.empty());
      }
      var id = first.images().find(image).orElseThrow().id();
      scene =
          RuntimeScene.open(
              directory,
              new ContainerImage(image, id),
              groups -> CriRuntime.open(containerd.socket(), "it"));
    }
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
  void theRuntimeSaysWhatItIs() throws Exception {
    var info = scene.runtime().info();
    assertEquals("containerd", info.name());
    assertEquals("", info.notReady());
    assertTrue(info.handlerByName().containsKey(""));
  }

  @Test
  void anImageGivesWhatThePodLeavesOut() throws Exception {
    assertEquals("from image", scene.run(scene.config(List.of())));
    assertEquals("/work yes", scene.sh("echo $PWD $FROM_IMAGE"));
  }

  @Test
  void aSandboxHasAnAddressOfTheNetwork() throws Exception {
    var address = scene.sandbox().addresses().getFirst();
    assertTrue(address.startsWith("10.201.1."), address);
    var command = List.of("nc", "-l", "-p", "7000", "-e", "echo", "hello").toArray(String[]::new);
    scene.start(scene.config(List.of(), command));
    var answer = ByteBuffer.allocate(6);
    try (var connection = connect()) {
      while (answer.hasRemaining() && connection.read(answer) >= 0) {}
    }
    assertEquals("hello\n", new String(answer.array(), StandardCharsets.US_ASCII));
  }

  /** Connects to the pod's port once somebody listens. */
  private SocketChannel connect() throws Exception {
    var deadline = Instant.now().plusSeconds(20);
    while (true) {
      try {
        return scene.runtime().connect(scene.sandbox().id(), 7000);
      } catch (IOException e) {
        if (Instant.now().isAfter(deadline)) {
          throw e;
        }
        Thread.sleep(10);
      }
    }
  }
}
