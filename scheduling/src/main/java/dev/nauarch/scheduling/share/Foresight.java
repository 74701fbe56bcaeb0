package dev.nauarch.scheduling.share;

import java.util.Arrays;
import java.util.List;

/**
 * How much of one device will be left unused once the next pods have come, if it may choose among
 * them. That is a recursion over arrivals: with none to come, all that is left is lost; before
 * that, a pod of the mix comes by chance, and is taken where that makes what is lost in the end
 * less. Pods for several devices count as so many for one, with their part of the processor time.
 *
 * <p>A device has a part of its node's processor time, and what does not find enough of that does
 * not fit. The table has a row for each hundredth of a device and a column for each level of
 * processor time; between levels it is interpolated. A shape that needs more than a level has does
 * not fit there, so that between two of them some of what it needs is kept in reserve.
 */
final class Foresight {

  /** More arrivals change little: from 15 to 300 the results in docs/gpu-sharing.md are alike. */
  private static final int ARRIVALS = 40;

  private static final int ROWS = 100;
  private static final int LEVELS = 64;

  /** More processor time than this many times that of the hungriest shape counts as that. */
  private static final int HUNGRIEST = 2;

  private static final int ROW_SIZE = Task.WHOLE / ROWS;

  private final double[][] lost;
  private final double step;

  private record Arrival(int rows, double levels, double chance) {}

  /**
   * For pods that come in this mix.
   *
   * @param parts shapes with devices
   */
  Foresight(List<Mix.Part> parts) {
    var hungriest = parts.stream().mapToDouble(part -> cpuOfOne(part.task())).max().orElse(0);
    this.step = Math.max(1, Math.ceil(hungriest * HUNGRIEST / LEVELS));
    var all = parts.stream().mapToDouble(Foresight::devices).sum();
    var arrivals =
        parts.stream()
            .map(
                part -> {
                  var rows = (part.task().thousandths() + ROW_SIZE - 1) / ROW_SIZE;
                  return new Arrival(rows, cpuOfOne(part.task()) / step, devices(part) / all);
                })
            .toList();
    this.lost = lost(arrivals);
  }

  private static double devices(Mix.Part part) {
    return part.weight() * part.task().devices();
  }

  private static double cpuOfOne(Task task) {
    return (double) task.cpuMillis() / task.devices();
  }

  private static double[][] lost(List<Arrival> arrivals) {
    var lost = new double[ROWS + 1][LEVELS + 1];
    for (var row = 0; row <= ROWS; row++) {
      Arrays.fill(lost[row], row * ROW_SIZE);
    }
    var smallest = arrivals.stream().mapToInt(Arrival::rows).min().orElse(ROWS + 1);
    for (var i = 0; i < ARRIVALS && smallest <= ROWS; i++) {
      // From whole devices down: what a row is made of are smaller ones, from the round before.
      for (var row = ROWS; row >= smallest; row--) {
        lost[row] = oneMore(arrivals, lost, row);
      }
    }
    return lost;
  }

  private static double[] oneMore(List<Arrival> arrivals, double[][] lost, int row) {
    var now = new double[LEVELS + 1];
    var before = lost[row];
    for (var arrival : arrivals) {
      for (var level = 0; level <= LEVELS; level++) {
        var least = before[level];
        if (arrival.rows <= row && arrival.levels <= level) {
          var rest = between(lost[row - arrival.rows], level - arrival.levels);
          least = Math.min(least, rest);
        }
        now[level] += arrival.chance * least;
      }
    }
    return now;
  }

  /**
   * What will be lost of a device, in thousandths.
   *
   * @param thousandths what is left of it now
   * @param cpuMillis its part of its node's processor time
   */
  double lost(int thousandths, double cpuMillis) {
    return between(lost[thousandths / ROW_SIZE], Math.clamp(cpuMillis / step, 0, LEVELS));
  }

  private static double between(double[] row, double level) {
    var low = (int) level;
    var high = Math.min(LEVELS, low + 1);
    return row[low] + (row[high] - row[low]) * (level - low);
  }
}
