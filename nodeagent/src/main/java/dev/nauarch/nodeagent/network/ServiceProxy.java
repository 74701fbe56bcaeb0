package dev.nauarch.nodeagent.network;

import dev.nauarch.nodeagent.network.ClusterServices.Entry;
import dev.nauarch.nodeagent.network.nft.Family;
import dev.nauarch.nodeagent.network.nft.KernelTable;
import dev.nauarch.nodeagent.network.nft.Ruleset;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Keeps the cluster's tables in nftables as its services and host ports want them, by differences:
 * what a change costs does not grow with the number of services. Connections that are under way are
 * not touched, but for UDP ones to endpoints that are gone.
 */
public final class ServiceProxy implements Consumer<ClusterServices> {

  /** What one family of addresses has. */
  private record Side(ServiceRules rules, Ruleset ruleset, KernelTable kernel) {}

  private static final String HOST_PORTS = "host-port ";
  private static final String SERVICE = "service ";

  private final Map<Family, Side> sides = new EnumMap<>(Family.class);
  private final FlowTable flows = new FlowTable();
  private SortedMap<String, Entry> known = new TreeMap<>();

  /** Whether services are known: without them, rules of before serve better than none. */
  private boolean isStarted;

  private volatile boolean isHealthy;

  /**
   * @param table its name, in either family
   * @param podRanges where the cluster's pods are; none where that is not known
   * @param serviceRanges where cluster IPs are
   */
  public ServiceProxy(String table, List<String> podRanges, List<String> serviceRanges) {
    for (var family : Family.values()) {
      var frame = ServiceFrame.of(family, podRanges, serviceRanges);
      var ruleset = new Ruleset(family, table, frame);
      sides.put(family, new Side(new ServiceRules(family), ruleset, new KernelTable(ruleset)));
    }
  }

  /** Whether the last change took place. */
  public boolean isHealthy() {
    return isHealthy;
  }

  @Override
  public synchronized void accept(ClusterServices services) {
    var now = services.servicesByKey();
    var changed = changed(known, now);
    var stale = new ArrayList<StaleFlow>();
    for (var key : changed) {
      var entry = now.get(key);
      for (var side : sides.values()) {
        if (entry == null) {
          side.rules.forget(key);
          side.ruleset.put(SERVICE + key, Map.of());
        } else {
          side.ruleset.put(SERVICE + key, side.rules.items(entry));
        }
      }
      stale.addAll(StaleFlow.of(known.get(key), entry));
    }
    known = now;
    isStarted = true;
    bring();
    flows.end(stale);
  }

  /** The host ports of this node's pods, in place of those before. */
  synchronized void accept(HostPorts ports) {
    for (var side : sides.entrySet()) {
      side.getValue().ruleset.put(HOST_PORTS, ports.items(side.getKey()));
    }
    if (isStarted) {
      bring();
    }
  }

  /** The keys whose entries are not the same objects. */
  @SuppressWarnings("ReferenceEquality") // that is the promise of ClusterServices, and is fast
  private static Set<String> changed(
      SortedMap<String, Entry> before, SortedMap<String, Entry> now) {
    var changed = new TreeSet<String>();
    now.forEach(
        (key, entry) -> {
          if (before.get(key) != entry) {
            changed.add(key);
          }
        });
    before.keySet().stream().filter(key -> !now.containsKey(key)).forEach(changed::add);
    return changed;
  }

  private void bring() {
    isHealthy = false;
    try {
      for (var side : sides.entrySet()) {
        // A machine without IPv6 has no use for the second table, and perhaps no kernel for it.
        var ruleset = side.getValue().ruleset;
        if (side.getKey() == Family.IPV4 || ruleset.isKnown() || !ruleset.isEmpty()) {
          side.getValue().kernel.bring();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    isHealthy = true;
  }
}
