package dev.nauarch.api;

/** Labels and annotations of our own domain that several modules write and read. */
public final class OwnNames {

  /** The label of a node that is only played, so that nobody takes it for a machine. */
  public static final String SIMULATED = "nauarch.dev/simulated";

  /** The annotation of pods, PodGroups and Workloads that says why they wait, as JSON. */
  public static final String EXPLANATION = "nauarch.dev/explanation";

  /** The annotation of a gang's PodGroup that says which pod goes to which node. */
  public static final String PLACEMENT = "nauarch.dev/placement";

  /**
   * The annotation of a pod on a simulated node that says how much CPU each of its main containers
   * uses, for example {@code 250m}; with a dot and a container's name behind, that one alone.
   */
  public static final String CPU_USAGE = "nauarch.dev/cpu-usage";

  /** The same of memory, for example {@code 64Mi}. */
  public static final String MEMORY_USAGE = "nauarch.dev/memory-usage";

  /**
   * The same of the accelerators that a container has: how much of the time each of them is busy,
   * in percent, for example {@code 80}.
   */
  public static final String GPU_USAGE = "nauarch.dev/gpu-usage";

  /** The same of the memory of each of these accelerators, for example {@code 40Gi}. */
  public static final String GPU_MEMORY_USAGE = "nauarch.dev/gpu-memory-usage";

  /**
   * The annotation by which a simulated node says what stages have the containers of a pod use, as
   * JSON: by container, {@code cpu}, {@code memory}, {@code gpu} and {@code gpuMemory}. What the
   * pod's own annotations say goes before it.
   */
  public static final String STAGED_USAGE = "nauarch.dev/staged-usage";

  private OwnNames() {}
}
