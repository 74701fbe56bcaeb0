package dev.nauarch.scheduling.share;

/**
 * The node on which the least is left, of processor time and of devices by halves, as the FGD paper
 * measures itself against; the device on which the least is left.
 */
public final class BestFitRule implements SharingRule {

  private static final int SCORE_MAX = 100;

  private final double cpuMost;
  private final double devicesMost;

  /**
   * For nodes up to these sizes.
   *
   * @param cpuMillis thousandths of a core
   * @param thousandths of devices
   */
  public BestFitRule(long cpuMillis, long thousandths) {
    this.cpuMost = cpuMillis;
    this.devicesMost = thousandths;
  }

  @Override
  public Choice choose(Room room, Task task) {
    var cpu = (room.cpuMillis() - task.cpuMillis()) / cpuMost;
    var devices = (room.left() - task.total()) / devicesMost;
    var device = task.isPart() ? room.tightest(task.thousandths()) : -1;
    return new Choice((int) (SCORE_MAX * (1 - (cpu + devices) / 2)), device);
  }
}
