package dev.nauarch.scheduling.fit;

import dev.nauarch.scheduling.cluster.Columns;
import dev.nauarch.scheduling.share.ForesightRule;
import dev.nauarch.scheduling.share.KnownMix;
import dev.nauarch.scheduling.share.KnownMixes;
import dev.nauarch.scheduling.share.Task;
import java.util.ArrayList;
import java.util.List;

/**
 * How good nodes are for pods of one shape as far as its whole devices go, those that are asked for
 * as resources. For others than devices, pages of memory for example, the fullest node is best.
 */
final class ShareScores {

  /** Scores that are compared with these count so many times. */
  static final int POINT = 1000;

  /** One resource; {@code mix} is that of no pods where it is not one of devices. */
  private record Kind(double[] free, double[] share, Task task, boolean isDevice, KnownMix mix) {}

  private final List<Kind> kinds = new ArrayList<>();
  private final double[] freeCpu;

  /**
   * @param cpuMillis what the shape asks for
   */
  ShareScores(Columns columns, Columns.Demand demand, long cpuMillis, KnownMixes mixes) {
    this.freeCpu = columns.free(columns.column("cpu"));
    var numbers = demand.columns();
    for (var i = numbers.length - demand.devices(); i < numbers.length; i++) {
      var name = columns.name(numbers[i]);
      kinds.add(
          new Kind(
              columns.free(numbers[i]),
              columns.share(numbers[i]),
              Task.whole(cpuMillis, (long) demand.amounts()[i]),
              KnownMixes.isDevice(name),
              mixes.of(name)));
    }
  }

  /** Changes when all nodes must be asked again. */
  long version() {
    var sum = 0L;
    for (var kind : kinds) {
      sum += kind.mix.version();
    }
    return sum;
  }

  /** The score of a node on which the shape fits, 0 to {@link ForesightRule#SCORE_MAX}. */
  int of(int node) {
    var sum = 0L;
    for (var kind : kinds) {
      sum += of(kind, node);
    }
    return (int) (sum / kinds.size());
  }

  private int of(Kind kind, int node) {
    var free = kind.free[node];
    var share = kind.share[node];
    if (kind.isDevice) {
      var all = Math.round(1 / share);
      return kind.mix.rule().scoreWhole(freeCpu[node], (long) free, all, kind.task);
    }
    var left = Math.min(1, (free - (double) kind.task.devices()) * share);
    return (int) (ForesightRule.SCORE_MAX * (1 - left));
  }
}
