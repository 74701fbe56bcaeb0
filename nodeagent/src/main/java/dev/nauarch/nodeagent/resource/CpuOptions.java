package dev.nauarch.nodeagent.resource;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * How processors are given to containers for themselves.
 *
 * @param exclusive whether any are; all share all processors otherwise
 * @param reserved processors that no container gets for itself
 * @param options what else is wished
 */
public record CpuOptions(boolean exclusive, CpuSet reserved, Set<Option> options) {

  /** Nobody gets a processor alone. */
  public static final CpuOptions NONE =
      new CpuOptions(false, CpuSet.NONE, EnumSet.noneOf(Option.class));

  /** A wish for how processors are given. */
  public enum Option {
    /** Whole cores, so that no two containers share one. */
    FULL_PCPUS_ONLY,
    /** Evenly from several NUMA nodes where one does not do. */
    DISTRIBUTE_CPUS_ACROSS_NUMA,
    /** All nodes of a socket count as near. */
    ALIGN_BY_SOCKET,
    /** From as many cores as can be. */
    DISTRIBUTE_CPUS_ACROSS_CORES,
    /** Nobody runs on the reserved ones, not even those that share. */
    STRICT_CPU_RESERVATION,
    /** From as few last-level caches as can be. */
    PREFER_ALIGN_CPUS_BY_UNCORECACHE;

    /** The option of a name, for example {@code full-pcpus-only}. */
    public static Option of(String name) {
      for (var option : values()) {
        if (option.toString().equals(name)) {
          return option;
        }
      }
      throw new IllegalArgumentException(
          "there is no CPU manager option \"" + name + "\"; there are " + Set.of(values()));
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** Refuses wishes that exclude each other. */
  public CpuOptions {
    options = Set.copyOf(options);
    refuse(options, Option.FULL_PCPUS_ONLY, Option.DISTRIBUTE_CPUS_ACROSS_CORES);
    refuse(options, Option.DISTRIBUTE_CPUS_ACROSS_NUMA, Option.DISTRIBUTE_CPUS_ACROSS_CORES);
    refuse(options, Option.PREFER_ALIGN_CPUS_BY_UNCORECACHE, Option.DISTRIBUTE_CPUS_ACROSS_CORES);
    refuse(options, Option.PREFER_ALIGN_CPUS_BY_UNCORECACHE, Option.DISTRIBUTE_CPUS_ACROSS_NUMA);
    if (exclusive && reserved.isEmpty()) {
      throw new IllegalArgumentException(
          "the static CPU manager policy needs processors that nobody gets alone: reserve some");
    }
  }

  private static void refuse(Set<Option> options, Option one, Option other) {
    if (options.contains(one) && options.contains(other)) {
      throw new IllegalArgumentException(
          "the CPU manager options " + one + " and " + other + " can't be had together");
    }
  }

  boolean has(Option option) {
    return options.contains(option);
  }
}
