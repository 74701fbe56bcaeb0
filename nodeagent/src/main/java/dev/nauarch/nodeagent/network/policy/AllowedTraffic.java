package dev.nauarch.nodeagent.network.policy;

import dev.nauarch.nodeagent.network.Names;
import dev.nauarch.nodeagent.network.nft.Family;
import dev.nauarch.nodeagent.network.nft.Item;
import io.fabric8.kubernetes.api.model.networking.v1.IPBlock;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * What one rule of a policy allows, as rules of a chain that return. Pure.
 *
 * @param name of the rule, which its sets carry
 */
record AllowedTraffic(
    Family family, PolicyWorld world, NetworkPolicy policy, Direction direction, String name) {

  /** The rules, each a peer and a port; the sets that they speak of are put with the items. */
  List<String> lines(Direction.Rule rule, Map<Item, String> items) {
    var peers = peers(rule.peers(), items);
    var ports = ports(rule, items);
    var lines = new ArrayList<String>();
    for (var peer : peers) {
      for (var port : ports) {
        lines.add((peer + " " + port + " return").strip());
      }
    }
    return lines;
  }

  private List<String> peers(List<NetworkPolicyPeer> peers, Map<Item, String> items) {
    if (peers.isEmpty()) {
      return List.of("");
    }
    var matches = new ArrayList<String>();
    var start = family.word() + " " + direction.peer() + " @";
    if (peers.stream().anyMatch(peer -> peer.getIpBlock() == null)) {
      var set = "pods-" + name;
      items.put(Item.set(set), "set { type " + family.type() + "; }");
      for (var pod : world.pods()) {
        if (isPeer(peers, pod)) {
          pod.ips(family).forEach(ip -> items.put(Item.element(set, ip), ""));
        }
      }
      matches.add(start + set);
    }
    var blocks = blocks(peers);
    if (!blocks.ranges().isEmpty()) {
      // Named after what is in it: elements that are ranges are hard to change.
      var set = "blocks-" + Names.of(String.join(",", blocks.texts()));
      items.put(Item.set(set), "set { type " + family.type() + "; flags interval; }");
      blocks.texts().forEach(range -> items.put(Item.element(set, range), ""));
      matches.add(start + set);
    }
    return matches;
  }

  private boolean isPeer(List<NetworkPolicyPeer> peers, PolicyPod pod) {
    var namespace = policy.getMetadata().getNamespace();
    return peers.stream().anyMatch(peer -> world.isPeer(peer, pod, namespace));
  }

  private AddressRanges blocks(List<NetworkPolicyPeer> peers) {
    return peers.stream()
        .map(NetworkPolicyPeer::getIpBlock)
        .filter(Objects::nonNull)
        .filter(block -> family.has(block.getCidr()))
        .map(AllowedTraffic::ranges)
        .reduce(new AddressRanges(List.of()), AddressRanges::and);
  }

  private static AddressRanges ranges(IPBlock block) {
    return AddressRanges.of(block.getCidr(), block.getExcept());
  }

  private List<String> ports(Direction.Rule rule, Map<Item, String> items) {
    if (rule.ports().isEmpty()) {
      return List.of("");
    }
    var matches = new ArrayList<String>();
    for (var port : rule.ports()) {
      var protocol =
          port.getProtocol() == null ? "tcp" : port.getProtocol().toLowerCase(Locale.ROOT);
      var wanted = port.getPort();
      if (wanted == null) {
        matches.add("meta l4proto " + protocol);
      } else if (wanted.getStrVal() != null) {
        var match = named(rule, wanted.getStrVal(), protocol, items);
        if (!matches.contains(match)) {
          matches.add(match);
        }
      } else {
        matches.add(protocol + " dport " + numbers(wanted.getIntVal(), port));
      }
    }
    return matches;
  }

  private static String numbers(int first, NetworkPolicyPort port) {
    var last = port.getEndPort();
    return last == null || last == first ? Integer.toString(first) : first + "-" + last;
  }

  /** A name means what it means to the pod that is reached. */
  private String named(Direction.Rule rule, String port, String protocol, Map<Item, String> items) {
    var set = "named-" + name;
    items.put(Item.set(set), "set { type " + family.type() + " . inet_proto . inet_service; }");
    var reached = direction == Direction.INGRESS ? world.subjects(policy) : reached(rule);
    for (var pod : reached) {
      for (var known : pod.ports()) {
        if (known.name().equals(port) && known.protocol().equals(protocol)) {
          for (var ip : pod.ips(family)) {
            items.put(Item.element(set, ip + " . " + protocol + " . " + known.number()), "");
          }
        }
      }
    }
    return family.word() + " daddr . meta l4proto . th dport @" + set;
  }

  private List<PolicyPod> reached(Direction.Rule rule) {
    var blocks = blocks(rule.peers());
    return world.pods().stream()
        .filter(
            pod ->
                rule.peers().isEmpty()
                    || isPeer(rule.peers(), pod)
                    || pod.ips(family).stream().anyMatch(blocks::has))
        .toList();
  }
}
