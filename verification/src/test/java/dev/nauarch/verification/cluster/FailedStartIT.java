package dev.nauarch.verification.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.launcher.home.ClusterHome;
import dev.nauarch.nodeagent.network.RoutedNetwork;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/** A cluster that could not start says why, and what it had made by then can be taken away. */
class FailedStartIT {

  @Test
  void whatAFailedStartHasMadeIsTakenAwayByDown() throws Exception {
    try (var packed = PackedCommand.of(0)) {
      var home = new ClusterHome(packed.home().resolve(".nauarch"));
      // The last step of a start is to write this file.
      Files.createDirectories(home.kubeconfig().resolve("in-the-way"));
      var up = packed.nau("up", "--detach", "--no-merge", "--home", home.directory().toString());
      assertNotEquals(0, up.code());
      assertTrue(up.output().contains("kubeconfig"), up::output);
      assertTrue(RoutedNetwork.all().containsValue(home.addresses()));
      var server = home.state().orElseThrow();
      Awaiting.until("the server ends", () -> server.process().isEmpty());
      var down = packed.nau("down", "--purge", "--home", home.directory().toString());
      assertEquals(0, down.code(), down::output);
      assertFalse(RoutedNetwork.all().containsValue(home.addresses()));
      assertFalse(Files.exists(home.directory()));
    }
  }
}
