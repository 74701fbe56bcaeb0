package dev.nauarch.scheduling.share;

/** Says how good a node is for a task, and which of its devices a part is taken of. */
public interface SharingRule {

  /**
   * An opinion.
   *
   * @param score larger is better; only those of one rule can be compared
   * @param device which device a part is taken of; -1 for tasks that don't ask for a part of one
   */
  record Choice(int score, int device) {}

  /** The opinion of a node on which the task fits. */
  Choice choose(Room room, Task task);
}
