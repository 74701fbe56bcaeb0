package dev.nauarch.scheduling.device;

import dev.nauarch.scheduling.share.Room;
import dev.nauarch.scheduling.share.Task;

/**
 * What a request changes for others: what was left of the devices on a node that can serve such
 * requests, and what is left of them beside those that were chosen.
 *
 * @param claim the place of its claim among those that were asked for
 * @param deviceClass the class of the devices
 * @param devices how many were chosen
 * @param thousandths how much of each
 * @param before without processor time
 * @param after the same devices in the same order
 */
record Stake(int claim, String deviceClass, int devices, int thousandths, Room before, Room after) {

  /** What a pod with such a request asks for, so many times as {@link #times} says. */
  Task task(long cpuMillis) {
    return thousandths == Task.WHOLE
        ? Task.whole(cpuMillis, devices)
        : Task.part(cpuMillis / devices, thousandths);
  }

  /** Parts of several devices count as that many tasks. */
  int times() {
    return thousandths == Task.WHOLE ? 1 : devices;
  }
}
