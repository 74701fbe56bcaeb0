package dev.nauarch.scheduling.extender;

import java.util.List;
import java.util.SortedMap;

/** What came of a question to an extender. */
public sealed interface Answer {

  /**
   * Which nodes are possible.
   *
   * @param nodes their names
   * @param failed why others are not, by name
   * @param unresolvable the same where stopping pods would not help
   */
  record Filtered(
      List<String> nodes, SortedMap<String, String> failed, SortedMap<String, String> unresolvable)
      implements Answer {}

  /**
   * How good nodes are.
   *
   * @param scores by name, 0 to 10
   */
  record Prioritized(SortedMap<String, Long> scores) implements Answer {}

  /**
   * Who may stop.
   *
   * @param uidsByNode the pods by their uids, on each node where room may be made
   */
  record Preempted(SortedMap<String, List<String>> uidsByNode) implements Answer {}

  /**
   * There was no answer, or none that could be understood.
   *
   * @param why in words
   */
  record Failed(String why) implements Answer {}
}
