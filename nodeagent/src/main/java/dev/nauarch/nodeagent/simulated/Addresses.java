package dev.nauarch.nodeagent.simulated;

/**
 * Hands out IPv4 addresses of one range, one after the other. Safe for any thread.
 *
 * <p>The ranges are those that nobody answers in: what is simulated has no network.
 */
final class Addresses {
  private final long first;
  private final long size;
  private long next;

  private Addresses(long first, long size) {
    this.first = first;
    this.size = size;
  }

  /** For nodes: 198.18.0.0/15, which is kept for measuring equipment. */
  static Addresses ofNodes() {
    return new Addresses(198L << 24 | 18L << 16, 1L << 17);
  }

  /** For pods: 240.0.0.0/4, which is kept for a future use and never routed. */
  static Addresses ofPods() {
    return new Addresses(240L << 24, (1L << 28) - 1);
  }

  synchronized String take() {
    next = next % (size - 1) + 1;
    var value = first + next;
    return (value >> 24)
        + "."
        + (value >> 16 & 255)
        + "."
        + (value >> 8 & 255)
        + "."
        + (value & 255);
  }

  /** Takes note of an address that was handed out in an earlier run; others are none of ours. */
  synchronized void taken(String address) {
    var value = 0L;
    var part = 0L;
    for (var i = 0; i < address.length(); i++) {
      var letter = address.charAt(i);
      if (letter == '.') {
        value = value << 8 | part;
        part = 0;
      } else if (letter >= '0' && letter <= '9') {
        part = part * 10 + (letter - '0') & 255;
      } else {
        return;
      }
    }
    value = value << 8 | part;
    if (value > first && value < first + size) {
      next = Math.max(next, value - first);
    }
  }
}
