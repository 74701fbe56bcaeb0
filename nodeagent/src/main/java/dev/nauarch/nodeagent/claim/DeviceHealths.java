package dev.nauarch.nodeagent.claim;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How the devices of drivers are, as far as they have said it lately. */
final class DeviceHealths {
  /** After so long without news, where the driver does not say, nothing is known of a device. */
  static final Duration TIMEOUT_DEFAULT = Duration.ofSeconds(30);

  /** As much as is kept of one driver. */
  private static final int DEVICES_MAX = 16_384;

  private static final int MESSAGE_MAX = 1024;

  /**
   * What a driver says of a device.
   *
   * @param health {@code Healthy}, {@code Unhealthy} or {@code Unknown}
   * @param at when it was said
   * @param timeout how long it holds
   */
  record Health(String health, String message, Instant at, Duration timeout) {

    static final Health UNKNOWN = new Health("Unknown", "", Instant.MIN, Duration.ZERO);

    Health {
      message =
          message.length() > MESSAGE_MAX ? message.substring(0, MESSAGE_MAX - 3) + "..." : message;
    }

    boolean saysLike(Health other) {
      return health.equals(other.health)
          && message.equals(other.message)
          && timeout.equals(other.timeout);
    }
  }

  /** A device, and what is said of it. */
  record News(String pool, String device, Health health) {
    String key() {
      return pool + "/" + device;
    }
  }

  private final Map<String, Map<String, Health>> byDriver = new HashMap<>();

  Health of(String driver, String pool, String device, Instant now) {
    var known = byDriver.getOrDefault(driver, Map.of()).get(pool + "/" + device);
    return known == null || known.at().plus(known.timeout()).isBefore(now) ? Health.UNKNOWN : known;
  }

  /** Takes what a driver says; gives the devices of which it is news. */
  List<String> hear(String driver, Collection<News> all) {
    var known = byDriver.computeIfAbsent(driver, each -> new HashMap<>());
    var changed = new ArrayList<String>();
    for (var news : all) {
      var before = known.get(news.key());
      if (before == null && known.size() >= DEVICES_MAX) {
        continue;
      }
      known.put(news.key(), news.health());
      if (before == null || !before.saysLike(news.health())) {
        changed.add(news.key());
      }
    }
    return changed;
  }

  /** Nothing is known of a driver's devices any more; gives those of which something was. */
  List<String> forget(String driver) {
    var known = byDriver.remove(driver);
    return known == null ? List.of() : List.copyOf(known.keySet());
  }
}
