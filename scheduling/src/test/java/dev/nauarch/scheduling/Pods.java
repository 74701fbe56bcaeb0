package dev.nauarch.scheduling;

import dev.nauarch.scheduling.model.DeviceNeeds;
import dev.nauarch.scheduling.model.PodState;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;

/** Pods that differ a little from others. */
final class Pods {

  private Pods() {}

  /** A pod of one container, named main, that asks for a CPU. */
  static PodBuilder named(String name) {
    return new PodBuilder()
        .withNewMetadata()
        .withNamespace("default")
        .withName(name)
        .withUid(name)
        .endMetadata()
        .withNewSpec()
        .addNewContainer()
        .withName("main")
        .withNewResources()
        .withRequests(Map.of("cpu", new Quantity("1")))
        .endResources()
        .endContainer()
        .endSpec();
  }

  /** Another pod of the same name, or the same one with other needs of devices. */
  static PodState like(PodState pod, String uid, DeviceNeeds devices) {
    return new PodState(
        pod.key(),
        uid,
        pod.labels(),
        pod.annotations(),
        pod.shape(),
        pod.neighbours(),
        pod.priority(),
        pod.mayPreempt(),
        pod.created(),
        pod.node(),
        pod.stage(),
        pod.gates(),
        pod.membership(),
        devices);
  }
}
