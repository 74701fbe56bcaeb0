package dev.nauarch.scheduling.share;

import java.util.Arrays;

/** What is left on a node. Immutable. */
public final class Room {

  private final long cpuMillis;
  private final long memoryBytes;
  private final String model;
  private final int[] free;

  /**
   * A node.
   *
   * @param model of its devices
   * @param free thousandths left of each device, 0 to 1000
   */
  public Room(long cpuMillis, long memoryBytes, String model, int... free) {
    this.cpuMillis = cpuMillis;
    this.memoryBytes = memoryBytes;
    this.model = model;
    this.free = free.clone();
  }

  /** Thousandths of a core. */
  public long cpuMillis() {
    return cpuMillis;
  }

  /** Which devices it has. */
  public String model() {
    return model;
  }

  /** How many devices it has, used or not. */
  public int devices() {
    return free.length;
  }

  /** What is left of a device, in thousandths. */
  public int free(int device) {
    return free[device];
  }

  /** What is left of all devices, in thousandths. */
  public long left() {
    return Arrays.stream(free).asLongStream().sum();
  }

  /** How many devices have so much left. */
  public int count(int thousandths) {
    var count = 0;
    for (var one : free) {
      count += one >= thousandths ? 1 : 0;
    }
    return count;
  }

  /** Whether a task finds all it asks for. */
  public boolean fits(Task task) {
    return cpuMillis >= task.cpuMillis()
        && memoryBytes >= task.memoryBytes()
        && (task.devices() == 0
            || (task.accepts(model) && count(task.thousandths()) >= task.devices()));
  }

  /** The device with the least left on which a part fits, the first among equals; -1 for none. */
  public int tightest(int thousandths) {
    var best = -1;
    for (var i = 0; i < free.length; i++) {
      if (free[i] >= thousandths && (best < 0 || free[i] < free[best])) {
        best = i;
      }
    }
    return best;
  }

  /**
   * What is left beside a task that fits. Whole devices are taken in their order.
   *
   * @param device which one a part is taken of; otherwise without a meaning
   */
  public Room after(Task task, int device) {
    var rest = free.clone();
    if (task.isPart()) {
      rest[device] -= task.thousandths();
    } else {
      var missing = task.devices();
      for (var i = 0; i < rest.length && missing > 0; i++) {
        if (rest[i] == Task.WHOLE) {
          rest[i] = 0;
          missing--;
        }
      }
    }
    return new Room(cpuMillis - task.cpuMillis(), memoryBytes - task.memoryBytes(), model, rest);
  }

  /** The same devices with other amounts beside them. */
  public Room withCpu(long millis) {
    return new Room(millis, memoryBytes, model, free);
  }
}
