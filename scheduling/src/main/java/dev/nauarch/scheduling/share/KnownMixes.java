package dev.nauarch.scheduling.share;

import dev.nauarch.scheduling.model.Amounts;
import java.util.SortedMap;
import java.util.TreeMap;

/** The pods that ask for devices, by the name of a resource or of a class of devices. */
public final class KnownMixes {

  private final SortedMap<String, KnownMix> mixByName = new TreeMap<>();

  /** Whether a resource is one of devices, rather than of pages of memory or volumes. */
  public static boolean isDevice(String resource) {
    return resource.indexOf('/') > 0;
  }

  /** Counts the devices that a pod asks for as resources, so many times; less than 0 to forget. */
  public void add(Amounts requests, long times) {
    requests
        .extended()
        .forEach(
            (name, amount) -> {
              if (isDevice(name) && amount > 0) {
                of(name).add(Task.whole(Math.max(0, requests.cpuMillis()), amount), times);
              }
            });
  }

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
