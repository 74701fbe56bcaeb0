package dev.nauarch.verification.interop;

import java.util.stream.Stream;

/** A cluster for one class of tests with each release of kubectl. */
abstract class KubectlSuite extends ClusterSuite {

  final Stream<Kubectl> releases() {
    return Kubectl.ofEachRelease(directory(), kubeconfig());
  }
}
