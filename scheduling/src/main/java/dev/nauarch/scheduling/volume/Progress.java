package dev.nauarch.scheduling.volume;

import java.time.Duration;

/** Whether the claims of a pod have their volumes. */
public enum Progress {
  /** They have. */
  READY,
  /** Not yet. */
  WAITS,
  /** One of them will not have the volume that was chosen for it. */
  FAILED;

  /** So long may it take, as in Kubernetes. */
  public static final Duration TIMEOUT = Duration.ofMinutes(10);
}
