package dev.nauarch.nodeagent.network;

import dev.nauarch.nodeagent.network.ClusterServices.Endpoint;
import dev.nauarch.nodeagent.network.ClusterServices.Entry;
import dev.nauarch.nodeagent.network.ClusterServices.Port;
import dev.nauarch.nodeagent.network.nft.Family;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Datagrams that the kernel would go on sending where nobody is any more. UDP has no end of a
 * connection, so that a client which keeps its port would never come to another endpoint.
 *
 * @param family of its addresses
 * @param address where the datagrams were sent; empty for a node port, at any address
 * @param port the port there
 * @param endpoint where they went; empty for wherever they went
 */
record StaleFlow(Family family, String address, int port, String endpoint) {

  /** Of more that go at once, all flows are ended: clients then find those that stay, too. */
  private static final int EACH_MAX = 16;

  /** What a change of a Service makes stale; null for one that is not there. */
  static List<StaleFlow> of(@Nullable Entry before, @Nullable Entry now) {
    var stale = new ArrayList<StaleFlow>();
    if (before == null) {
      return stale;
    }
    for (var port : before.ports()) {
      if (port.protocol().equals("udp")) {
        for (var family : Family.values()) {
          add(stale, family, before, now, port);
        }
      }
    }
    return stale;
  }

  private static void add(
      List<StaleFlow> stale, Family family, Entry before, @Nullable Entry now, Port port) {
    var gone = targets(before, port, family);
    var isNew = gone.isEmpty() && now != null && now.isServed(port, family);
    gone.removeAll(now == null ? Set.of() : targets(now, port, family));
    var ends = isNew || gone.size() > EACH_MAX ? Set.of("") : gone;
    for (var endpoint : ends) {
      for (var address : fronts(before, family)) {
        stale.add(new StaleFlow(family, address, port.port(), endpoint));
      }
      if (port.nodePort() != 0) {
        stale.add(new StaleFlow(family, "", port.nodePort(), endpoint));
      }
    }
  }

  private static Set<String> fronts(Entry entry, Family family) {
    var fronts = new TreeSet<String>();
    fronts.addAll(entry.addresses().cluster());
    fronts.addAll(entry.addresses().external());
    fronts.addAll(entry.addresses().balancer());
    fronts.removeIf(address -> !family.has(address));
    return fronts;
  }

  private static Set<String> targets(Entry entry, Port port, Family family) {
    var targets =
        entry.ports().contains(port)
            ? entry.endpoints().stream()
                .filter(e -> e.isReady() || e.readiness() == ClusterServices.Readiness.ENDING)
                .filter(e -> e.portByName().containsKey(port.name()))
                .map(Endpoint::address)
                .filter(family::has)
                .collect(Collectors.toSet())
            : Set.<String>of();
    return new TreeSet<>(targets);
  }
}
