package dev.nauarch.nodeagent.simulated;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.OwnNames;
import dev.nauarch.api.Resources;
import dev.nauarch.api.quota.Amounts;
import dev.nauarch.client.ClusterClient;
import dev.nauarch.client.DeleteOptions;
import dev.nauarch.client.Informer;
import dev.nauarch.client.InformerListener;
import dev.nauarch.client.Patch;
import dev.nauarch.client.Selection;
import dev.nauarch.nodeagent.node.NodeLease;
import dev.nauarch.nodeagent.pod.EventRecorder;
import dev.nauarch.nodeagent.simulated.stage.PlayedNode;
import dev.nauarch.nodeagent.simulated.stage.Stages;
import io.fabric8.kubernetes.api.model.Node;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * Brings to life every node that has the label of simulated ones, whoever made it, and lets go of
 * it when the node or its label is gone: status, lease and pods. One watch, and one loop that alone
 * touches the nodes' state.
 */
final class NodeRoster implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NodeRoster.class);
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Selection SIMULATED = new Selection("", OwnNames.SIMULATED + "=true", "");

  private final ClusterClient client;
  private final InstantSource clock;
  private final Stages stages;
  private final LeaseWheel leases;
  private final PodPlayers pods;
  private final EventRecorder events;
  private final Writes writes = new Writes();
  private final Addresses addresses;
  private final Map<String, Entry> entries = new HashMap<>();
  private final Set<String> refused = new HashSet<>();
  private final ConcurrentLinkedQueue<Done> done = new ConcurrentLinkedQueue<>();
  private final KeyLoop<String> loop;
  private final Informer<Node> informer;

  /** A node that lives. */
  private static final class Entry {
    private final String uid;
    private final PlayedNode core;
    private Node node;
    private boolean writing;
    private Instant writeAgainAt = Instant.MIN;
    private boolean beats;
    private boolean published;

    Entry(Node node, PlayedNode core) {
      this.uid = node.getMetadata().getUid();
      this.node = node;
      this.core = core;
    }
  }

  private record Done(String node, String uid, Writes.Outcome outcome) {}

  NodeRoster(
      ClusterClient client,
      Stages stages,
      Addresses addresses,
      LeaseWheel leases,
      PodPlayers pods,
      InstantSource clock) {
    this.client = client;
    this.stages = stages;
    this.addresses = addresses;
    this.leases = leases;
    this.pods = pods;
    this.clock = clock;
    this.events = new EventRecorder(client, "kubelet", "simulated", clock);
    this.loop = new KeyLoop<>("simulated-nodes", clock, this::look);
    this.informer = Informer.start(client, Resources.NODES, SIMULATED, new Listener());
    this.loop.start();
  }

  private final class Listener implements InformerListener<Node> {
    @Override
    public void onUpsert(Node node) {
      addresses.taken(SimulatedNode.address(node));
      loop.tell(node.getMetadata().getName());
    }

    @Override
    public void onDelete(Node node) {
      loop.tell(node.getMetadata().getName());
    }
  }

  private void look(String name) throws InterruptedException {
    settle();
    var node = informer.get(new ObjectKey("", name)).orElse(null);
    var entry = entries.get(name);
    if (entry != null && (node == null || !entry.uid.equals(node.getMetadata().getUid()))) {
      letGo(name, entry);
      entry = null;
    }
    if (node == null || node.getMetadata().getDeletionTimestamp() != null) {
      refused.remove(name);
      return;
    }
    var devices = Devices.of(node);
    if (devices.isEmpty()) {
      refuse(node);
      return;
    }
    if (entry == null) {
      entry = new Entry(node, new PlayedNode(node, stages, clock.instant()));
      entries.put(name, entry);
    }
    entry.node = node;
    entry.core.desired(node);
    entry.core.happen(clock.instant());
    show(node, entry, devices.get());
    var again = entry.writing ? Instant.MAX : entry.writeAgainAt;
    var wake = entry.core.nextAt();
    loop.wakeAt(name, again.isAfter(clock.instant()) && again.isBefore(wake) ? again : wake);
  }

  private void refuse(Node node) {
    if (refused.add(node.getMetadata().getName())) {
      var text = node.getMetadata().getAnnotations().get(Devices.ANNOTATION);
      events.record(
          node,
          "Warning",
          "InvalidDevices",
          Devices.ANNOTATION
              + " is \""
              + text
              + "\": expected COUNTxMODEL, for example 8xH100; the node is not simulated");
    }
  }

  /** Has the object say what it should, and then the node live. */
  private void show(Node node, Entry entry, Devices devices) throws InterruptedException {
    var name = node.getMetadata().getName();
    if (!entry.core.heartbeats()) {
      fallSilent(name, entry);
    } else if (SimulatedNode.isComplete(node, entry.core)) {
      beat(name, entry);
      publish(node, entry, devices);
      var amounts = Amounts.of(node.getStatus().getAllocatable());
      var offer = new NodeRooms.Offer(amounts, DeviceSlice.uuids(name, devices));
      pods.add(node, offer);
    } else if (!entry.writing && !entry.writeAgainAt.isAfter(clock.instant())) {
      entry.writing = true;
      var present = SimulatedNode.address(node);
      var address = present.isEmpty() ? addresses.take() : present;
      var status = SimulatedNode.status(node, entry.core, devices, address, clock.instant());
      var labels = SimulatedNode.missingLabels(node, devices);
      var uid = entry.uid;
      writes.begin(
          () -> {
            if (!labels.isEmpty()) {
              var body = JSON.createObjectNode();
              body.putObject("metadata").set("labels", JSON.valueToTree(labels));
              client.patchOnly(Resources.NODES, ObjectKey.of(node), Patch.merge(body.toString()));
            }
            var body = JSON.createObjectNode();
            body.set("status", JSON.valueToTree(status));
            client.patchOnly(
                Resources.NODES,
                ObjectKey.of(node),
                new Patch(Patch.Type.STRATEGIC, "status", body.toString(), "kubelet", false));
          },
          outcome -> {
            done.add(new Done(name, uid, outcome));
            loop.tell(name);
          });
    }
  }

  private void beat(String name, Entry entry) throws InterruptedException {
    if (!entry.beats) {
      entry.beats = true;
      leases.add(name);
    }
  }

  /** Nothing is heard of the node any more, nor of its pods. */
  private void fallSilent(String name, Entry entry) {
    entry.beats = false;
    leases.remove(name);
    pods.remove(name);
  }

  /** Publishes the devices once; those of a node do not change while it lives. */
  private void publish(Node node, Entry entry, Devices devices) throws InterruptedException {
    if (entry.published || devices.count() == 0 || entry.writeAgainAt.isAfter(clock.instant())) {
      return;
    }
    entry.published = true;
    var name = node.getMetadata().getName();
    var uid = entry.uid;
    writes.begin(
        () -> new DeviceSlice(client, node).publish(devices),
        outcome -> {
          if (!outcome.settled()) {
            done.add(new Done(name, uid, outcome));
            loop.tell(name);
          }
        });
  }

  private void settle() {
    for (var next = done.poll(); next != null; next = done.poll()) {
      var entry = entries.get(next.node());
      if (entry != null && entry.uid.equals(next.uid())) {
        entry.writing = false;
        if (!next.outcome().settled()) {
          LOG.warn("Simulated node {}: {}", next.node(), next.outcome().fault());
          entry.writeAgainAt = clock.instant().plus(RETRY);
          entry.published = false;
        }
      }
    }
  }

  private void letGo(String name, Entry entry) throws InterruptedException {
    entries.remove(name);
    loop.wakeAt(name, Instant.MAX);
    pods.remove(name);
    leases.remove(name);
    var key = new ObjectKey(NodeLease.NAMESPACE, name);
    writes.begin(
        () -> {
          new DeviceSlice(client, entry.node).remove();
          if (client.get(Resources.NODES, new ObjectKey("", name)).isEmpty()) {
            client.delete(Resources.LEASES, key, DeleteOptions.DEFAULT);
          }
        },
        outcome -> {
          if (!outcome.settled()) {
            LOG.warn("Something of {} is left: {}", name, outcome.fault());
          }
        });
  }

  @Override
  public void close() {
    informer.close();
    loop.close();
    events.close();
  }
}
