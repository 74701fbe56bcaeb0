package dev.nauarch.launcher.scheduler;

import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Problems;
import dev.nauarch.scheduling.model.PluginUse;
import dev.nauarch.scheduling.plugin.PluginArgs;
import dev.nauarch.scheduling.plugin.SchedulerPlugin;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/** Which plug-ins of the user a profile has switched on, and what it says to them. */
final class OwnPlugins {

  /** How one is switched on: {@code weight} counts where its score is. */
  private record Switch(Field at, boolean filter, boolean score, int weight) {

    boolean isOff() {
      return !filter && !score;
    }
  }

  private final Problems problems;
  private final SortedMap<String, SchedulerPlugin> known;
  private final Map<String, Switch> onByName = new LinkedHashMap<>();
  private final Map<String, Field> argsByName = new TreeMap<>();

  OwnPlugins(Problems problems, SortedMap<String, SchedulerPlugin> known) {
    this.problems = problems;
    this.known = known;
  }

  /** The names of all that there are. */
  List<String> names() {
    return List.copyOf(known.keySet());
  }

  boolean has(String name) {
    return known.containsKey(name);
  }

  void enable(Field name, boolean filter, boolean score, int weight) {
    var old = onByName.get(name.text());
    var both =
        old == null
            ? new Switch(name, filter, score, weight)
            : new Switch(
                name, filter || old.filter, score || old.score, score ? weight : old.weight);
    onByName.put(name.text(), both);
  }

  void disable(String name, boolean filter, boolean score) {
    var old = onByName.get(name);
    if (old != null) {
      var rest = new Switch(old.at, old.filter && !filter, old.score && !score, old.weight);
      if (rest.isOff()) {
        onByName.remove(name);
      } else {
        onByName.put(name, rest);
      }
    }
  }

  void configure(String name, Field args) {
    argsByName.put(name, args);
  }

  /** Those that are on, in the order in which they were switched on. */
  List<PluginUse> uses() {
    var uses = new ArrayList<PluginUse>();
    for (var one : onByName.entrySet()) {
      var plugin = known.get(one.getKey());
      if (plugin != null) {
        use(plugin, one.getValue()).ifPresent(uses::add);
      }
    }
    return uses;
  }

  private Optional<PluginUse> use(SchedulerPlugin plugin, Switch on) {
    var at = argsByName.getOrDefault(plugin.name(), on.at);
    var args =
        argsByName.containsKey(plugin.name()) && at.isPresent() ? args(at.node()) : PluginArgs.NONE;
    var filter = asked(at, () -> on.filter ? plugin.filter(args) : Optional.empty());
    var score = asked(at, () -> on.score ? plugin.score(args) : Optional.empty());
    if (filter.isEmpty() && score.isEmpty()) {
      problems.invalid(on.at, "has nothing to say there");
      return Optional.empty();
    }
    return Optional.of(new PluginUse(plugin.name(), filter, score, on.weight));
  }

  /** The edge to what others wrote. */
  private <T> Optional<T> asked(Field at, Supplier<Optional<T>> question) {
    try {
      return question.get();
    } catch (RuntimeException | LinkageError e) {
      problems.invalid(at, String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private static PluginArgs args(JsonNode node) {
    return new PluginArgs(node.toString(), members(node));
  }

  private static SortedMap<String, Object> members(JsonNode node) {
    var values = new TreeMap<String, Object>();
    for (var member : node.properties()) {
      if (!member.getValue().isNull()) {
        values.put(member.getKey(), value(member.getValue()));
      }
    }
    return values;
  }

  private static Object value(JsonNode node) {
    if (node.isObject()) {
      return members(node);
    }
    if (node.isArray()) {
      var items = new ArrayList<Object>();
      node.forEach(item -> items.add(value(item)));
      return items;
    }
    if (node.isBoolean()) {
      return node.booleanValue();
    }
    if (node.isIntegralNumber() && node.canConvertToLong()) {
      return node.longValue();
    }
    return node.isNumber() ? node.decimalValue() : node.asString("");
  }
}
