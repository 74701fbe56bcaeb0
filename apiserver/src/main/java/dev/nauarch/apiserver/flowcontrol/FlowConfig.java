package dev.nauarch.apiserver.flowcontrol;

import dev.nauarch.apiserver.fairness.Allocation;
import dev.nauarch.apiserver.fairness.Shape;
import dev.nauarch.apiserver.port.Attributes;
import dev.nauarch.apiserver.port.ObjectView;
import dev.nauarch.apiserver.port.User;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The flow schemas and priority levels of one moment. Mandatory ones that are not stored right now
 * are there all the same; a level that is gone stays until nobody runs or waits there.
 */
final class FlowConfig {

  private final long schemasRevision;
  private final long levelsRevision;
  private final Map<String, Level> levels = new TreeMap<>();
  private final List<Flow> flows = new ArrayList<>();
  private final Classifier classifier;
  private final Flow catchAll;

  private FlowConfig(
      ObjectView view, Map<String, Level> former, Former flowsBefore, Server server) {
    // The revisions first: a change during the reading makes this old, never wrong for good.
    schemasRevision = view.revision(FlowObjects.GROUP, FlowObjects.SCHEMAS);
    levelsRevision = view.revision(FlowObjects.GROUP, FlowObjects.LEVELS);
    var wanted = objects(view, FlowObjects.LEVELS, "PriorityLevelConfiguration");
    makeLevels(wanted, former, server);
    for (var schema : sorted(objects(view, FlowObjects.SCHEMAS, "FlowSchema"))) {
      var level = schema.at("/spec/priorityLevelConfiguration/name").asString("");
      if (wanted.containsKey(level)) {
        flows.add(flowsBefore.flow(schema, level(level)));
      }
    }
    classifier = new Classifier(flows);
    catchAll =
        flows.stream()
            .filter(flow -> flow.name().equals(FlowObjects.CATCH_ALL))
            .findFirst()
            .orElseThrow();
  }

  /**
   * What is the same for all configurations of a server.
   *
   * @param seats how many it has
   * @param nanoClock a clock for levels
   */
  record Server(int seats, LongSupplier nanoClock) {}

  /** What was counted before, by schema and level. */
  private record Former(Map<String, Flow> flows) {

    Flow flow(ObjectNode schema, Level level) {
      var before = flows.get(key(FlowObjects.name(schema), level));
      if (before == null) {
        return new Flow(schema, level, new FlowStats());
      }
      return before.schema().equals(schema) && before.isCurrent()
          ? before
          : new Flow(schema, level, before.stats());
    }

    static String key(String schema, Level level) {
      return schema + "/" + level.name();
    }
  }

  /** The configuration that a server begins with. */
  static FlowConfig first(ObjectView view, Server server) {
    return new FlowConfig(view, Map.of(), new Former(Map.of()), server);
  }

  /** The configuration of now, with the levels and counts of this one. */
  FlowConfig next(ObjectView view, Server server) {
    var before = new HashMap<String, Flow>();
    flows.forEach(flow -> before.put(Former.key(flow.name(), flow.level()), flow));
    return new FlowConfig(view, levels, new Former(before), server);
  }

  /** Whether nothing has changed, and no level that is gone can be forgotten. */
  boolean isCurrent(ObjectView view) {
    return view.revision(FlowObjects.GROUP, FlowObjects.SCHEMAS) == schemasRevision
        && view.revision(FlowObjects.GROUP, FlowObjects.LEVELS) == levelsRevision
        && levels.values().stream()
            .noneMatch(level -> level.settings().isLeaving() && level.isIdle());
  }

  /** Whether it has a level that is gone, and is to be forgotten once nobody is there. */
  boolean isLeaving() {
    return levels.values().stream().anyMatch(level -> level.settings().isLeaving());
  }

  Flow flow(User user, Attributes wanted) {
    return classifier.find(user, wanted).orElse(catchAll);
  }

  List<Level> levels() {
    return List.copyOf(levels.values());
  }

  List<Flow> flows() {
    return flows;
  }

  private Level level(String name) {
    return Objects.requireNonNull(levels.get(name));
  }

  private void makeLevels(
      Map<String, ObjectNode> wanted, Map<String, Level> former, Server server) {
    var leaving = new ArrayList<Level>();
    for (var level : former.values()) {
      if (!wanted.containsKey(level.name()) && !level.isIdle()) {
        leaving.add(level);
      }
    }
    var allShares = 0L;
    for (var object : wanted.values()) {
      allShares += sizes(object).path("nominalConcurrencyShares").asLong(0);
    }
    for (var level : leaving) {
      allShares += level.settings().shares();
    }
    for (var object : wanted.values()) {
      var settings = settings(object, server.seats(), allShares);
      var name = FlowObjects.name(object);
      var level = former.get(name);
      if (level == null) {
        level = new Level(name, settings, server.nanoClock());
      } else {
        level.become(settings);
      }
      levels.put(name, level);
    }
    for (var level : leaving) {
      var last = level.settings();
      level.become(
          new Level.Settings(last.uid(), last.shape(), last.shares(), last.bounds(), true));
      levels.put(level.name(), level);
    }
  }

  private static Level.Settings settings(ObjectNode level, int seats, long allShares) {
    var sizes = sizes(level);
    var shares = sizes.path("nominalConcurrencyShares").asLong(0);
    var bounds =
        Allocation.Bounds.of(
            seats,
            shares,
            allShares,
            sizes.path("lendablePercent").asLong(0),
            sizes.path("borrowingLimitPercent").asLong(-1));
    var uid = level.at("/metadata/uid").asString("");
    return new Level.Settings(uid, shape(level), shares, bounds, false);
  }

  private static JsonNode sizes(ObjectNode level) {
    var limited = level.at("/spec/limited");
    return limited.isMissingNode() ? level.at("/spec/exempt") : limited;
  }

  private static Shape shape(ObjectNode level) {
    if (level.at("/spec/type").asString("").equals("Exempt")) {
      return Shape.EXEMPT;
    }
    var response = level.at("/spec/limited/limitResponse");
    var queuing = response.path("queuing");
    return response.path("type").asString("").equals("Queue")
        ? Shape.queue(
            queuing.path("queues").asInt(1),
            queuing.path("handSize").asInt(1),
            queuing.path("queueLengthLimit").asInt(1))
        : Shape.REJECT;
  }

  /** What is stored, and what must be there. */
  private static Map<String, ObjectNode> objects(ObjectView view, String plural, String kind) {
    var objects = new TreeMap<String, ObjectNode>();
    for (var object : FlowObjects.objects()) {
      if (object.path("kind").asString("").equals(kind) && FlowObjects.isMandatory(object)) {
        objects.put(FlowObjects.name(object), object);
      }
    }
    for (var object : view.list(FlowObjects.GROUP, plural, "")) {
      objects.put(FlowObjects.name(object), object);
    }
    return objects;
  }

  private static List<ObjectNode> sorted(Map<String, ObjectNode> schemas) {
    var sorted = new ArrayList<>(schemas.values());
    // Those of one precedence stay in the order of their names.
    sorted.sort(
        Comparator.comparingLong(schema -> schema.at("/spec/matchingPrecedence").asLong(0)));
    return sorted;
  }
}
