package dev.nauarch.nodeagent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostNetworkTest {
  @TempDir Path directory;

  private static PodIdentity pod(String name) {
    return new PodIdentity("default", name, "uid-" + name);
  }

  @Test
  void aPodKeepsItsAddressAcrossARestartOfTheAgent() throws IOException {
    var before = HostNetwork.open(directory, 3).attach(pod("a"));
    var reopened = HostNetwork.open(directory, 3);
    assertEquals(before, reopened.attach(pod("a")));
    assertEquals("127.64.3.1", before.ip());
  }

  @Test
  void podsHaveDifferentAddressesAndAFreedOneIsGivenAgain() throws IOException {
    var network = HostNetwork.open(directory, 0);
    var first = network.attach(pod("a"));
    assertNotEquals(first, network.attach(pod("b")));
    network.detach(pod("a"));
    assertEquals(first, network.attach(pod("c")));
  }

  @Test
  void aFullBlockIsRefusedAndRetainFreesTheDead() throws IOException {
    var network = HostNetwork.open(directory, 0);
    for (var i = 0; i < 254; i++) {
      network.attach(pod("p" + i));
    }
    assertThrows(IOException.class, () -> network.attach(pod("one-too-many")));
    network.retain(List.of(pod("p7")));
    assertEquals("127.64.0.1", network.attach(pod("one-too-many")).ip());
    assertEquals("127.64.0.8", network.attach(pod("p7")).ip());
  }
}
