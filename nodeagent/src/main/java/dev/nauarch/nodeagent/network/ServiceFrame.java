package dev.nauarch.nodeagent.network;

import dev.nauarch.nodeagent.network.nft.Family;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What the table of services always has: its maps, and the chains that look packets up in them.
 *
 * <p>All that changes is elements of maps. A connection to a service finds in one map how many
 * endpoints there are (the verdict leads to a chain for that number) and in a second one the
 * endpoint of a random number below it. So a service costs no chain of its own, and an endpoint
 * that comes or goes costs the elements of that service alone, however many services there are.
 *
 * <p>What comes from outside to a service whose outside traffic stays on the machine is looked up
 * first, in maps of its own; pods and the machine itself go anywhere, as they could by cluster IP.
 */
final class ServiceFrame {

  /** The places at which services are found. */
  enum Door {
    /** An address and a port. */
    IPS(true),
    /** A port at each address of the node. */
    NODE_PORTS(false),
    /** An address and a port, for those from outside. */
    OUTSIDE_IPS(true),
    /** A port at each address of the node, for those from outside. */
    OUTSIDE_NODE_PORTS(false);

    private final boolean hasAddress;

    Door(boolean hasAddress) {
      this.hasAddress = hasAddress;
    }

    /** The map from what was asked for to the chain that answers. */
    String map() {
      return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }

    /** The map from what was asked for and a number to an endpoint. */
    String endpoints() {
      return map() + "-endpoints";
    }

    /** The key of a service's port. */
    String key(String address, String protocol, int port) {
      return (hasAddress ? address + " . " : "") + protocol + " . " + port;
    }

    /** What of a packet is the key. */
    private String packet(Family family) {
      return (hasAddress ? family.word() + " daddr . " : "") + "meta l4proto . th dport";
    }

    private String types(Family family) {
      return (hasAddress ? family.type() + " . " : "") + "inet_proto . inet_service";
    }

    private String declaration(Family family) {
      return """
        map %1$s {
          type %2$s : verdict
        }
        map %3$s {
          typeof %4$s . numgen random mod 2 : %5$s daddr . th dport
        }
      """
          .formatted(map(), types(family), endpoints(), packet(family), family.word());
    }

    /** The chain that spreads connections over so many endpoints. */
    String spread(int count) {
      return "spread-" + map() + "-" + count;
    }

    /** The rules of that chain. */
    String spreadRules(Family family, int count) {
      return List.of("tcp", "udp", "sctp").stream()
          .map(
              protocol ->
                  "meta l4proto %s dnat %s addr . port to %s . numgen random mod %d map @%s"
                      .formatted(protocol, family.word(), packet(family), count, endpoints()))
          .collect(Collectors.joining("\n"));
    }
  }

  static final String CLUSTER_IPS = "cluster-ips";
  static final String REFUSED_IPS = "refused-ips";
  static final String REFUSED_NODE_PORTS = "refused-node-ports";
  static final String GUARDED_IPS = "guarded-ips";
  static final String HAIRPINS = "hairpins";
  static final String MASQUERADED_IPS = "masqueraded-ips";
  static final String MASQUERADED_NODE_PORTS = "masqueraded-node-ports";
  static final String MASQUERADE_ALL = "masquerade-all";
  static final String MASQUERADE_OWN = "masquerade-own";

  private final Family family;
  private final List<String> podRanges;
  private final List<String> serviceRanges;

  private ServiceFrame(Family family, List<String> podRanges, List<String> serviceRanges) {
    this.family = family;
    this.podRanges = podRanges.stream().filter(family::has).toList();
    this.serviceRanges = serviceRanges.stream().filter(family::has).toList();
  }

  /**
   * The declarations.
   *
   * @param podRanges where the cluster's pods are; none where that is not known
   * @param serviceRanges where cluster IPs are
   */
  static String of(Family family, List<String> podRanges, List<String> serviceRanges) {
    return new ServiceFrame(family, podRanges, serviceRanges).text();
  }

  private String text() {
    var declarations = new StringBuilder();
    for (var door : Door.values()) {
      declarations.append(door.declaration(family));
    }
    return declarations + sets() + translation() + sources() + refusal();
  }

