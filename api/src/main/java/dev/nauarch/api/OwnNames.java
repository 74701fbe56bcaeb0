package dev.nauarch.api;

/** Labels and annotations of our own domain that several modules write and read. */
public final class OwnNames {

  /** The label of a node that is only played, so that nobody takes it for a machine. */
  public static final String SIMULATED = "nauarch.dev/simulated";

  /** The annotation of pods, PodGroups and Workloads that says why they wait, as JSON. */
  public static final String EXPLANATION = "nauarch.dev/explanation";

  /** The annotation of a gang's PodGroup that says which pod goes to which node. */
  public static final String PLACEMENT = "nauarch.dev/placement";

  private OwnNames() {}
}
