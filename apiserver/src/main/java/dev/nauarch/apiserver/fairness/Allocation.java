package dev.nauarch.apiserver.fairness;

import java.util.List;

/**
 * Divides the seats of a server among its levels: each has its share by configuration, and lends of
 * it what it does not use. What is lent is given to those who want more, each the same part of what
 * it wants, within what it must keep and may have.
 */
public final class Allocation {

  /** Of a smoothed demand this part is forgotten at each adjustment. */
  private static final double FORGOTTEN = 1 - 0.977;

  private static final double TARGET_MIN = 0.001;
  private static final int ROUNDS = 64;

  private Allocation() {}

  /**
   * The seats of a level by configuration.
   *
   * @param nominal its share of all seats
   * @param least what is left of it when it lends all that it may
   * @param most what it may have when it borrows all that it may
   */
  public record Bounds(int nominal, int least, int most) {

    /**
     * The bounds of a level.
     *
     * @param total the seats of the server
     * @param shares those of the level
     * @param allShares those of all levels; not 0 unless the level's own are
     * @param lendable how much of its seats it lends, in percent
     * @param borrowable how many more it may have, in percent of its seats; negative for any number
     */
    public static Bounds of(
        int total, long shares, long allShares, long lendable, long borrowable) {
      var nominal = allShares == 0 ? 0 : (int) Math.ceil((double) total * shares / allShares);
      var lent = Math.round(nominal * lendable / 100.0);
      var borrowed = borrowable < 0 ? total : Math.round(nominal * (borrowable / 100.0));
      return new Bounds(
          nominal, (int) (nominal - lent), (int) Math.min(Integer.MAX_VALUE, nominal + borrowed));
    }

    /** The seats that a level begins with. */
    public int initial() {
      return nominal - (nominal - least) / 2;
    }

    /** How many seats one request of a level with queues may take at most. */
    public int widest(int hand) {
      return Math.max(1, Math.min((int) Math.ceil(nominal * 0.15), nominal / Math.max(1, hand)));
    }
  }

  /**
   * A level when seats are divided.
   *
   * @param isExempt whether it is never limited
   * @param bounds its seats by configuration
   * @param most the most seats that it wanted since the last time
   * @param smoothed what it has wanted lately
   */
  public record Claim(boolean isExempt, Bounds bounds, int most, double smoothed) {

    int floor() {
      return isExempt
          ? Math.max(bounds.least, most)
          : Math.max(bounds.least, Math.min(bounds.nominal, most));
    }

    double target() {
      return Math.max(TARGET_MIN, Math.max(floor(), smoothed));
    }
  }

  /** What a demand becomes that rises at once and falls slowly. */
  public static double smoothed(double former, Demand demand) {
    var now = demand.average() + demand.deviation();
    return Math.max(now, (1 - FORGOTTEN) * former + FORGOTTEN * now);
  }

  /** The seats of each level, in their order. */
  public static int[] divide(List<Claim> claims) {
    var left = 0L;
    for (var claim : claims) {
      left += claim.isExempt ? claim.bounds.nominal - claim.floor() : claim.bounds.nominal;
    }
    var limited = claims.stream().filter(claim -> !claim.isExempt).toList();
    var least = limited.stream().mapToLong(claim -> claim.bounds.least).sum();
    var floors = limited.stream().mapToLong(Claim::floor).sum();
    var seats = new int[claims.size()];
    var part = left <= floors ? 0 : proportion(limited, left);
    for (var i = 0; i < seats.length; i++) {
      var claim = claims.get(i);
      seats[i] = claim.isExempt ? claim.floor() : seats(claim, part, squeeze(left, least, floors));
    }
    return seats;
  }

  /** How much of what is between its least and its floor a level gets, where not all can. */
  private static double squeeze(long left, long least, long floors) {
    if (left <= least) {
      return 0;
    }
    return left < floors ? (double) (left - least) / (floors - least) : 1;
  }

  private static int seats(Claim claim, double part, double squeeze) {
    var floor = claim.bounds.least + Math.round((claim.floor() - claim.bounds.least) * squeeze);
    return part == 0 ? (int) floor : (int) Math.round(within(claim, part));
  }

  private static double within(Claim claim, double part) {
    return Math.max(claim.floor(), Math.min(claim.bounds.most, part * claim.target()));
  }

  /** The part of its target that each gets, so that all together get what is there. */
  private static double proportion(List<Claim> claims, long seats) {
    var low = 0.0;
    var high = 1.0;
    for (var claim : claims) {
      high = Math.max(high, claim.bounds.most / claim.target());
    }
    for (var round = 0; round < ROUNDS; round++) {
      var middle = (low + high) / 2;
      var sum = 0.0;
      for (var claim : claims) {
        sum += within(claim, middle);
      }
      if (sum < seats) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return high;
  }
}
