package dev.nauarch.scheduling.share;

import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The pods that ask for one kind of device, counted by shape. The rule is made anew once a quarter
 * of them has changed, so that it costs little however many come and go.
 */
public final class KnownMix {

  private static final double COVERAGE = 0.95;
  private static final int CHANGED_PART = 4;

  private final SortedMap<Task, Long> counts = new TreeMap<>();
  private long pods;
  private long changed;
  private long version;
  private ForesightRule rule = new ForesightRule(Mix.NONE);

  /** So many more pods of a shape; less than 0 for fewer. */
  public void add(Task task, long count) {
    counts.merge(task, count, Long::sum);
    counts.remove(task, 0L);
    pods += count;
    changed += Math.abs(count);
  }

  /** Changes when the rule has to be asked again of all nodes. */
  public long version() {
    if (changed > pods / CHANGED_PART) {
      rule = new ForesightRule(Mix.typical(counts, COVERAGE));
      changed = 0;
      version++;
    }
    return version;
  }

  /** The rule for such pods. */
  public ForesightRule rule() {
    return rule;
  }
}
