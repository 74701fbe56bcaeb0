package dev.nauarch.nodeagent.network;

import dev.nauarch.nodeagent.network.ClusterServices.Endpoint;
import dev.nauarch.nodeagent.network.ClusterServices.Entry;
import dev.nauarch.nodeagent.network.ClusterServices.Port;
import dev.nauarch.nodeagent.network.nft.Family;
import dev.nauarch.nodeagent.network.nft.Item;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Sends a client where it went before: each endpoint has a set of its clients, which the kernel
 * fills and empties by time, and a chain that goes there. Pure.
 *
 * @param family whose addresses count
 * @param subject the port of a Service
 */
record StickyRules(Family family, String subject) {

  /**
   * Adds what it takes.
   *
   * @param endpoints at least one
   * @return the chain to go to
   */
  String add(Map<Item, String> items, Entry entry, Port port, Iterable<Endpoint> endpoints) {
    var clients = new java.util.TreeMap<String, String>();
    for (var endpoint : endpoints) {
      var number = endpoint.portByName().getOrDefault(port.name(), 0);
      var target = family.join(endpoint.address(), number);
      var seconds = entry.traffic().stickySeconds();
      var set = "clients-" + Names.of(subject + "/" + target + "/" + seconds);
      var chain = "endpoint-" + Names.of(subject + "/" + target + "/" + seconds);
      clients.put(set, chain);
      items.put(
          Item.set(set),
          "set { type %s; flags dynamic, timeout; timeout %ds; }"
              .formatted(family.type(), seconds));
      items.put(
          Item.chain(chain),
          "update @%s { %s saddr }\nmeta l4proto %s dnat to %s"
              .formatted(set, family.word(), port.protocol(), target));
    }
    var known =
        clients.entrySet().stream()
            .map(e -> "%s saddr @%s goto %s".formatted(family.word(), e.getKey(), e.getValue()))
            .collect(Collectors.joining("\n"));
    var chains = clients.values().stream().toList();
    var any =
        IntStream.range(0, chains.size())
            .mapToObj(number -> number + " : goto " + chains.get(number))
            .collect(Collectors.joining(", "));
    var rules = known + "\nnumgen random mod %d vmap { %s }".formatted(chains.size(), any);
    // Its name says what is in it, so that a Service may have one for anywhere and one for here.
    var chain = "sticky-" + Names.of(subject + rules);
    items.put(Item.chain(chain), rules);
    return chain;
  }
}
