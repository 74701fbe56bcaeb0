package dev.nauarch.apiserver.strategy.field;

import java.math.BigInteger;

/** How many pods at once: a number, or a share of a hundred. */
public final class Shares {

  private static final BigInteger ALL = BigInteger.valueOf(100);

  private Shares() {}

  /** Checks the form of one. */
  public static void check(Problems problems, Field share) {
    if (share.node().isString() && !Forms.isPercent(share.text())) {
      problems.invalid(
          share,
          "a valid percent string must be a numeric string followed by an ending '%' (e.g."
              + " '1%',  or '93%', regex used for validation is '[0-9]+%')");
    } else {
      problems.notNegative(share);
    }
  }

  /** Checks that it is no more than all. */
  public static void atMostAll(Problems problems, Field share) {
    var text = share.text();
    if (Forms.isPercent(text)
        && new BigInteger(text.substring(0, text.length() - 1)).compareTo(ALL) > 0) {
      problems.invalid(share, "must not be greater than 100%");
    }
  }

  /** Whether it is nothing; a text of another form counts as nothing too. */
  public static boolean isZero(Field share) {
    if (share.node().isString()) {
      return !Forms.isPercent(share.text()) || share.text().replace("0", "").equals("%");
    }
    return share.number(0) == 0;
  }
}
