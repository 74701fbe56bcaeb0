package dev.nauarch.api;

/** What keeps a PodGroup that is being deleted while pods of it may run (KEP-4671). */
public final class PodGroupProtection {

  /** Stands among the finalizers of each PodGroup from its creation on. */
  public static final String FINALIZER = "scheduling.k8s.io/podgroup-protection";

  private PodGroupProtection() {}
}
