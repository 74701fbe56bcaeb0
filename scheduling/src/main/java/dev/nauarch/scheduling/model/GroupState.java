package dev.nauarch.scheduling.model;

import dev.nauarch.api.ObjectKey;
import java.util.List;

/**
 * Something by which pods belong together: a Service, or who makes them.
 *
 * @param ref what it is
 * @param selector which pods; empty for none
 */
public record GroupState(Ref ref, List<Requirement> selector) {

  /** The kind of those that have pods by their labels alone. */
  public static final String SERVICE = "Service";

  /** Copies the list. */
  public GroupState {
    selector = List.copyOf(selector);
  }

  /**
   * Which one.
   *
   * @param kind its kind
   * @param key its name
   */
  public record Ref(String kind, ObjectKey key) {}
}
