package dev.nauarch.reconcile.autoscale;

/** That there is no number of replicas, and why, in Kubernetes' words. */
final class MetricFault extends Exception {
  private static final long serialVersionUID = 1L;

  MetricFault(String message) {
    super(message);
  }

  String message() {
    return String.valueOf(getMessage());
  }

  MetricFault in(String context) {
    return new MetricFault(context + ": " + message());
  }
}
