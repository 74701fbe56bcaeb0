package dev.nauarch.nodeagent.node;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.client.ClusterClient;
import dev.nauarch.client.Patch;
import dev.nauarch.nodeagent.pod.EventRecorder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * Registers a node and keeps its lease and its status fresh, on one virtual thread. What fails is
 * tried again soon. A status that somebody else has changed, as whoever takes a node for silent
 * does, is written anew at the next beat.
 */
public final class NodeHeartbeat implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NodeHeartbeat.class);
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Duration BEAT = Duration.ofSeconds(10);
  private static final Duration RETRY = Duration.ofMillis(200);
  private static final Duration STATUS_EVERY = Duration.ofMinutes(5);

  private final ClusterClient client;
  private final NodeRecord record;
  private final EventRecorder events;
  private final InstantSource clock;
  private final NodeLease lease;
  private final Thread thread;
  private final Semaphore changes;
  private Instant statusAt = Instant.MIN;

  private NodeHeartbeat(
      ClusterClient client,
      NodeRecord record,
      EventRecorder events,
      InstantSource clock,
      Semaphore changes) {
    this.changes = changes;
    this.client = client;
    this.record = record;
    this.events = events;
    this.clock = clock;
    this.lease = new NodeLease(client, record.options().nodeName());
    this.thread = Thread.ofVirtual().name("heartbeat").unstarted(this::run);
  }

  /**
   * Starts to register the node and to tell that it lives.
   *
   * @param changes gets a permit when the node's status is to be written at once
   */
  public static NodeHeartbeat start(
      ClusterClient client,
      NodeRecord record,
      EventRecorder events,
      InstantSource clock,
      Semaphore changes) {
    var heartbeat = new NodeHeartbeat(client, record, events, clock, changes);
    heartbeat.thread.start();
    return heartbeat;
  }

  private void run() {
    try {
      while (true) {
        var pause = beat() ? BEAT : RETRY;
        if (changes.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS)) {
          changes.drainPermits();
          statusAt = Instant.MIN;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean beat() {
    var now = clock.instant();
    try {
      if (isDue(now)) {
        report(now);
        statusAt = now;
      }
      lease.renew(now);
      return true;
    } catch (ApiException e) {
      if (e.reason() == ApiException.Reason.NOT_FOUND) {
        // Somebody deleted the node or its lease: both are made anew.
        statusAt = Instant.MIN;
      }
      LOG.warn("The node's status was not written: {}", e.getMessage());
      return false;
    }
  }

  private boolean isDue(Instant now) {
    return statusAt.equals(Instant.MIN)
        || statusAt.plus(STATUS_EVERY).isBefore(now)
        || !client
            .get(Resources.NODES, new ObjectKey("", record.options().nodeName()))
            .map(Node::getStatus)
            .map(NodeRecord::isReady)
            .orElse(false);
  }

  private void report(Instant now) {
    var key = new ObjectKey("", record.options().nodeName());
    var known = client.get(Resources.NODES, key);
    if (known.isEmpty()) {
      var created = client.create(Resources.NODES, record.node(now));
      events.record(created, "Normal", "Starting", "Starting the node agent.");
      // An API server drops the status of what is created.
      writeStatus(key, new NodeStatus(), now);
      return;
    }
    keepLabels(known.get());
    writeStatus(key, known.get().getStatus(), now);
  }

  private void keepLabels(Node node) {
    var body = JSON.createObjectNode();
    var present = node.getMetadata().getLabels();
    var labels = body.putObject("metadata").putObject("labels");
    record
        .labels()
        .forEach(
            (name, value) -> {
              if (present == null || !value.equals(present.get(name))) {
                labels.put(name, value);
              }
            });
    var cidr = record.options().podCidr();
    if (!cidr.isEmpty() && node.getSpec().getPodCIDR() == null) {
      body.putObject("spec").put("podCIDR", cidr).putArray("podCIDRs").add(cidr);
    }
    if (!labels.isEmpty() || body.has("spec")) {
      client.patchOnly(Resources.NODES, ObjectKey.of(node), Patch.merge(body.toString()));
    }
  }

  private void writeStatus(ObjectKey key, NodeStatus before, Instant now) {
    var body = JSON.createObjectNode();
    body.set("status", JSON.valueToTree(record.status(before, now)));
    client.patchOnly(
        Resources.NODES,
        key,
        new Patch(Patch.Type.STRATEGIC, "status", body.toString(), "kubelet", false));
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
