package dev.nauarch.nodeagent.simulated;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.OwnNames;
import dev.nauarch.api.Resources;
import dev.nauarch.client.ClusterClient;
import dev.nauarch.client.DeleteOptions;
import dev.nauarch.client.Informer;
import dev.nauarch.client.InformerListener;
import dev.nauarch.client.Patch;
import dev.nauarch.client.Selection;
import dev.nauarch.nodeagent.node.NodeLease;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * Many nodes that are only played. All of them share one watch of pods and one thread that waits
 * for what is due; a write runs on a virtual thread of its own, so many at a time and no more.
 */
public final class SimulatedNodes implements AutoCloseable {
  /** What the names begin with, before a number. */
  static final String PREFIX = "sim-";

  private static final Logger LOG = LoggerFactory.getLogger(SimulatedNodes.class);
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Duration LEASE_EVERY = Duration.ofSeconds(10);
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final int WRITES_AT_ONCE = 32;

  /** A pod, or the round of leases where it is empty, to look at when its time has come. */
  private record Due(Optional<ObjectKey> pod, Instant at, InstantSource clock) implements Delayed {
    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(Duration.between(clock.instant(), at));
    }

    @Override
    public int compareTo(Delayed other) {
      return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
    }
  }

  private final ClusterClient client;
  private final InstantSource clock;
  private final Map<String, NodeLease> leaseByNode = new TreeMap<>();
  private final Map<String, String> addressByUid = new ConcurrentHashMap<>();
  private final DelayQueue<Due> due = new DelayQueue<>();
  private final Semaphore writes = new Semaphore(WRITES_AT_ONCE);
  private final Informer<Pod> informer;
  private final Thread thread;
  private int addresses;

  private SimulatedNodes(ClusterClient client, int count, SimulatedNode form, InstantSource clock) {
    this.client = client;
    this.clock = clock;
    for (var index = 0; index < count; index++) {
      var node = form.node(index, clock.instant());
      register(node);
      leaseByNode.put(
          node.getMetadata().getName(), new NodeLease(client, node.getMetadata().getName()));
    }
    due.add(new Due(Optional.empty(), clock.instant(), clock));
    this.informer = Informer.start(client, Resources.PODS, Selection.ALL, new Listener());
    this.thread = Thread.ofVirtual().name("simulated-nodes").start(this::run);
  }

  /**
   * Registers nodes and plays the pods that are bound to them.
   *
   * @param count how many nodes, named {@code sim-0} and so on
   * @param gpusPerNode how many GPUs each has; 0 for none
   * @param model what the GPUs are called, for example {@code H100}; may be empty
   */
  public static SimulatedNodes start(
      ClusterClient client, int count, int gpusPerNode, String model, InstantSource clock) {
    return new SimulatedNodes(client, count, new SimulatedNode(gpusPerNode, model), clock);
  }

  /**
   * Removes the simulated nodes of an earlier run that this one does not have, which nobody would
   * ever renew.
   *
   * @param count how many there are now
   */
  public static void removeBeyond(ClusterClient client, int count) {
    var ofBefore = new Selection("", OwnNames.SIMULATED + "=true", "");
    var kept =
        IntStream.range(0, count).mapToObj(index -> PREFIX + index).collect(Collectors.toSet());
    for (var node : client.list(Resources.NODES, ofBefore).items()) {
      if (!kept.contains(node.getMetadata().getName())) {
        client.delete(Resources.NODES, ObjectKey.of(node), DeleteOptions.DEFAULT);
      }
    }
  }

  private void register(Node node) {
    try {
      client.create(Resources.NODES, node);
    } catch (ApiException e) {
      if (e.reason() != ApiException.Reason.ALREADY_EXISTS) {
        throw e;
      }
    }
    var body = JSON.createObjectNode();
    body.set("status", JSON.valueToTree(node.getStatus()));
    client.patch(Resources.NODES, ObjectKey.of(node), Patch.merge("status", body.toString()));
  }

  private final class Listener implements InformerListener<Pod> {
    @Override
    public void onUpsert(Pod pod) {
      var node = pod.getSpec().getNodeName();
      if (node != null && leaseByNode.containsKey(node)) {
        due.add(new Due(Optional.of(ObjectKey.of(pod)), clock.instant(), clock));
      }
    }

    @Override
    public void onDelete(Pod pod) {
      addressByUid.remove(pod.getMetadata().getUid());
    }
  }

  private void run() {
    try {
      while (true) {
        var next = due.take();
        if (next.pod().isPresent()) {
          step(next.pod().get());
        } else {
          Thread.ofVirtual().name("simulated-leases").start(this::renewLeases);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void renewLeases() {
    var failed = new ArrayList<String>();
    for (var lease : leaseByNode.entrySet()) {
      try {
        lease.getValue().renew(clock.instant());
      } catch (ApiException e) {
        failed.add(lease.getKey());
      }
    }
    if (!failed.isEmpty()) {
      LOG.warn("The leases of {} simulated nodes were not renewed", failed.size());
    }
    due.add(new Due(Optional.empty(), clock.instant().plus(LEASE_EVERY), clock));
  }

  private void step(ObjectKey key) throws InterruptedException {
    var pod = informer.get(key).orElse(null);
    if (pod == null) {
      return;
    }
    var address = addressByUid.computeIfAbsent(pod.getMetadata().getUid(), uid -> nextAddress());
    switch (PodStages.next(pod, address, clock.instant())) {
      case PodStages.Step.Rest() -> {}
      case PodStages.Step.Wait(var until) -> due.add(new Due(Optional.of(key), until, clock));
      case PodStages.Step.Write(var status) -> write(key, () -> patch(pod, status));
      case PodStages.Step.Remove() -> write(key, () -> remove(pod));
    }
  }

  /** From a range that is kept for documents: nothing answers there, and nobody expects it to. */
  private String nextAddress() {
    addresses++;
    return "198.18." + addresses / 256 % 256 + "." + addresses % 256;
  }

  private void write(ObjectKey key, Runnable action) throws InterruptedException {
    writes.acquire();
    Thread.startVirtualThread(
        () -> {
          try {
            action.run();
          } catch (ApiException e) {
            if (e.reason() != ApiException.Reason.NOT_FOUND) {
              LOG.debug("Simulated pod {}: {}", key, e.getMessage());
              due.add(new Due(Optional.of(key), clock.instant().plus(RETRY), clock));
            }
          } finally {
            writes.release();
          }
        });
  }

  private void patch(Pod pod, PodStatus status) {
    var body = JSON.createObjectNode();
    body.putObject("metadata").put("uid", pod.getMetadata().getUid());
    body.set("status", JSON.valueToTree(status));
    client.patch(
        Resources.PODS,
        ObjectKey.of(pod),
        new Patch(Patch.Type.STRATEGIC, "status", body.toString(), "simulated", false));
  }

  private void remove(Pod pod) {
    client.delete(
        Resources.PODS,
        ObjectKey.of(pod),
        new DeleteOptions(OptionalLong.of(0), "Background", pod.getMetadata().getUid(), ""));
  }

  /** The names of the nodes. */
  public Iterable<String> names() {
    return leaseByNode.keySet();
  }

  @Override
  public void close() {
    informer.close();
    thread.interrupt();
  }
}
