package dev.nauarch.scheduling.share;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The node on which a task adds least to what will be lost of devices in the end: by {@link
 * Foresight} for each device alone, and by what pods for several devices lose where too few whole
 * ones are left. It knows the mix of pods and nothing of those that will come. Of nodes that are
 * alike it takes the fullest, and of devices the one on which the least is left.
 */
public final class ForesightRule implements SharingRule {

  /** Scores are 0 to this; the middle is for what neither adds to what is lost nor takes away. */
  public static final int SCORE_MAX = 99_999;

  private static final int LEVELS = 1000;
  private static final int FULLNESS = 100;

  /**
   * So much is what is left of a node worth less to pods for several devices that don't fit on it:
   * others may use it, but not all.
   */
  private static final double LARGE_WEIGHT = 1.0 / 3;

  /** Such a part of all demand is taken to be for all devices of a node, whatever the mix is. */
  private static final double ALL_OF_A_NODE = 0.02;

  private record Large(long devices, long cpuMillis, double part) {}

  private record Outlook(Foresight foresight, List<Large> large) {}

  private final Mix mix;
  private final boolean hasModels;
  private final SortedMap<String, Outlook> outlookByModel = new TreeMap<>();

  /** For pods that come in this mix. */
  public ForesightRule(Mix mix) {
    this.mix = mix;
    this.hasModels = mix.parts().stream().anyMatch(part -> !part.task().model().isEmpty());
  }

  @Override
  public Choice choose(Room room, Task task) {
    var device = task.isPart() ? room.tightest(task.thousandths()) : -1;
    return new Choice(score(room, room.after(task, device)), device);
  }

  /** How good it is that one room becomes another, 0 to {@link #SCORE_MAX}. */
  public int score(Room before, Room after) {
    var saved = lost(before) - lost(after);
    return score(saved, after.left(), (long) Task.WHOLE * after.devices());
  }

  /**
   * How good a node is for whole devices, of which each is free or taken.
   *
   * @param cpuMillis what the node has left
   * @param free how many devices it has left
   * @param all how many devices it has
   */
  public int scoreWhole(double cpuMillis, long free, long all, Task task) {
    var rest = free - task.devices();
    var saved =
        lostWhole(cpuMillis, free, all)
            - lostWhole(cpuMillis - (double) task.cpuMillis(), rest, all);
    return score(saved, rest, all);
  }

  private static int score(double saved, long left, long all) {
    var devices = saved / Task.WHOLE;
    var level = (int) (LEVELS * (1 + devices / (1 + Math.abs(devices))) / 2);
    var fullness = all == 0 ? 0 : (int) ((FULLNESS - 1) * (all - left) / all);
    return Math.clamp(level, 0, LEVELS - 1) * FULLNESS + Math.clamp(fullness, 0, FULLNESS - 1);
  }

  /** What will be lost of a node's devices, in thousandths. */
  double lost(Room room) {
    var left = room.left();
    if (left == 0) {
      return 0;
    }
    var outlook = outlook(room.model());
    var sum = 0.0;
    for (var i = 0; i < room.devices(); i++) {
      var free = room.free(i);
      if (free > 0) {
        sum += outlook.foresight.lost(free, (double) room.cpuMillis() * free / left);
      }
    }
    var whole = room.count(Task.WHOLE);
    return sum + lostByLarge(outlook, (double) room.cpuMillis(), left, whole, room.devices());
  }

  private double lostWhole(double cpuMillis, long free, long all) {
    if (free <= 0) {
      return 0;
    }
    var outlook = outlook("");
    return (double) free * outlook.foresight.lost(Task.WHOLE, cpuMillis / free)
        + lostByLarge(outlook, cpuMillis, free * Task.WHOLE, free, all);
  }

  private static double lostByLarge(
      Outlook outlook, double cpuMillis, long left, long whole, long all) {
    var part = all > 1 && whole < all ? ALL_OF_A_NODE : 0;
    for (var large : outlook.large) {
      part += large.devices > whole || large.cpuMillis > cpuMillis ? large.part : 0;
    }
    return LARGE_WEIGHT * part * (double) left;
  }

  private Outlook outlook(String model) {
    return outlookByModel.computeIfAbsent(hasModels ? model : "", this::lookOut);
  }

  private Outlook lookOut(String model) {
    var parts = mix.onDevices(model);
    var all = parts.stream().mapToDouble(part -> part.weight() * part.task().devices()).sum();
    var large =
        parts.stream()
            .filter(part -> part.task().devices() > 1)
            .map(
                part ->
                    new Large(
                        part.task().devices(),
                        part.task().cpuMillis(),
                        part.weight() * part.task().devices() / all))
            .toList();
    return new Outlook(new Foresight(parts), large);
  }
}
