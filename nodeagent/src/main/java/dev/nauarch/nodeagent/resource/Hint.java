package dev.nauarch.nodeagent.resource;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * One way to give a container what it asks for.
 *
 * @param nodes the NUMA nodes that it would come from; empty where that does not matter
 * @param preferred whether no fewer nodes could do, were all that the machine has still free
 */
public record Hint(Optional<NumaNodes> nodes, boolean preferred) {

  /** Any node will do. */
  public static List<Hint> anywhere() {
    return List.of(new Hint(Optional.empty(), true));
  }

  /** It can't be given. */
  public static List<Hint> nowhere() {
    return List.of(new Hint(Optional.empty(), false));
  }

  /**
   * One hint for each set of nodes that can give what is asked for.
   *
   * @param among the nodes to choose from
   * @param couldOnce whether a set could, were everything in it free
   * @param canNow whether a set can, as things are
   */
  public static List<Hint> over(
      NumaNodes among, Predicate<NumaNodes> couldOnce, Predicate<NumaNodes> canNow) {
    var least = new int[] {among.size()};
    var possible = new ArrayList<NumaNodes>();
    among.forEachSubset(
        nodes -> {
          if (nodes.size() < least[0] && couldOnce.test(nodes)) {
            least[0] = nodes.size();
          }
          if (canNow.test(nodes)) {
            possible.add(nodes);
          }
        });
    return possible.isEmpty()
        ? nowhere()
        : possible.stream()
            .map(nodes -> new Hint(Optional.of(nodes), nodes.size() == least[0]))
            .toList();
  }
}
