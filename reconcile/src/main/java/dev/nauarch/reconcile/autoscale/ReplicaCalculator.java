package dev.nauarch.reconcile.autoscale;

import dev.nauarch.reconcile.Pods;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How many replicas would bring a metric to its target. Pods without metrics and pods that are
 * starting are assumed to use what makes the change smaller, and never turn its direction.
 *
 * @param pods the pods of what is scaled
 * @param current how many replicas it is to have now
 * @param tolerances which differences count as none
 * @param now the time
 */
record ReplicaCalculator(List<Pod> pods, int current, Tolerances tolerances, Instant now) {

  private static final int PERCENT = 100;

  /**
   * A number of replicas.
   *
   * @param replicas how many
   * @param milli the metric per pod, or as a whole where its target is one of the whole
   * @param percent the use in percent of what is asked for; 0 where the target is none of that
   */
  record Result(int replicas, long milli, int percent) {}

  /** What some pods use, and its ratio to the target. */
  private record Measured(double ratio, long milli, int percent) {

    Result wanting(int replicas) {
      return new Result(replicas, milli, percent);
    }
  }

  /** Measures some pods. */
  @FunctionalInterface
  private interface Measure {
    Measured of(Map<String, Sample> samples) throws MetricFault;
  }

  /** By the use of a resource in percent of what the pods ask for. */
  Result byUtilization(
      Map<String, Sample> samples, Map<String, Long> requests, int target, boolean isCpu)
      throws MetricFault {
    return byPods(
        samples,
        isCpu,
        pod ->
            Math.multiplyExact(requests.getOrDefault(pod, 0L), Math.max(PERCENT, target)) / PERCENT,
        some -> utilization(some, requests, target));
  }

  private static Measured utilization(
      Map<String, Sample> samples, Map<String, Long> requests, int target) throws MetricFault {
    var used = 0L;
    var asked = 0L;
    int count = 0;
    for (var each : samples.entrySet()) {
      var request = requests.get(each.getKey());
      if (request != null) {
        used = Milli.sum(used, each.getValue().milli());
        asked = Milli.sum(asked, request);
        count++;
      }
    }
    if (asked == 0) {
      throw new MetricFault("no metrics returned matched known pods");
    }
    int percent = (int) (used * PERCENT / asked);
    return new Measured(percent / (double) target, used / count, percent);
  }

  /** By the average of a metric over the pods. */
  Result byAverage(Map<String, Sample> samples, long targetMilli, boolean isCpu)
      throws MetricFault {
    return byPods(
        samples,
        isCpu,
        pod -> targetMilli,
        some -> {
          var sum = some.values().stream().mapToLong(Sample::milli).reduce(0, Milli::sum);
          var average = sum / some.size();
          return new Measured(average / (double) targetMilli, average, 0);
        });
  }

  /** What is assumed of pods without metrics when fewer are needed. */
  @FunctionalInterface
  private interface Assumption {
    long of(String pod);
  }

  private Result byPods(
      Map<String, Sample> measured, boolean isCpu, Assumption assumed, Measure measure)
      throws MetricFault {
    if (pods.isEmpty()) {
      throw new MetricFault("no pods returned by selector while calculating replica count");
    }
    var groups = PodGroups.of(pods, measured, isCpu, now);
    var samples = new TreeMap<>(measured);
    samples.keySet().removeAll(groups.ignored());
    samples.keySet().removeAll(groups.unready());
    if (samples.isEmpty()) {
      throw new MetricFault("did not receive metrics for targeted pods (pods might be unready)");
    }
    var found = measure.of(samples);
    var first = found.ratio();
    var rebalances = first > 1 && !groups.unready().isEmpty();
    if (!rebalances && groups.missing().isEmpty()) {
      return found.wanting(tolerances.admit(first) ? current : times(first, groups.ready()));
    }
    for (var pod : groups.missing()) {
      if (first != 1) {
        samples.put(pod, Sample.assumed(first < 1 ? assumed.of(pod) : 0));
      }
    }
    if (rebalances) {
      groups.unready().forEach(pod -> samples.put(pod, Sample.assumed(0)));
    }
    return found.wanting(cautious(first, measure.of(samples).ratio(), samples.size()));
  }

  /** The replicas for a ratio with assumptions, unless these turn the direction. */
  private int cautious(double first, double second, int count) {
    if (tolerances.admit(second) || (first < 1 && second > 1) || (first > 1 && second < 1)) {
      return current;
    }
    var replicas = times(second, count);
    return (second < 1 && replicas > current) || (second > 1 && replicas < current)
        ? current
        : replicas;
  }

  private static int times(double ratio, long count) {
    return (int) Math.min(Integer.MAX_VALUE, Math.ceil(ratio * count));
  }

  /** By a value of the whole, which grows with the load and is shared by the ready pods. */
  Result byValue(long milli, long targetMilli) throws MetricFault {
    var ratio = milli / (double) targetMilli;
    if (current == 0) {
      return new Result(times(ratio, 1), milli, 0);
    }
    if (tolerances.admit(ratio)) {
      return new Result(current, milli, 0);
    }
    if (pods.isEmpty()) {
      throw new MetricFault(
          "unable to calculate ready pods: no pods returned by selector while calculating replica"
              + " count");
    }
    var ready =
        pods.stream().filter(pod -> Pods.phase(pod).equals("Running") && Pods.isReady(pod)).count();
    return new Result(times(ratio, ready), milli, 0);
  }

  /**
   * By a value of the whole, each pod's share of which has a target.
   *
   * @param there how many pods there are; of none, the share is what one would have
   */
  Result byShare(long milli, long targetMilli, int there) {
    var ratio = milli / (targetMilli * (double) there);
    var replicas = tolerances.admit(ratio) ? there : times(milli / (double) targetMilli, 1);
    return new Result(replicas, Math.ceilDiv(milli, Math.max(1, there)), 0);
  }
}
