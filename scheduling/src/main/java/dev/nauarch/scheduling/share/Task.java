package dev.nauarch.scheduling.share;

import java.util.Comparator;

/**
 * What a pod asks for, as far as devices are shared.
 *
 * @param cpuMillis thousandths of a core
 * @param memoryBytes memory; 0 where it is not to count
 * @param devices how many devices; 0 for none
 * @param thousandths how much of each device, 1 to 1000; 1000 where it is more than one, and 0
 *     where there are none
 * @param model which devices will do, with bars between alternatives; empty for any
 */
public record Task(long cpuMillis, long memoryBytes, long devices, int thousandths, String model)
    implements Comparable<Task> {

  /** All of a device. */
  public static final int WHOLE = 1000;

  private static final Comparator<Task> ORDER =
      Comparator.comparingLong(Task::cpuMillis)
          .thenComparingInt(Task::thousandths)
          .thenComparingLong(Task::devices)
          .thenComparing(Task::model)
          .thenComparingLong(Task::memoryBytes);

  /** Checks the ranges. */
  public Task {
    var isRight =
        devices == 0
            ? thousandths == 0
            : thousandths == WHOLE || (devices == 1 && thousandths > 0 && thousandths < WHOLE);
    if (devices < 0 || cpuMillis < 0 || memoryBytes < 0 || !isRight) {
      throw new IllegalArgumentException(
          "a pod can't ask for " + devices + " devices, " + thousandths + " thousandths of each");
    }
  }

  /** Whole devices. */
  public static Task whole(long cpuMillis, long devices) {
    return new Task(cpuMillis, 0, devices, devices == 0 ? 0 : WHOLE, "");
  }

  /** A part of one device. */
  public static Task part(long cpuMillis, int thousandths) {
    return new Task(cpuMillis, 0, 1, thousandths, "");
  }

  /** Whether it shares its device with others. */
  public boolean isPart() {
    return devices == 1 && thousandths < WHOLE;
  }

  /** Thousandths of devices in all. */
  public long total() {
    return devices * thousandths;
  }

  /** Whether devices of a model will do. */
  public boolean accepts(String other) {
    return model.isEmpty() || ("|" + model + "|").contains("|" + other + "|");
  }

  @Override
  public int compareTo(Task other) {
    return ORDER.compare(this, other);
  }
}
