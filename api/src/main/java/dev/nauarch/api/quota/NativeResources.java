package dev.nauarch.api.quota;

/** The resources that Kubernetes itself knows; all others are extended ones. */
public final class NativeResources {

  private NativeResources() {}

  /** Whether a resource is one of them, such as {@code cpu}: it has no domain, or theirs. */
  public static boolean has(String name) {
    return name.indexOf('/') < 0 || name.contains("kubernetes.io/");
  }
}
