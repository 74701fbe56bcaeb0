package dev.nauarch.scheduling.share;

/**
 * How much of a node's devices can't be used by the pods that typically come: the measure of
 * "Beware of Fragmentation: Scheduling GPU-Sharing Workloads with Fragmentation Gradient Descent"
 * (USENIX ATC 2023), section 3. For a shape that does not fit on the node, all that is left of
 * devices counts; for one that fits, what is left of the devices that are too full for it; for one
 * that asks for no device, all.
 */
public final class Fragmentation {

  private Fragmentation() {}

  /** The mean over a mix, in thousandths of a device. */
  public static double of(Room room, Mix mix) {
    var left = room.left();
    if (left == 0) {
      return 0;
    }
    var sum = 0.0;
    for (var part : mix.parts()) {
      var task = part.task();
      var lost = task.devices() == 0 || !room.fits(task) ? left : tooSmall(room, task);
      sum += part.weight() * lost;
    }
    return sum;
  }

  private static long tooSmall(Room room, Task task) {
    var sum = 0L;
    for (var i = 0; i < room.devices(); i++) {
      sum += room.free(i) < task.thousandths() ? room.free(i) : 0;
    }
    return sum;
  }
}
