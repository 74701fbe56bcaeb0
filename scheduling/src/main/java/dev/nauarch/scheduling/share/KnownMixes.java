package dev.nauarch.scheduling.share;

import java.util.SortedMap;
import java.util.TreeMap;

/** The pods that ask for devices, by the name of a resource or of a class of devices. */
public final class KnownMixes {

  private final SortedMap<String, KnownMix> mixByName = new TreeMap<>();

  /** Those that ask for this kind. */
  public KnownMix of(String name) {
    return mixByName.computeIfAbsent(name, _ -> new KnownMix());
  }

  /** Changes when a rule of some kind has to be asked again of all nodes. */
  public long version() {
    var sum = 0L;
    for (var mix : mixByName.values()) {
      sum += mix.version();
    }
    return sum;
  }
}
