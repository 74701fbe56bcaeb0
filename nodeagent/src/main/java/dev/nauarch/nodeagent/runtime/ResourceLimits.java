package dev.nauarch.nodeagent.runtime;

/**
 * What processes may use; 0 means no limit of that kind.
 *
 * @param cpuShares weight against others when processors are short, 2 to 262144
 * @param cpuQuotaMicros processor time in each 100 ms, in microseconds
 * @param memoryBytes resident memory and page cache
 * @param pids processes and threads
 */
public record ResourceLimits(long cpuShares, long cpuQuotaMicros, long memoryBytes, long pids) {

  /** No limit at all. */
  public static final ResourceLimits NONE = new ResourceLimits(0, 0, 0, 0);

  /** The period that the processor quota counts in. */
  public static final long CPU_PERIOD_MICROS = 100_000;
}
