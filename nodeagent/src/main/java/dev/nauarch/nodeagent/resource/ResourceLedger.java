package dev.nauarch.nodeagent.resource;

import dev.nauarch.nodeagent.lifecycle.Admission.Refusal;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Keeps who has which part of a machine. Changed by one thread at a time; does not block.
 *
 * <p>An ordinary init container ends before the next one begins, so that what it has is given again
 * to the containers after it; what one has that runs on beside them stays its own.
 */
public interface ResourceLedger {

  /** From where it could give what a container asks for, one list for each resource. */
  List<List<Hint>> hints(Pod pod, Container container);

  /** From where it could give what a pod asks for as a whole, one list for each resource. */
  List<List<Hint>> hints(Pod pod);

  /**
   * Gives a container what it asks for; it keeps what it has already.
   *
   * @param near the nodes to give it from as far as possible; empty where that does not matter
   * @return why not; empty where it was given, or nothing was asked for
   */
  Optional<Refusal> reserve(Pod pod, Container container, Optional<NumaNodes> near);

  /** Takes back what a pod has. */
  void release(String podUid);

  /** The pods that have something. */
  Set<String> holders();
}
