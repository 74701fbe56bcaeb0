package dev.nauarch.launcher;

/** The versions that this build speaks of. */
public final class Version {
  /** The version of nau. */
  public static final String OWN = "0.1";

  /** The version of the Kubernetes API that is served, {@code major.minor}. */
  public static final String KUBERNETES = "1.37";

  private Version() {}
}
