package dev.nauarch.nodeagent.network;

import dev.nauarch.nodeagent.network.ClusterServices.Endpoint;
import dev.nauarch.nodeagent.network.ClusterServices.Entry;
import dev.nauarch.nodeagent.network.ClusterServices.Port;
import dev.nauarch.nodeagent.network.ServiceFrame.Door;
import dev.nauarch.nodeagent.network.nft.Family;
import dev.nauarch.nodeagent.network.nft.Item;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the table of services holds for one Service, in one family of addresses. Pure: the same
 * calls give the same items.
 *
 * <p>A connection goes to one of the ready endpoints at random; one to a service that nobody serves
 * is refused at once, and one that may only stay on this machine is dropped where nobody serves
 * here, as kube-proxy does it.
 */
final class ServiceRules {

  private final Family family;
  private final Slots slots;

  /**
   * @param family whose addresses count
   */
  ServiceRules(Family family) {
    this.family = family;
    this.slots = new Slots();
  }

  /** What it takes to serve a Service. */
  Map<Item, String> items(Entry entry) {
    var key = entry.namespace() + "/" + entry.name();
    var one = new OneService(key, entry, new LinkedHashMap<>());
    entry.ports().forEach(one::add);
    slots.keep(key, one.items.keySet());
    return one.items;
  }

  /** Forgets a Service that is gone. */
  void forget(String key) {
    slots.keep(key, List.of());
  }

  /** The items of one Service. */
  private final class OneService {
    private final String key;
    private final Entry entry;
    private final Map<Item, String> items;

    OneService(String key, Entry entry, Map<Item, String> items) {
      this.key = key;
      this.entry = entry;
      this.items = items;
    }

    void add(Port port) {
      var isServed = entry.isServed(port, family);
      var anywhere = entry.anywhere(port, family);
      var here = entry.here(port, family);
      var inside = entry.traffic().isInsideLocal() ? here : anywhere;
      for (var ip : addresses(entry.addresses().cluster())) {
        items.put(Item.element(ServiceFrame.CLUSTER_IPS, ip), "");
        open(Door.IPS, ip, port, isServed, inside);
      }
      for (var ip : addresses(entry.addresses().external())) {
        outside(ip, port, isServed, anywhere, here);
      }
      for (var ip : addresses(entry.addresses().balancer())) {
        outside(ip, port, isServed, anywhere, here);
        guard(ip, port);
      }
      if (port.nodePort() != 0 && !addresses(entry.addresses().cluster()).isEmpty()) {
        nodePort(port, isServed, anywhere, here);
      }
      if (isServed) {
        hairpins(port, anywhere);
        hairpins(port, here);
      }
    }

    private List<String> addresses(List<String> all) {
      return all.stream().filter(family::has).toList();
    }

    private void outside(
        String ip, Port port, boolean isServed, List<Endpoint> anywhere, List<Endpoint> here) {
      open(Door.IPS, ip, port, isServed, anywhere);
      var masqueraded = Door.IPS.key(ip, port.protocol(), port.port());
      items.put(Item.element(ServiceFrame.MASQUERADED_IPS, masqueraded), masquerade());
      if (entry.traffic().isOutsideLocal() && isServed) {
        open(Door.OUTSIDE_IPS, ip, port, true, here);
      }
    }

    private void nodePort(
        Port port, boolean isServed, List<Endpoint> anywhere, List<Endpoint> here) {
      open(Door.NODE_PORTS, "", port, isServed, anywhere);
      var masqueraded = Door.NODE_PORTS.key("", port.protocol(), port.nodePort());
      items.put(Item.element(ServiceFrame.MASQUERADED_NODE_PORTS, masqueraded), masquerade());
      if (entry.traffic().isOutsideLocal() && isServed) {
        open(Door.OUTSIDE_NODE_PORTS, "", port, true, here);
      }
    }

    /** The answer to someone from outside must pass this node, unless it stays here anyway. */
    private String masquerade() {
      return "goto "
          + (entry.traffic().isOutsideLocal()
              ? ServiceFrame.MASQUERADE_OWN
              : ServiceFrame.MASQUERADE_ALL);
    }

    private void open(Door door, String ip, Port port, boolean isServed, List<Endpoint> endpoints) {
      var isNodePort = ip.isEmpty();
      var at = door.key(ip, port.protocol(), isNodePort ? port.nodePort() : port.port());
      if (!isServed) {
        var refused = isNodePort ? ServiceFrame.REFUSED_NODE_PORTS : ServiceFrame.REFUSED_IPS;
        items.put(Item.element(refused, at), "");
      } else if (endpoints.isEmpty()) {
        items.put(Item.element(door.map(), at), "drop");
      } else if (entry.traffic().stickySeconds() > 0) {
        var sticky = new StickyRules(family, key + "/" + port.name() + "/" + port.protocol());
        var chain = sticky.add(items, entry, port, endpoints);
        items.put(Item.element(door.map(), at), "goto " + chain);
      } else {
        spread(door, at, port, endpoints);
      }
    }

    private void spread(Door door, String at, Port port, List<Endpoint> endpoints) {
      var wanted =
          endpoints.stream()
              .map(e -> e.address() + " . " + e.portByName().get(port.name()))
              .distinct()
              .toList();
      var item = Item.element(door.map(), at);
      var order = slots.settle(key, item, wanted);
      for (var number = 0; number < order.size(); number++) {
        items.put(Item.element(door.endpoints(), at + " . " + number), order.get(number));
      }
      items.put(Item.chain(door.spread(order.size())), door.spreadRules(family, order.size()));
      items.put(item, "goto " + door.spread(order.size()));
    }

    private void guard(String ip, Port port) {
      var sources = entry.traffic().sources().stream().filter(family::has).toList();
      if (sources.isEmpty()) {
        return;
      }
      var chain = "guard-" + Names.of(key);
      var word = family.word();
      var rules = new StringBuilder();
      sources.forEach(range -> rules.append(word + " saddr " + range + " return\n"));
      // The machine itself may come by the load balancer's address, then it comes from there.
      addresses(entry.addresses().balancer())
          .forEach(own -> rules.append(word + " saddr " + own + " return\n"));
      items.put(Item.chain(chain), rules.append("drop\n").toString());
      var at = Door.IPS.key(ip, port.protocol(), port.port());
      items.put(Item.element(ServiceFrame.GUARDED_IPS, at), "goto " + chain);
    }

    private void hairpins(Port port, List<Endpoint> endpoints) {
      for (var endpoint : endpoints) {
        if (endpoint.place().isHere()) {
          var ip = endpoint.address();
          var number = endpoint.portByName().get(port.name());
          var at = ip + " . " + ip + " . " + port.protocol() + " . " + number;
          items.put(Item.element(ServiceFrame.HAIRPINS, at), "");
        }
      }
    }
  }
}