  private String sets() {
    return """
      set cluster-ips {
        type %1$s
      }
      set refused-ips {
        type %1$s . inet_proto . inet_service
      }
      set refused-node-ports {
        type inet_proto . inet_service
      }
      map guarded-ips {
        type %1$s . inet_proto . inet_service : verdict
      }
      set hairpins {
        type %1$s . %1$s . inet_proto . inet_service
      }
      map masqueraded-ips {
        type %1$s . inet_proto . inet_service : verdict
      }
      map masqueraded-node-ports {
        type inet_proto . inet_service : verdict
      }
    """
        .formatted(family.type());
  }

  /** Where connections go. */
  private String translation() {
    var fromOutside =
        podRanges.isEmpty()
            ? "fib saddr type != local jump outside"
            : "fib saddr type != local %s saddr != { %s } jump outside"
                .formatted(family.word(), String.join(", ", podRanges));
    return """
      chain outside {
        %1$s
        %2$s
      }
      chain services {
        %5$s
        %3$s
        %4$s
      }
      chain prerouting {
        type nat hook prerouting priority dstnat; policy accept;
        jump services
      }
      chain output {
        type nat hook output priority -100; policy accept;
        jump services
      }
      chain guard {
        ct state new %6$s daddr . meta l4proto . th dport vmap @guarded-ips
      }
      chain arriving {
        type filter hook prerouting priority dstnat - 10; policy accept;
        jump guard
      }
      chain leaving {
        type filter hook output priority -110; policy accept;
        jump guard
      }
    """
        .formatted(
            lookUp(Door.OUTSIDE_IPS),
            lookUp(Door.OUTSIDE_NODE_PORTS),
            lookUp(Door.IPS),
            lookUp(Door.NODE_PORTS),
            fromOutside,
            family.word());
  }

  private String lookUp(Door door) {
    var packet = door.packet(family) + " vmap @" + door.map();
    return door.hasAddress
        ? packet
        : "fib daddr type local %s daddr != %s %s"
            .formatted(family.word(), family.loopback(), packet);
  }

  /**
   * Whom endpoints see. A pod that reaches itself through its service must not see itself, or it
   * would answer past the translation; one that comes from outside must get its answer through this
   * node, unless its traffic stays here.
   */
  private String sources() {
    var ranges = "{ " + String.join(", ", podRanges) + " }";
    var word = family.word();
    var fromOutside =
        podRanges.isEmpty() ? "" : word + " saddr != " + ranges + " masquerade fully-random";
    var leaving =
        podRanges.isEmpty()
            ? ""
            : "%1$s saddr %2$s %1$s daddr != %2$s masquerade".formatted(word, ranges);
    var ports = new StringBuilder();
    for (var protocol : List.of("tcp", "udp", "sctp")) {
      // The port that was asked for has a type only where the protocol is known.
      ports.append(
          """
              meta l4proto %1$s ct original %2$s daddr . meta l4proto . ct original proto-dst \
          vmap @masqueraded-ips
              meta l4proto %1$s meta l4proto . ct original proto-dst vmap @masqueraded-node-ports
          """
              .formatted(protocol, word));
    }
    return """
      chain masquerade-all {
        masquerade fully-random
      }
      chain masquerade-own {
        fib saddr type local masquerade fully-random
      }
      chain masquerade-foreign {
        %2$s
      }
      chain masquerading {
        %1$s saddr . %1$s daddr . meta l4proto . th dport @hairpins masquerade fully-random
        ct original %1$s daddr @cluster-ips goto masquerade-foreign
      %3$s  }
      chain postrouting {
        type nat hook postrouting priority srcnat; policy accept;
        ct status dnat jump masquerading
        %4$s
      }
    """
        .formatted(word, fromOutside, ports, leaving);
  }

  /** Who is refused at once, so that callers need not wait for a time-out. */
  private String refusal() {
    var unknown =
        serviceRanges.isEmpty()
            ? ""
            : "%s daddr { %s } drop".formatted(family.word(), String.join(", ", serviceRanges));
    return """
      chain refuse {
        %1$s daddr . meta l4proto . th dport @refused-ips reject
        %1$s daddr @cluster-ips reject
        %2$s
      }
      chain forwarded {
        type filter hook forward priority filter - 5; policy accept;
        ct state new jump refuse
      }
      chain sent {
        type filter hook output priority filter - 5; policy accept;
        ct state new jump refuse
      }
      chain received {
        type filter hook input priority filter - 5; policy accept;
        ct state new meta l4proto . th dport @refused-node-ports reject
        ct state new %1$s daddr . meta l4proto . th dport @refused-ips reject
      }
    """
        .formatted(family.word(), unknown);
  }
}
