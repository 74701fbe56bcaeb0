package dev.nauarch.scheduling.extender;

import dev.nauarch.api.ObjectKey;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Something that an extender is asked about a pod.
 *
 * @param number comes back with the answer
 * @param extender who is asked
 * @param topic what is asked
 * @param nodes the names of the nodes that it is about, at least one
 * @param victimsByNode who would have to stop; empty where that is not what is asked
 */
public record Question(
    long number,
    Extender extender,
    Topic topic,
    List<String> nodes,
    SortedMap<String, Victims> victimsByNode) {

  /** What can be asked. */
  public enum Topic {
    /** Which of the nodes are possible. */
    FILTER,
    /** How good the nodes are. */
    PRIORITIZE,
    /** Who may stop. */
    PREEMPT
  }

  /** A pod that would have to stop. */
  public record Victim(ObjectKey pod, String uid) {}

  /**
   * Those that would have to stop on one node.
   *
   * @param pods at least one
   * @param violations how many of them a disruption budget protects
   */
  public record Victims(List<Victim> pods, int violations) {

    /** Copies the list. */
    public Victims {
      pods = List.copyOf(pods);
    }
  }

  /** Copies the collections. */
  public Question {
    nodes = List.copyOf(nodes);
    victimsByNode = Collections.unmodifiableSortedMap(new TreeMap<>(victimsByNode));
  }

  /** What is appended to the extender's address. */
  public String verb() {
    return switch (topic) {
      case FILTER -> extender.verbs().filter();
      case PRIORITIZE -> extender.verbs().prioritize();
      case PREEMPT -> extender.verbs().preempt();
    };
  }
}
