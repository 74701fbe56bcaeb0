package dev.nauarch.nodeagent.network;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Which routes lead to the pods of other nodes: each node's range by way of its address. Pure. */
final class RouteTable {

  /** The mark of our routes, a number that no routing daemon has. */
  static final int PROTOCOL = 158;

  private RouteTable() {}

  /**
   * The routes that a machine needs.
   *
   * @param self the name of the machine's own node
   * @return the other nodes' addresses by their ranges; where two have one range, that of the older
   */
  static SortedMap<String, String> wanted(Collection<Node> nodes, String self) {
    var routes = new TreeMap<String, String>();
    nodes.stream()
        .filter(node -> !node.getMetadata().getName().equals(self))
        .sorted(
            (a, b) ->
                String.valueOf(a.getMetadata().getCreationTimestamp())
                    .compareTo(String.valueOf(b.getMetadata().getCreationTimestamp())))
        .forEach(
            node ->
                address(node)
                    .ifPresent(
                        address -> {
                          var range = node.getSpec() == null ? null : node.getSpec().getPodCIDR();
                          if (range != null && !range.isEmpty()) {
                            routes.putIfAbsent(range, address);
                          }
                        }));
    return routes;
  }

  private static Optional<String> address(Node node) {
    return node.getStatus() == null
        ? Optional.empty()
        : node.getStatus().getAddresses().stream()
            .filter(each -> "InternalIP".equals(each.getType()))
            .map(NodeAddress::getAddress)
            .findFirst();
  }

  /** The routes that {@code ip route show} tells of. */
  static SortedMap<String, String> parse(String shown) {
    var routes = new TreeMap<String, String>();
    for (var line : shown.lines().toList()) {
      var words = List.of(line.strip().split("\\s+", -1));
      var via = words.indexOf("via");
      if (via > 0) {
        routes.put(words.getFirst(), words.get(via + 1));
      }
    }
    return routes;
  }

  /**
   * What makes the present routes the wanted ones, as words for {@code ip}.
   *
   * @param prefix what the ranges of the cluster begin with; routes elsewhere are of others
   */
  static List<List<String>> changes(
      Map<String, String> present, SortedMap<String, String> wanted, String prefix) {
    var changes = new ArrayList<List<String>>();
    for (var route : new TreeMap<>(present).entrySet()) {
      if (route.getKey().startsWith(prefix) && !wanted.containsKey(route.getKey())) {
        changes.add(List.of("ip", "route", "del", route.getKey(), "via", route.getValue()));
      }
    }
    for (var route : wanted.entrySet()) {
      if (!route.getValue().equals(present.get(route.getKey()))) {
        changes.add(
            List.of(
                "ip",
                "route",
                "replace",
                route.getKey(),
                "via",
                route.getValue(),
                "proto",
                String.valueOf(PROTOCOL)));
      }
    }
    return changes;
  }
}
