package dev.nauarch.verification.interop;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A cluster for one class of tests. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // set before the first test
abstract class ClusterSuite {
  private Path directory;
  private PackedCluster cluster;

  @BeforeAll
  final void start(@TempDir Path directory) throws Exception {
    this.directory = directory;
    cluster = PackedCluster.start();
    prepare(kubectl());
  }

  /** Makes what the tests share. */
  void prepare(Kubectl admin) {}

  @AfterAll
  final void stop() throws Exception {
    cluster.close();
  }

  /** A directory for what the tests write. */
  final Path directory() {
    return directory;
  }

  /** The administrator's kubeconfig. */
  final Path kubeconfig() {
    return cluster.kubeconfig();
  }

  /** The newest kubectl, in a namespace of its own. */
  final Kubectl kubectl() throws IOException {
    return new Kubectl(Kubectl.Release.NEWEST, directory, cluster.kubeconfig());
  }
}
