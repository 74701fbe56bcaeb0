package dev.nauarch.reconcile.vertical;

import dev.nauarch.reconcile.Times;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** The conditions of an autoscaler in the making, by type. */
final class Conditions {

  static final String PROVIDED = "RecommendationProvided";
  static final String NO_PODS = "NoPodsMatched";
  static final String UNSUPPORTED = "ConfigUnsupported";

  private final SortedMap<String, Condition> byType = new TreeMap<>();
  private final Instant now;

  Conditions(List<Condition> old, Instant now) {
    old.forEach(each -> byType.put(each.getType(), each));
    this.now = now;
  }

  /** Sets a condition. */
  void set(String type, boolean holds, String reason, String message) {
    var status = holds ? "True" : "False";
    var old = byType.get(type);
    var condition = new Condition();
    condition.setType(type);
    condition.setStatus(status);
    condition.setReason(reason.isEmpty() ? null : reason);
    condition.setMessage(message.isEmpty() ? null : message);
    condition.setLastTransitionTime(
        old != null && status.equals(old.getStatus())
            ? old.getLastTransitionTime()
            : Times.format(now));
    byType.put(type, condition);
  }

  /** Sets a condition where it holds, and removes it where it does not. */
  void setWhile(String type, boolean holds, String reason, String message) {
    if (holds) {
      set(type, true, reason, message);
    } else {
      byType.remove(type);
    }
  }

  List<Condition> all() {
    return List.copyOf(byType.values());
  }
}
