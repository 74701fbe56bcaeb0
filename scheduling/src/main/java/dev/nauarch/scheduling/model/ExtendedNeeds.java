package dev.nauarch.scheduling.model;

import java.util.ArrayList;
import java.util.List;

/**
 * What each container of a pod asks for of resources with a domain in their names. A node has such
 * a resource itself, or devices stand for it.
 *
 * @param asks what is asked for, by container and, of each, by resource
 * @param isNoted whether the pod's status says that a claim stands for some of it
 */
public record ExtendedNeeds(List<Ask> asks, boolean isNoted) {

  /** Nothing of the kind. */
  public static final ExtendedNeeds NONE = new ExtendedNeeds(List.of(), false);

  /**
   * What one container asks for.
   *
   * @param container its place among the init containers and those behind them
   * @param name its name
   * @param isStarting whether it ends before those start that come after it
   * @param resource the resource
   * @param place the place of the resource among all that the container asks for
   * @param count how much of it
   */
  public record Ask(
      int container, String name, boolean isStarting, String resource, int place, long count) {}

  /** Copies the list. */
  public ExtendedNeeds {
    asks = List.copyOf(asks);
  }

  /** The same amounts, as if one container asked for them. */
  public static ExtendedNeeds of(Amounts requests) {
    var asks = new ArrayList<Ask>();
    for (var entry : requests.extended().entrySet()) {
      asks.add(new Ask(0, "", false, entry.getKey(), asks.size(), entry.getValue()));
    }
    return new ExtendedNeeds(asks, false);
  }
}
