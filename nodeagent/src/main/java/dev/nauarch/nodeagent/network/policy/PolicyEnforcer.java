package dev.nauarch.nodeagent.network.policy;

import dev.nauarch.nodeagent.network.nft.Family;
import dev.nauarch.nodeagent.network.nft.KernelTable;
import dev.nauarch.nodeagent.network.nft.Ruleset;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Keeps the tables of policies in the kernel as the world wants them. Used by one thread. */
final class PolicyEnforcer {
  private static final String OWNER = "policies";

  private record Side(Ruleset ruleset, KernelTable kernel) {}

  private final Map<Family, Side> sides = new EnumMap<>(Family.class);

  /**
   * @param table its name, in either family
   */
  PolicyEnforcer(String table) {
    for (var family : Family.values()) {
      var ruleset = new Ruleset(family, table, PolicyRules.frame(family));
      sides.put(family, new Side(ruleset, new KernelTable(ruleset)));
    }
  }

  /**
   * Brings the kernel up to date.
   *
   * @param attached the addresses of this node's pods by uid, which count for more than what their
   *     status shows
   * @return those of them that are known and have their rules now
   */
  Map<String, List<String>> enforce(PolicyWorld world, Map<String, List<String>> attached)
      throws IOException {
    var settled =
        new PolicyWorld(
            world.policies(), settle(world.pods(), attached), world.labelsByNamespace());
    for (var side : sides.entrySet()) {
      var ruleset = side.getValue().ruleset;
      ruleset.put(OWNER, PolicyRules.items(side.getKey(), settled));
      // A machine without IPv6 has no use for the second table, and perhaps no kernel for it.
      if (side.getKey() == Family.IPV4 || ruleset.isKnown() || !ruleset.isEmpty()) {
        side.getValue().kernel.bring();
      }
    }
    var done = new TreeMap<String, List<String>>();
    for (var pod : world.pods()) {
      var ips = attached.get(pod.uid());
      if (ips != null) {
        done.put(pod.uid(), ips);
      }
    }
    return done;
  }

  /** Pods at the addresses that they have now; those of others whose place they took have none. */
  static List<PolicyPod> settle(Iterable<PolicyPod> pods, Map<String, List<String>> attached) {
    var taken = new HashSet<String>();
    attached.values().forEach(taken::addAll);
    var settled = new ArrayList<PolicyPod>();
    for (var pod : pods) {
      var own = attached.get(pod.uid());
      settled.add(
          own == null
              ? pod.at(pod.ips().stream().filter(ip -> !taken.contains(ip)).toList())
              : pod.at(own));
    }
    return settled;
  }
}
