package dev.nauarch.scheduling.device;

import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** Whether claims can have devices on a node. */
public sealed interface Outcome {

  /**
   * They can.
   *
   * @param picks the devices of each claim
   * @param rank larger where requests get what they prefer
   * @param stakes what that leaves for others
   */
  record Possible(List<List<Pick>> picks, int rank, List<Stake> stakes) implements Outcome {}

  /**
   * They can't.
   *
   * @param why in Kubernetes' words, equal for nodes that are refused for the same
   */
  record Refused(String why) implements Outcome {}

  /**
   * One device for a request.
   *
   * @param consumed what it takes of the device; null where it has the device for itself
   */
  record Pick(Wish wish, Device device, @Nullable SortedMap<String, Quantity> consumed) {}
}
