package dev.nauarch.reconcile.autoscale;

/** That there is no number of replicas, and why, in Kubernetes' words. */
public final class MetricFault extends Exception {
  private static final long serialVersionUID = 1L;

  /** That there is none. */
  public MetricFault(String message) {
    super(message);
  }

  /** Why. */
  public String message() {
    return String.valueOf(getMessage());
  }

  MetricFault in(String context) {
    return new MetricFault(context + ": " + message());
  }
}
