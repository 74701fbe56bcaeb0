package dev.nauarch.reconcile.vertical;

import dev.nauarch.api.quota.Amounts;
import dev.nauarch.api.vertical.Adjustment;
import dev.nauarch.api.vertical.ContainerRecommendation;
import dev.nauarch.api.vertical.EvictionRequirement;
import dev.nauarch.reconcile.Times;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/**
 * How much a pod is in need of other requests.
 *
 * @param outside whether a container asks for less or more than the bounds
 * @param grows whether a container is to get more
 * @param change how much requests change, each in parts of what it is
 * @param killed whether a container was soon killed for want of memory
 */
record Urgency(boolean outside, boolean grows, double change, boolean killed) {

  /** Who is to get more goes first, then who changes the most. */
  static final Comparator<Urgency> MOST_FIRST =
      Comparator.comparing(Urgency::grows).thenComparingDouble(Urgency::change).reversed();

  private static final double CHANGE_LEAST = 0.1;
  private static final Duration AGE_LEAST = Duration.ofHours(12);
  private static final Duration SOON = Duration.ofMinutes(10);
  private static final double MILLI = 1000;

  static Urgency of(ActualPod pod, Adjustment adjustment) {
    var outside = false;
    var grows = false;
    var killed = false;
    var asked = new TreeMap<String, Double>();
    var recommended = new TreeMap<String, Double>();
    var recommendations = adjustment.recommendations(pod.containers());
    for (var container : pod.containers()) {
      var found = recommendations.get(container.getName());
      if (found == null) {
        continue;
      }
      var requests = Adjustment.requests(container.getResources());
      var target = Amounts.of(found.target());
      for (var name : target.names()) {
        var request = requests.find(name);
        var wanted = target.get(name);
        recommended.merge(name, milli(target, name), Double::sum);
        asked.merge(name, milli(requests, name), Double::sum);
        grows |= request.filter(each -> !each.isLessThan(wanted)).isEmpty();
        outside |=
            request.isEmpty()
                || Amounts.of(found.lowerBound())
                    .find(name)
                    .filter(request.get()::isLessThan)
                    .isPresent()
                || Amounts.of(found.upperBound())
                    .find(name)
                    .filter(request.get()::isMoreThan)
                    .isPresent();
      }
      killed |=
          pod.status(container.getName())
              .map(each -> each.getLastState())
              .map(state -> state.getTerminated())
              .filter(Urgency::isSoonKilled)
              .isPresent();
    }
    double change = 0;
    for (var each : recommended.entrySet()) {
      double had = Math.max(asked.getOrDefault(each.getKey(), 0.0), 1);
      change += Math.abs(had - each.getValue()) / had;
    }
    return new Urgency(outside, grows, change, killed);
  }

  private static double milli(Amounts amounts, String name) {
    return amounts.get(name).value().doubleValue() * MILLI;
  }

  private static boolean isSoonKilled(ContainerStateTerminated end) {
    if (!"OOMKilled".equals(end.getReason())
        || end.getStartedAt() == null
        || end.getFinishedAt() == null) {
      return false;
    }
    var lived = Duration.between(Times.parse(end.getStartedAt()), Times.parse(end.getFinishedAt()));
    return lived.compareTo(SOON) < 0;
  }

  /** Whether the pod is to be touched at all. */
  boolean isEnough(ActualPod pod, Instant now) {
    if (change == 0) {
      return false;
    }
    if (outside || killed) {
      return true;
    }
    var started = pod.pod().getStatus() == null ? null : pod.pod().getStatus().getStartTime();
    return started != null
        && !now.isBefore(Times.parse(started).plus(AGE_LEAST))
        && change >= CHANGE_LEAST;
  }

  /** Whether the change is in a direction in which it may be, for some container. */
  static boolean isAllowed(
      ActualPod pod, Adjustment adjustment, List<EvictionRequirement> requirements) {
    var recommendations = adjustment.recommendations(pod.containers());
    return requirements.isEmpty()
        || pod.containers().stream()
            .anyMatch(
                container -> {
                  var found = recommendations.get(container.getName());
                  var requests = Adjustment.requests(container.getResources());
                  return found != null && isAllowed(requests, found, requirements);
                });
  }

  private static boolean isAllowed(
      Amounts requests, ContainerRecommendation found, List<EvictionRequirement> requirements) {
    if (!requests.names().containsAll(List.of("cpu", "memory"))) {
      return true;
    }
    var target = Amounts.of(found.target());
    return requirements.stream()
        .allMatch(
            each ->
                each.resources().stream()
                    .anyMatch(
                        name ->
                            each.wantsMore()
                                ? target.get(name).isMoreThan(requests.get(name))
                                : target.get(name).isLessThan(requests.get(name))));
  }
}
