package dev.nauarch.nodeagent.equipment;

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
 * What a pod's containers get of their machine. A pod is admitted once, prepared before its first
 * container, and released when its last container has ended; each of these may be repeated. All of
 * them may wait for drivers, and belong on threads of their own.
 */
public interface Equipment extends AutoCloseable {

  /**
   * Gives a pod its part of the machine.
   *
   * @return why it does not get it; it has nothing then
   */
  Optional<Refusal> admit(Pod pod);

  /**
   * Has drivers make ready what an admitted pod has claimed.
   *
   * @throws IOException where a driver is not there or does not do it; it may be tried again
   */
  void prepare(Pod pod) throws IOException;

  /**
   * What a container of a prepared pod gets, just before it starts.
   *
   * @throws IOException where a driver refuses, or the pod was not prepared
   */
  Gear of(Pod pod, Container container) throws IOException;

  /**
   * Takes a pod's part back, whose containers have ended.
   *
   * @throws IOException where a driver did not take it back; it is to be tried again
   */
  void release(String podUid) throws IOException;

  /**
   * Takes back what pods have that are gone.
   *
   * @param living asked for the uids of those that are not, after it was looked who has something
   */
  void retain(Supplier<Set<String>> living);

  /** How the devices of a container are. */
  List<ResourceStatus> health(Pod pod, Container container);

  /** What the node has for pods besides what every machine has; zero for what is gone. */
  Amounts allocatable();

  /** All that it has of that, healthy or not. */
  Amounts capacity();

  /** Who is to be told when what the node has, or the health of pods' devices, may have changed. */
  void onChange(Listener listener);

  /** Told of changes; it must not block. */
  interface Listener {

    /** The node has other devices than before. */
    void nodeChanged();

    /** The health of a pod's devices has changed. */
    void podChanged(String podUid);
  }

  @Override
  void close();
}
