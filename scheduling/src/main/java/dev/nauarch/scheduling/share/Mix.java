package dev.nauarch.scheduling.share;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * What pods typically ask for: shapes, and which part of all pods is of each.
 *
 * @param parts the most frequent first; their weights add up to 1, unless there are none
 */
public record Mix(List<Part> parts) {

  /** Nothing is known. */
  public static final Mix NONE = new Mix(List.of());

  /** Shapes are added in steps of so many, as the simulator of the FGD paper does. */
  private static final int STEP = 10;

  /**
   * One shape.
   *
   * @param weight which part of all pods is of this shape, above 0 and up to 1
   */
  public record Part(Task task, double weight) {}

  /** Copies the list. */
  public Mix {
    parts = List.copyOf(parts);
  }

  /**
   * The most frequent shapes, as many as it takes to cover so much of all pods.
   *
   * @param counts how many pods there are of each shape
   * @param coverage 0 to 1
   */
  public static Mix typical(SortedMap<Task, Long> counts, double coverage) {
    var all = counts.values().stream().mapToLong(Long::longValue).sum();
    var shapes = new ArrayList<>(counts.entrySet());
    shapes.sort(
        Map.Entry.<Task, Long>comparingByValue()
            .thenComparing(Map.Entry.comparingByKey())
            .reversed());
    var covered = 0L;
    var taken = 0;
    while (taken < shapes.size() && covered < coverage * all) {
      var end = Math.min(shapes.size(), taken + STEP);
      for (; taken < end; taken++) {
        covered += shapes.get(taken).getValue();
      }
    }
    var sum = (double) covered;
    return new Mix(
        shapes.subList(0, taken).stream()
            .map(shape -> new Part(shape.getKey(), shape.getValue() / sum))
            .toList());
  }

  /** The shapes that ask for devices, and that devices of a model will do for. */
  List<Part> onDevices(String model) {
    return parts.stream()
        .filter(part -> part.task().devices() > 0 && part.task().accepts(model))
        .sorted(Comparator.comparing(Part::task))
        .toList();
  }
}
