package dev.nauarch.reconcile.autoscale;

import dev.nauarch.reconcile.Pods;
import dev.nauarch.reconcile.Times;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Pods by what may be made of their metrics.
 *
 * @param ready how many count as they are
 * @param unready that are not up yet, whose use says nothing yet
 * @param missing that run and have no metrics
 * @param ignored that are on their way out
 */
record PodGroups(int ready, Set<String> unready, Set<String> missing, Set<String> ignored) {

  /** For so long after its start, what a pod uses may be what its start takes. */
  static final Duration CPU_INITIALIZATION = Duration.ofMinutes(5);

  /** A pod that became unready so soon after its start has never been ready. */
  static final Duration INITIAL_READINESS = Duration.ofSeconds(30);

  /**
   * Sorts pods.
   *
   * @param isCpu whether the metric is one that the start of a program drives up
   */
  static PodGroups of(List<Pod> pods, Map<String, Sample> samples, boolean isCpu, Instant now) {
    var unready = new TreeSet<String>();
    var missing = new TreeSet<String>();
    var ignored = new TreeSet<String>();
    int ready = 0;
    for (var pod : pods) {
      var name = pod.getMetadata().getName();
      var sample = samples.get(name);
      if (Pods.isTerminating(pod) || Pods.phase(pod).equals("Failed")) {
        ignored.add(name);
      } else if (Pods.phase(pod).equals("Pending")) {
        unready.add(name);
      } else if (sample == null) {
        missing.add(name);
      } else if (isCpu && isStarting(pod, sample, now)) {
        unready.add(name);
      } else {
        ready++;
      }
    }
    return new PodGroups(ready, unready, missing, ignored);
  }

  private static boolean isStarting(Pod pod, Sample sample, Instant now) {
    var condition = Pods.condition(pod, "Ready");
    var started = pod.getStatus().getStartTime();
    if (condition.isEmpty() || started == null) {
      return true;
    }
    var start = Times.parse(started);
    var isUnready = "False".equals(condition.get().getStatus());
    var text = condition.get().getLastTransitionTime();
    var changed = text == null ? Instant.EPOCH : Times.parse(text);
    return start.plus(CPU_INITIALIZATION).isAfter(now)
        ? isUnready || sample.at().isBefore(changed.plus(sample.window()))
        : isUnready && start.plus(INITIAL_READINESS).isAfter(changed);
  }
}
