package dev.nauarch.nodeagent.simulated;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.OwnNames;
import dev.nauarch.api.Resources;
import dev.nauarch.nodeagent.FakeCluster;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.InstantSource;

/** A cluster, simulated nodes of it, and pods for them. */
abstract class SimulatedScene {
  final FakeCluster cluster = new FakeCluster();

  static PodBuilder pod(String name, String node) {
    return new PodBuilder()
        .withNewMetadata()
        .withNamespace("default")
        .withName(name)
        .endMetadata()
        .withNewSpec()
        .withNodeName(node)
        .addNewContainer()
        .withName("main")
        .withImage("anything:1")
        .endContainer()
        .endSpec();
  }

  static NodeBuilder node(String name) {
    return new NodeBuilder()
        .withNewMetadata()
        .withName(name)
        .addToLabels(OwnNames.SIMULATED, "true")
        .endMetadata()
        .withNewSpec()
        .endSpec();
  }

  static PodBuilder asking(PodBuilder pod, String resource, String amount) {
    return pod.editSpec()
        .editFirstContainer()
        .withNewResources()
        .addToRequests(resource, new Quantity(amount))
        .endResources()
        .endContainer()
        .endSpec();
  }

  SimulatedNodes start(int count, Devices devices) throws InterruptedException {
    return SimulatedNodes.start(
        cluster, SimulationOptions.of(count, devices), InstantSource.system());
  }

  Pod found(String name) {
    return cluster.get(Resources.PODS, new ObjectKey("default", name)).orElseThrow();
  }

  String phase(String name) {
    return cluster
        .get(Resources.PODS, new ObjectKey("default", name))
        .map(Pod::getStatus)
        .map(status -> status.getPhase())
        .orElse("none");
  }
}
