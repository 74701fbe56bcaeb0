package dev.nauarch.launcher.plan;

/** A manifest can't be rehearsed; the message says why, and what would help. */
public final class PlanException extends RuntimeException {

  private static final long serialVersionUID = 1;

  PlanException(String message) {
    super(message);
  }
}
