package dev.nauarch.controlplane.reconcile;

import org.jspecify.annotations.Nullable;

/** Reads resource versions, which Kubernetes lets clients compare within one kind. */
final class Versions {

  private Versions() {}

  /** The version as a number; 0, which everybody has seen, where it is not one. */
  static long parse(@Nullable String version) {
    if (version == null || version.isEmpty()) {
      return 0;
    }
    try {
      return Long.parseLong(version);
    } catch (NumberFormatException e) {
      return 0; // of a server that counts otherwise
    }
  }
}
