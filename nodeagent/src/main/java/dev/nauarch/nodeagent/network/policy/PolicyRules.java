package dev.nauarch.nodeagent.network.policy;

import dev.nauarch.nodeagent.network.Names;
import dev.nauarch.nodeagent.network.nft.Family;
import dev.nauarch.nodeagent.network.nft.Item;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the table of policies holds, in one family of addresses. Pure.
 *
 * <p>A pod that a policy is about is an element of a map and leads to a chain, which all pods with
 * the same policies share; the chain allows what any of them allows, and drops the rest. The pods
 * that a rule speaks of are elements of a set, so that pods which come and go change elements
 * alone. Replies pass before; and so does what a pod sends to itself. What passes between a node
 * and its own pods is not forwarded, and never comes here: probes always reach their pods.
 */
public final class PolicyRules {
  private static final String SELVES = "selves";

  private final Family family;
  private final PolicyWorld world;
  private final Map<Item, String> items = new LinkedHashMap<>();

  private PolicyRules(Family family, PolicyWorld world) {
    this.family = family;
    this.world = world;
  }

  /** What the table always has. */
  static String frame(Family family) {
    return """
      set selves {
        type %2$s . %2$s
      }
      map ingress {
        type %2$s : verdict
      }
      map egress {
        type %2$s : verdict
      }
      chain forwarded {
        type filter hook forward priority filter; policy accept;
        ct state established,related accept
        %1$s saddr . %1$s daddr @selves accept
        %1$s saddr vmap @egress
        %1$s daddr vmap @ingress
      }
    """
        .formatted(family.word(), family.type());
  }

  /** What it holds for the policies, pods and namespaces of the cluster. */
  static Map<Item, String> items(Family family, PolicyWorld world) {
    var rules = new PolicyRules(family, world);
    var policies =
        world.policies().stream().sorted(Comparator.comparing(PolicyRules::key)).toList();
    for (var direction : Direction.values()) {
      rules.add(direction, policies);
    }
    return rules.items;
  }

  private static String key(NetworkPolicy policy) {
    return policy.getMetadata().getNamespace() + "/" + policy.getMetadata().getName();
  }

  private void add(Direction direction, List<NetworkPolicy> policies) {
    var policiesByIp = new TreeMap<String, List<NetworkPolicy>>();
    for (var policy : policies) {
      if (direction.isOf(policy)) {
        for (var pod : world.subjects(policy)) {
          pod.ips(family)
              .forEach(ip -> policiesByIp.computeIfAbsent(ip, _ -> new ArrayList<>()).add(policy));
        }
      }
    }
    var rulesByPolicy = new TreeMap<String, String>();
    policiesByIp.forEach(
        (ip, ofPod) -> {
          var keys = ofPod.stream().map(PolicyRules::key).toList();
          var chain = direction.map() + "-" + Names.of(String.join(",", keys));
          items.put(Item.element(direction.map(), ip), "jump " + chain);
          items.put(Item.element(SELVES, ip + " . " + ip), "");
          if (!items.containsKey(Item.chain(chain))) {
            var rules = chain(direction, ofPod, rulesByPolicy);
            items.put(Item.chain(chain), rules);
          }
        });
  }

  private String chain(
      Direction direction, List<NetworkPolicy> policies, Map<String, String> rulesByPolicy) {
    var text = new StringBuilder();
    for (var policy : policies) {
      text.append(rulesByPolicy.computeIfAbsent(key(policy), _ -> lines(direction, policy)));
    }
    return text.append("drop").toString();
  }

  private String lines(Direction direction, NetworkPolicy policy) {
    var lines = new StringBuilder();
    var rules = direction.rules(policy);
    for (var number = 0; number < rules.size(); number++) {
      var name = Names.of(direction + "/" + key(policy) + "/" + number);
      var allowed = new AllowedTraffic(family, world, policy, direction, name);
      allowed.lines(rules.get(number), items).forEach(line -> lines.append(line).append('\n'));
    }
    return lines.toString();
  }
}
