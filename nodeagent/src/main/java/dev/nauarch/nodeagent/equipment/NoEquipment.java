package dev.nauarch.nodeagent.equipment;

import dev.nauarch.api.DeviceClaims;
import dev.nauarch.api.quota.Amounts;
import dev.nauarch.nodeagent.lifecycle.Admission.Refusal;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ResourceStatus;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A machine whose devices nobody looks after. Pods that have claimed some do not start on it.
 *
 * @param why nobody does, for the owners of such pods
 */
public record NoEquipment(String why) implements Equipment {

  @Override
  public Optional<Refusal> admit(Pod pod) {
    return Optional.empty();
  }

  @Override
  public void prepare(Pod pod) throws IOException {
    if (!DeviceClaims.of(pod).isEmpty() || !DeviceClaims.extended(pod).isEmpty()) {
      throw new IOException("the devices that the pod has claimed can't be had: " + why);
    }
  }

  @Override
  public Gear of(Pod pod, Container container) {
    return Gear.NONE;
  }

  @Override
  public void release(String podUid) {}

  @Override
  public void retain(Supplier<Set<String>> living) {}

  @Override
  public List<ResourceStatus> health(Pod pod, Container container) {
    return List.of();
  }

  @Override
  public Amounts allocatable() {
    return Amounts.NONE;
  }

  @Override
  public Amounts capacity() {
    return Amounts.NONE;
  }

  @Override
  public void onChange(Listener listener) {}

  @Override
  public void close() {}
}
