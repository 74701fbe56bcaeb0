package dev.nauarch.nodeagent.runtime;

import java.util.Map;

/**
 * What processes may use; 0 means no limit of that kind.
 *
 * @param cpuShares weight against others when processors are short, 2 to 262144
 * @param cpuQuotaMicros processor time in each 100 ms, in microseconds
 * @param memoryBytes resident memory and page cache
 * @param pids processes and threads
 * @param tuning what else the kernel is told
 */
public record ResourceLimits(
    long cpuShares, long cpuQuotaMicros, long memoryBytes, long pids, Tuning tuning) {

  /** No limit at all. */
  public static final ResourceLimits NONE = new ResourceLimits(0, 0, 0, 0, Tuning.NONE);

  /** The period that the processor quota counts in. */
  public static final long CPU_PERIOD_MICROS = 100_000;

  /**
   * What else the kernel is told of processes.
   *
   * @param oomScoreAdjust how readily it kills them when memory is short, -1000 to 1000
   * @param hugePages bytes of huge pages by page size, for example {@code 2MB}
   * @param cpus the processors that they run on, for example {@code 0-3,7}; empty for all
   * @param memoryNodes the NUMA nodes whose memory they get; empty for all
   * @param unified files of cgroup version 2 and what is written to them
   */
  public record Tuning(
      int oomScoreAdjust,
      Map<String, Long> hugePages,
      String cpus,
      String memoryNodes,
      Map<String, String> unified) {

    /** Nothing else. */
    public static final Tuning NONE = new Tuning(0, Map.of(), "", "", Map.of());
  }

  /** The same with other words to the kernel. */
  public ResourceLimits with(Tuning other) {
    return new ResourceLimits(cpuShares, cpuQuotaMicros, memoryBytes, pids, other);
  }
}
