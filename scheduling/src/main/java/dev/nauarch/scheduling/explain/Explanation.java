package dev.nauarch.scheduling.explain;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Why a pod, a gang or a workload waits. It holds until it is replaced or removed.
 *
 * @param reason stable name of the family, for example {@code Unschedulable}
 * @param cause stable name of the dominant cause, for example {@code InsufficientResources}
 * @param summary the dominant cause in one sentence for people
 * @param message in the words of Kubernetes, for conditions and events
 * @param nodes how many nodes were looked at
 * @param removed per rule, how many nodes it removed, the strongest first
 * @param notTheReason what was checked and is no obstacle
 * @param relaxations the smallest changes that would help
 */
public record Explanation(
    String reason,
    String cause,
    String summary,
    String message,
    int nodes,
    List<Removed> removed,
    List<String> notTheReason,
    List<String> relaxations) {

  /**
   * What one rule did.
   *
   * @param cause the rule's stable name
   * @param reason in the words of Kubernetes
   * @param nodes how many nodes it refused
   * @param alone how many of them nothing else refused
   */
  public record Removed(String cause, String reason, int nodes, int alone) {}

  /** Copies the lists. */
  public Explanation {
    removed = List.copyOf(removed);
    notTheReason = List.copyOf(notTheReason);
    relaxations = List.copyOf(relaxations);
  }

  /** An explanation that has nothing to do with nodes. */
  public static Explanation of(String reason, String cause, String summary) {
    return new Explanation(reason, cause, summary, summary, 0, List.of(), List.of(), List.of());
  }

  /** The same with a further sentence in the message and a new summary. */
  public Explanation within(String newSummary, String newMessage) {
    return new Explanation(
        reason, cause, newSummary, newMessage, nodes, removed, notTheReason, relaxations);
  }

  /** The same with what can be said about stopping others for it; empty for nothing. */
  public Explanation withPreemption(String words) {
    return words.isEmpty() ? this : within(summary, message + " preemption: " + words);
  }

  /**
   * The JSON form.
   *
   * @param checkedAt when it was found
   */
  public String toJson(Instant checkedAt) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("reason", reason);
    fields.put("cause", cause);
    fields.put("summary", summary);
    fields.put("message", message);
    fields.put("nodes", nodes);
    fields.put(
        "removed",
        removed.stream()
            .map(
                one -> {
                  Map<String, Object> object = new LinkedHashMap<>();
                  object.put("cause", one.cause());
                  object.put("reason", one.reason());
                  object.put("nodes", one.nodes());
                  object.put("alone", one.alone());
                  return object;
                })
            .toList());
    fields.put("notTheReason", notTheReason);
    fields.put("relaxations", relaxations);
    fields.put("checkedAt", checkedAt.toString());
    return Json.write(fields);
  }
}
