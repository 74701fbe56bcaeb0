package dev.nauarch.apiserver.apply;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Lays the items of an applied list over those of a live one. Items that both name stand in the
 * order of the applied list; a live item that the configuration does not name keeps its place as
 * against its live neighbours.
 */
final class ListOverlay {

  private final Shape shape;
  private final List<JsonNode> live;
  private final List<JsonNode> applied;
  private final List<PathElement> liveElements;
  private final List<PathElement> appliedElements;
  private final Map<PathElement, JsonNode> liveByElement;
  private final TreeSet<PathElement> named;
  private final TreeSet<PathElement> done = new TreeSet<>();

  /** Items of both lists that are still to come, in the order of the applied one. */
  private final List<PathElement> shared;

  private final ArrayNode result = JsonNodeFactory.instance.arrayNode();
  private int liveAt;
  private int appliedAt;

  ListOverlay(Shape shape, @Nullable JsonNode live, @Nullable JsonNode applied) {
    this.shape = shape;
    this.live = items(live);
    this.applied = items(applied);
    this.liveElements = elements(this.live);
    this.appliedElements = elements(this.applied);
    this.liveByElement = byElement(liveElements, this.live);
    this.named = new TreeSet<>(appliedElements);
    this.shared = new ArrayList<>(appliedElements);
    shared.removeIf(element -> !liveByElement.containsKey(element));
  }

  /** The merged list; null where it is empty. */
  @Nullable JsonNode merged() {
    while (liveAt < live.size() || appliedAt < applied.size()) {
      if (!takesBoth() && !takesLive() && appliedAt < applied.size()) {
        takeApplied();
      }
    }
    return result.isEmpty() ? null : result;
  }

  /** Takes what stands next in both lists, or skips a live item whose turn is later. */
  private boolean takesBoth() {
    if (liveAt >= live.size() || appliedAt >= applied.size()) {
      return false;
    }
    var element = liveElements.get(liveAt);
    if (element.compareTo(appliedElements.get(appliedAt)) == 0) {
      liveAt++;
      takeApplied();
      return true;
    }
    var isNext = !shared.isEmpty() && shared.getFirst().compareTo(element) == 0;
    if (named.contains(element) && !shared.isEmpty() && !isNext) {
      liveAt++;
      return true;
    }
    return false;
  }

  /** Takes a live item that the configuration does not name. */
  private boolean takesLive() {
    if (liveAt >= live.size()) {
      return false;
    }
    var element = liveElements.get(liveAt);
    if (!named.contains(element)) {
      add(live.get(liveAt), null);
      liveAt++;
      return true;
    }
    if (done.contains(element)) {
      liveAt++;
    }
    return false;
  }

  private void takeApplied() {
    var element = appliedElements.get(appliedAt);
    done.add(element);
    add(liveByElement.get(element), applied.get(appliedAt));
    shared.remove(element);
    appliedAt++;
  }

  private void add(@Nullable JsonNode liveItem, @Nullable JsonNode appliedItem) {
    var merged = Merge.of(shape.item(), liveItem, appliedItem);
    if (merged != null) {
      result.add(merged);
    }
  }

  private List<PathElement> elements(List<JsonNode> items) {
    var elements = new ArrayList<PathElement>();
    for (var i = 0; i < items.size(); i++) {
      elements.add(shape.element(items.get(i)).orElse(new PathElement.Index(i)));
    }
    return elements;
  }

  private static List<JsonNode> items(@Nullable JsonNode list) {
    return list == null || !list.isArray() ? List.of() : List.copyOf(list.values());
  }

  private static Map<PathElement, JsonNode> byElement(
      List<PathElement> elements, List<JsonNode> items) {
    var result = new TreeMap<PathElement, JsonNode>();
    for (var i = 0; i < items.size(); i++) {
      if (result.put(elements.get(i), items.get(i)) != null) {
        // What stands twice is not merged into.
        result.put(elements.get(i), JsonNodeFactory.instance.nullNode());
      }
    }
    return result;
  }
}
