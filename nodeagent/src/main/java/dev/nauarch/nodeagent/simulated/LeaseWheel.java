package dev.nauarch.nodeagent.simulated;

import dev.nauarch.client.ClusterClient;
import dev.nauarch.nodeagent.node.NodeLease;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renews the leases of many nodes. Each has its place on a wheel that turns once in the time
 * between two renewals, so that writes come evenly. One thread turns it; where the store can't keep
 * up the wheel turns slower, and no lease is left out.
 */
final class LeaseWheel implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LeaseWheel.class);
  private static final Duration TICK = Duration.ofMillis(100);
  private static final Duration LATE = Duration.ofSeconds(5);

  private final ClusterClient client;
  private final InstantSource clock;
  private final List<Map<String, NodeLease>> places = new ArrayList<>();
  private final Map<String, Integer> placeByNode = new HashMap<>();
  private final Writes writes = new Writes();
  private final Thread thread;
  private int next;

  LeaseWheel(ClusterClient client, Duration every, InstantSource clock) {
    this.client = client;
    this.clock = clock;
    var count = Math.max(1, every.dividedBy(TICK));
    for (var place = 0; place < count; place++) {
      places.add(new LinkedHashMap<>());
    }
    this.thread = Thread.ofVirtual().name("simulated-leases").start(this::turn);
  }

  /** Renews a node's lease now and then on. */
  void add(String node) throws InterruptedException {
    var lease = new NodeLease(client, node);
    synchronized (places) {
      if (placeByNode.containsKey(node)) {
        return;
      }
      next = (next + 1) % places.size();
      placeByNode.put(node, next);
      places.get(next).put(node, lease);
    }
    writes.begin(() -> lease.renew(clock.instant()), outcome -> tell(lease, outcome));
  }

  /** Renews it no more. */
  void remove(String node) {
    synchronized (places) {
      var place = placeByNode.remove(node);
      if (place != null) {
        places.get(place).remove(node);
      }
    }
  }

  private void turn() {
    var place = 0;
    var at = clock.instant();
    var lateBefore = false;
    try {
      while (true) {
        at = at.plus(TICK);
        var wait = Duration.between(clock.instant(), at);
        if (wait.isPositive()) {
          Thread.sleep(wait);
        }
        place = (place + 1) % places.size();
        for (var lease : at(place)) {
          writes.begin(() -> lease.renew(clock.instant()), outcome -> tell(lease, outcome));
        }
        var late = wait.negated().compareTo(LATE) > 0;
        if (late && !lateBefore) {
          LOG.warn("Leases of simulated nodes are renewed {} s late", wait.negated().toSeconds());
        }
        lateBefore = late;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void tell(NodeLease lease, Writes.Outcome outcome) {
    if (!outcome.settled()) {
      LOG.warn("The lease of {} was not renewed: {}", lease.node(), outcome.fault());
    }
  }

  private List<NodeLease> at(int place) {
    synchronized (places) {
      return List.copyOf(places.get(place).values());
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
