package dev.nauarch.verification.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nauarch.verification.cluster.PackedCommand;
import java.io.IOException;
import java.nio.file.Path;

/** A cluster that the packed command brought up, with root's rights. */
final class PackedCluster implements AutoCloseable {
  private final PackedCommand packed;

  private PackedCluster(PackedCommand packed) {
    this.packed = packed;
  }

  /** Starts a cluster, and returns when its node is ready. */
  static PackedCluster start() throws IOException {
    var cluster = new PackedCluster(PackedCommand.of(0));
    var up = cluster.packed.nau("up", "--detach", "--port", "24443", "--models-port", "24800");
    if (up.code() != 0) {
      cluster.packed.nau("down", "--purge");
      cluster.packed.close();
      throw new AssertionError(up);
    }
    return cluster;
  }

  /** The administrator's kubeconfig. */
  Path kubeconfig() {
    return packed.home().resolve(".kube/config");
  }

  @Override
  public void close() throws IOException {
    var down = packed.nau("down", "--purge");
    packed.close();
    assertEquals(0, down.code(), down::toString);
  }
}
