package dev.nauarch.verification.interop;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A cluster for one class of tests with each release of kubectl. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // set before the first test
abstract class KubectlSuite {
  private Path directory;
  private PackedCluster cluster;

  Stream<Kubectl> releases() {
    return Kubectl.ofEachRelease(directory, cluster.kubeconfig());
  }

  @BeforeAll
  final void start(@TempDir Path directory) throws Exception {
    this.directory = directory;
    cluster = PackedCluster.start();
    prepare(new Kubectl(Kubectl.Release.NEWEST, directory, cluster.kubeconfig()));
  }

  /** Makes what the tests share. */
  void prepare(Kubectl admin) {}

  @AfterAll
  final void stop() throws Exception {
    cluster.close();
  }
}
