package dev.nauarch.nodeagent.pod;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.client.DeleteOptions;
import dev.nauarch.client.Informer;
import dev.nauarch.client.InformerListener;
import dev.nauarch.client.Selection;
import dev.nauarch.nodeagent.equipment.Equipment;
import dev.nauarch.nodeagent.lifecycle.Admission;
import dev.nauarch.nodeagent.lifecycle.NodeShare;
import dev.nauarch.nodeagent.lifecycle.NodeShares;
import dev.nauarch.nodeagent.lifecycle.PodEvent;
import dev.nauarch.nodeagent.runtime.ContainerStatus;
import dev.nauarch.nodeagent.runtime.RuntimeFault;
import dev.nauarch.nodeagent.runtime.Sandbox;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has one worker for every pod that is bound to the node. Pods are told apart by uid: one of the
 * same name that follows another has its own worker while the other one still winds down.
 *
 * <p>What is found on the machine as the agent starts is handed to the pods that it belongs to, and
 * what belongs to no pod any more is taken down.
 */
public final class PodWorkers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PodWorkers.class);
  private static final Duration SYNC_LOOK = Duration.ofMinutes(1);
  private static final Duration REFRESH = Duration.ofSeconds(20);

  private final NodeContext node;
  private final Handlers handlers;
  private final Map<String, PodWorker> workerByUid = new ConcurrentHashMap<>();
  private final Map<String, Sandbox> foundByUid = new ConcurrentHashMap<>();
  private final Set<String> refused = ConcurrentHashMap.newKeySet();
  private final Informer<Pod> informer;
  private final Thread orphans;
  private final Thread refresher;

  private PodWorkers(NodeContext node) throws RuntimeFault {
    this.node = node;
    this.handlers = new Handlers(node.runtime());
    for (var sandbox : node.runtime().sandboxes()) {
      if (sandbox.isReady()) {
        foundByUid.merge(sandbox.pod().uid(), sandbox, (a, b) -> a.attempt() > b.attempt() ? a : b);
      } else {
        foundByUid.putIfAbsent(sandbox.pod().uid(), sandbox);
      }
    }
    node.runtime().onExit(this::onExit);
    this.informer =
        Informer.start(
            node.client(),
            Resources.PODS,
            new Selection("", "", "spec.nodeName=" + node.nodeName()),
            new Listener());
    this.orphans = Thread.ofVirtual().name("orphans").start(this::sweepOrphans);
    node.equipment().onChange(new EquipmentListener());
    this.refresher = Thread.ofVirtual().name("volume-refresh").start(this::refreshForever);
  }

  /**
   * Starts to run the pods that are bound to a node.
   *
   * @throws RuntimeFault where the runtime does not tell what runs already
   */
  public static PodWorkers start(NodeContext node) throws RuntimeFault {
    return new PodWorkers(node);
  }

  /** The pods of this node as they were last seen. */
  public Collection<Pod> pods() {
    return workerByUid.values().stream().map(PodWorker::pod).toList();
  }

  /** The pod of this name that came last. */
  public Optional<Pod> pod(ObjectKey key) {
    return informer.get(key);
  }

  /**
   * The runtime's id of a container that runs, or ran last.
   *
   * @param previous whether the one before that is meant
   */
  public Optional<ContainerStatus> container(ObjectKey key, String name, boolean previous)
      throws RuntimeFault {
    var pod = pod(key);
    if (pod.isEmpty()) {
      return Optional.empty();
    }
    return node.runtime().containers(pod.get().getMetadata().getUid()).stream()
        .filter(each -> each.name().equals(name))
        .sorted((a, b) -> Integer.compare(b.attempt(), a.attempt()))
        .skip(previous ? 1 : 0)
        .findFirst();
  }

  /** The sandbox of a pod that runs. */
  public Optional<Sandbox> sandbox(Pod pod) {
    return Optional.ofNullable(workerByUid.get(pod.getMetadata().getUid()))
        .flatMap(worker -> worker.steps().sandbox());
  }

  private final class Listener implements InformerListener<Pod> {
    @Override
    public void onUpsert(Pod pod) {
      // An informer knows names; another pod of the same name has taken this one's place.
      workerByUid.values().stream()
          .filter(each -> ObjectKey.of(each.pod()).equals(ObjectKey.of(pod)))
          .filter(each -> !each.uid().equals(pod.getMetadata().getUid()))
          .forEach(each -> each.tell(new PodEvent.Removed()));
      var worker = workerByUid.get(pod.getMetadata().getUid());
      if (worker != null) {
        worker.update(pod);
      } else {
        begin(pod);
      }
    }

    @Override
    public void onDelete(Pod pod) {
      var worker = workerByUid.get(pod.getMetadata().getUid());
      if (worker != null) {
        worker.tell(new PodEvent.Removed());
      }
    }
  }

  private final class EquipmentListener implements Equipment.Listener {
    @Override
    public void nodeChanged() {
      node.onCapacity().run();
    }

    @Override
    public void podChanged(String podUid) {
      var worker = workerByUid.get(podUid);
      if (worker != null) {
        worker.healthChanged();
      }
    }
  }

  private void begin(Pod pod) {
    var uid = pod.getMetadata().getUid();
    var found = Optional.ofNullable(foundByUid.remove(uid));
    if (found.isEmpty() && hasEnded(pod)) {
      if (pod.getMetadata().getDeletionTimestamp() != null) {
        deleteEnded(pod);
      }
      return;
    }
    var worker = new PodWorker(pod, node, handlers, this::forget);
    workerByUid.put(uid, worker);
    var first = new ArrayList<PodEvent>();
    try {
      if (found.isPresent() && found.get().isReady()) {
        first.add(adopted(worker, found.get()));
      } else {
        refusal(pod).ifPresent(first::add);
      }
    } catch (RuntimeFault e) {
      LOG.warn("What runs of {} is not known; it is made anew", ObjectKey.of(pod), e);
    }
    if (!first.isEmpty() || wasTaken(pod)) {
      worker.start(first);
      return;
    }
    // Drivers may take their time, which is not that of other pods.
    Thread.ofVirtual()
        .name("equip-" + ObjectKey.of(pod))
        .start(
            () -> {
              node.equipment().admit(pod).map(why -> refused(uid, why)).ifPresent(first::add);
              worker.start(first);
            });
  }

  private PodEvent refused(String uid, Admission.Refusal why) {
    refused.add(uid);
    return new PodEvent.Refused(why.reason(), why.message());
  }

  /** What a pod is told that the node does not take. */
  private Optional<PodEvent> refusal(Pod pod) {
    var uid = pod.getMetadata().getUid();
    if (wasTaken(pod)) {
      return Optional.empty();
    }
    var shares = new NodeShares<String>();
    for (var each : informer.all()) {
      var other = each.getMetadata().getUid();
      var isOurs = workerByUid.containsKey(other) && !refused.contains(other);
      if (!other.equals(uid) && !hasEnded(each) && (isOurs || wasTaken(each))) {
        shares.put(other, NodeShare.of(each));
      }
    }
    var allocatable = node.allocatable().overlaidBy(node.equipment().allocatable());
    return Admission.refusal(pod, shares, allocatable, present()).map(why -> refused(uid, why));
  }

  /** The node as it is now; empty until it is registered, and while it can't be read. */
  private Optional<Node> present() {
    try {
      return node.client().get(Resources.NODES, new ObjectKey("", node.nodeName()));
    } catch (ApiException e) {
      LOG.warn("Node {} could not be read: {}", node.nodeName(), e.getMessage());
      return Optional.empty();
    }
  }

  private static boolean wasTaken(Pod pod) {
    return pod.getStatus() != null && pod.getStatus().getStartTime() != null;
  }

  private static boolean hasEnded(Pod pod) {
    var phase = pod.getStatus() == null ? "" : pod.getStatus().getPhase();
    return "Succeeded".equals(phase) || "Failed".equals(phase);
  }

  private PodEvent adopted(PodWorker worker, Sandbox sandbox) throws RuntimeFault {
    var newest =
        node.runtime().containers(sandbox.pod().uid()).stream()
            .filter(each -> each.sandboxId().equals(sandbox.id()))
            .filter(each -> each.state() != ContainerStatus.State.CREATED)
            .sorted((a, b) -> Integer.compare(a.attempt(), b.attempt()))
            .toList();
    worker.steps().adopt(sandbox, newest);
    var found = new ArrayList<PodEvent.Found>();
    for (var each : newest) {
      var exit =
          each.state() == ContainerStatus.State.EXITED
              ? Optional.of(worker.steps().exit(each))
              : Optional.<dev.nauarch.nodeagent.lifecycle.Exit>empty();
      found.add(new PodEvent.Found(each.name(), each.attempt(), each.id(), each.startedAt(), exit));
    }
    return new PodEvent.Adopted(worker.steps().addresses(sandbox), found);
  }

  /** A pod that had ended before this agent came, and is to be deleted: nothing of it runs. */
  private void deleteEnded(Pod pod) {
    var uid = pod.getMetadata().getUid();
    Thread.startVirtualThread(
        () -> {
          try {
            node.client()
                .delete(
                    Resources.PODS,
                    ObjectKey.of(pod),
                    new DeleteOptions(OptionalLong.of(0), "Background", uid, ""));
          } catch (ApiException e) {
            LOG.warn("Pod {} was not deleted: {}", ObjectKey.of(pod), e.getMessage());
          }
        });
  }

  private void onExit(ContainerStatus status) {
    var worker = workerByUid.get(status.podUid());
    if (worker != null) {
      worker.steps().ended(status);
    }
  }

  private void forget(PodWorker worker) {
    workerByUid.remove(worker.uid());
    refused.remove(worker.uid());
  }

  /** Takes down what belongs to pods that are gone. */
  private void sweepOrphans() {
    try {
      // For as long as it takes: what was moved to other nodes meanwhile must not run here too.
      while (!informer.awaitSynced(SYNC_LOOK)) {
        LOG.warn("The pods of this node are not known yet; what is left of others stays till then");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    node.equipment().retain(this::living);
    var living = informer.all();
    var uids = living.stream().map(pod -> pod.getMetadata().getUid()).collect(Collectors.toSet());
    try {
      for (var sandbox : List.copyOf(foundByUid.values())) {
        if (!uids.contains(sandbox.pod().uid())) {
          LOG.info("Taking down what is left of pod {}", sandbox.pod());
          node.runtime().stopPodSandbox(sandbox.id());
          node.runtime().removePodSandbox(sandbox.id());
          foundByUid.remove(sandbox.pod().uid());
        }
      }
      for (var uid : node.volumes().known()) {
        if (!uids.contains(uid) && !workerByUid.containsKey(uid)) {
          node.volumes().remove(uid);
        }
      }
      sweepLogs(uids);
    } catch (IOException e) {
      LOG.warn("What is left of pods that are gone could not all be taken down", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The uids of pods that may have something of the machine. */
  private Set<String> living() {
    var uids = new TreeSet<>(workerByUid.keySet());
    informer.all().stream()
        .filter(pod -> !hasEnded(pod))
        .forEach(pod -> uids.add(pod.getMetadata().getUid()));
    return uids;
  }

  private void sweepLogs(Set<String> uids) throws IOException {
    if (!Files.isDirectory(node.logs())) {
      return;
    }
    try (var all = Files.newDirectoryStream(node.logs())) {
      for (var each : all) {
        var name = each.getFileName().toString();
        var uid = name.substring(name.lastIndexOf('_') + 1);
        if (!uids.contains(uid) && !workerByUid.containsKey(uid)) {
          deleteTree(each);
        }
      }
    }
  }

  static void deleteTree(Path tree) throws IOException {
    if (!Files.exists(tree)) {
      return;
    }
    try (var all = Files.walk(tree)) {
      for (var each : all.toList().reversed()) {
        Files.deleteIfExists(each);
      }
    }
  }

  private void refreshForever() {
    try {
      while (true) {
        Thread.sleep(REFRESH);
        for (var worker : workerByUid.values()) {
          refresh(worker.pod());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void refresh(Pod pod) {
    try {
      node.volumes().refresh(pod);
    } catch (IOException | ApiException e) {
      LOG.debug("The volumes of {} were not refreshed", Objects.toString(ObjectKey.of(pod)), e);
    }
  }

  /** Lets go of all pods, whose containers run on. */
  @Override
  public void close() {
    informer.close();
    orphans.interrupt();
    refresher.interrupt();
    workerByUid.values().forEach(PodWorker::release);
  }
}
