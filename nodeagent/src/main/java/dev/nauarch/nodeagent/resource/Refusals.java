package dev.nauarch.nodeagent.resource;

import dev.nauarch.nodeagent.lifecycle.Admission.Refusal;

/** The words in which a pod is refused that can't get its part of the machine. */
public final class Refusals {

  private Refusals() {}

  /** Nothing that the pod could do about it. */
  public static Refusal unexpected(String cause) {
    return new Refusal(
        "UnexpectedAdmissionError", "Allocate failed due to " + cause + ", which is unexpected");
  }

  /** What it asks for is not near enough to each other. */
  static Refusal topology() {
    return new Refusal(
        "TopologyAffinityError", "Resources cannot be allocated with Topology locality");
  }

  /** It asks for half a core, where cores are given whole. */
  static Refusal partOfCore(int cpus, int cpusPerCore) {
    return new Refusal(
        "SMTAlignmentError",
        "SMT Alignment Error: requested "
            + cpus
            + " cpus not multiple cpus per core = "
            + cpusPerCore);
  }

  /** Enough processors are free, but not enough whole cores. */
  static Refusal fewCores(int available, int cpus, int cpusPerCore) {
    return new Refusal(
        "SMTAlignmentError",
        "SMT Alignment Error: not enough free physical CPUs: available physical CPUs = "
            + available
            + ", requested CPUs = "
            + cpus
            + ", CPUs per core = "
            + cpusPerCore);
  }
}
