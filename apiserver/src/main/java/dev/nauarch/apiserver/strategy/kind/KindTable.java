package dev.nauarch.apiserver.strategy.kind;

import dev.nauarch.apiserver.port.ResourceAction;
import dev.nauarch.apiserver.port.Strategy;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What is peculiar to which kind. Each group fills in its own kinds; afterwards it is only read.
 */
public final class KindTable {

  private record Id(String group, String kind) {}

  private final Map<Id, Strategy> strategies = new HashMap<>();
  private final Map<Id, Map<String, ResourceAction>> actions = new HashMap<>();

  /**
   * Takes the strategy of a kind.
   *
   * @throws IllegalStateException if the kind has one already
   */
  public void strategy(String group, String kind, Strategy strategy) {
    if (strategies.put(new Id(group, kind), strategy) != null) {
      throw new IllegalStateException("two strategies of " + kind + " in group '" + group + "'");
    }
  }

  /**
   * Takes what answers a POST of a kind.
   *
   * @param subresource empty for the kind itself
   * @throws IllegalStateException if the subresource has an action already
   */
  public void action(String group, String kind, String subresource, ResourceAction action) {
    var ofKind = actions.computeIfAbsent(new Id(group, kind), _ -> new HashMap<>());
    if (ofKind.put(subresource, action) != null) {
      throw new IllegalStateException("two actions of " + kind + "/" + subresource);
    }
  }

  /** The strategy of a kind; {@link Strategy#PLAIN} where none was given. */
  public Strategy strategyOf(String group, String kind) {
    return strategies.getOrDefault(new Id(group, kind), Strategy.PLAIN);
  }

  /** What answers a POST of a kind; nothing where the registry does. */
  public Optional<ResourceAction> actionOf(String group, String kind, String subresource) {
    return Optional.ofNullable(
        actions.getOrDefault(new Id(group, kind), Map.of()).get(subresource));
  }
}
