package dev.nauarch.nodeagent.network;

import dev.nauarch.nodeagent.network.nft.Item;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/**
 * Which number each endpoint has where connections are spread by a random number. One that stays
 * keeps its number where it can, so that a change of one among thousands is a change of one or two.
 */
final class Slots {
  private final Map<String, Map<Item, List<String>>> orders = new HashMap<>();

  /**
   * The wanted ones in an order that has the most of what was settled before.
   *
   * @param owner whose they are
   * @param place what is spread
   * @param wanted each once
   */
  List<String> settle(String owner, Item place, List<String> wanted) {
    var ofOwner = orders.computeIfAbsent(owner, _ -> new HashMap<>());
    var waiting = new LinkedHashSet<>(wanted);
    var before = ofOwner.getOrDefault(place, List.of());
    var order = new ArrayList<String>(wanted.size());
    for (var number = 0; number < wanted.size(); number++) {
      var old = number < before.size() ? before.get(number) : "";
      order.add(waiting.remove(old) ? old : "");
    }
    for (var number = 0; number < order.size(); number++) {
      if (order.get(number).isEmpty()) {
        order.set(number, waiting.removeFirst());
      }
    }
    ofOwner.put(place, order);
    return order;
  }

  /** Forgets all places of an owner but these. */
  void keep(String owner, Collection<Item> places) {
    var ofOwner = orders.get(owner);
    if (ofOwner != null) {
      ofOwner.keySet().retainAll(places);
      if (ofOwner.isEmpty()) {
        orders.remove(owner);
      }
    }
  }
}
