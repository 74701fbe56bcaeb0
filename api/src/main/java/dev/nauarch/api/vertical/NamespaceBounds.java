package dev.nauarch.api.vertical;

/**
 * What the LimitRanges of a namespace allow.
 *
 * @param containers each container
 * @param pods the containers of a pod together
 */
public record NamespaceBounds(LimitBounds containers, LimitBounds pods) {

  /** Nothing is bounded. */
  public static final NamespaceBounds NONE =
      new NamespaceBounds(LimitBounds.NONE, LimitBounds.NONE);

  /**
   * With one limit more.
   *
   * @param type what it is about; what is neither a container nor a pod bounds nothing here
   */
  public NamespaceBounds and(String type, LimitBounds limit) {
    return switch (type) {
      case "Container" -> new NamespaceBounds(containers.and(limit), pods);
      case "Pod" -> new NamespaceBounds(containers, pods.and(limit));
      default -> this;
    };
  }
}
