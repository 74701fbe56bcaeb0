package dev.nauarch.nodeagent.equipment;

import dev.nauarch.api.quota.Amounts;
import dev.nauarch.client.ClusterClient;
import dev.nauarch.nodeagent.claim.ClaimState;
import dev.nauarch.nodeagent.claim.PodClaims;
import dev.nauarch.nodeagent.lifecycle.Admission.Refusal;
import dev.nauarch.nodeagent.plugin.PluginHandler;
import dev.nauarch.nodeagent.plugin.PluginWatcher;
import dev.nauarch.nodeagent.resource.MachineTopology;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ResourceStatus;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The equipment of a real machine: device plugins, drivers of claims, and those who ask for them.
 */
public final class NodeEquipment implements Equipment {
  private static final Logger LOG = LoggerFactory.getLogger(NodeEquipment.class);

  /** How long a driver is let alone that did not take the claims of a pod back that is gone. */
  private static final Duration RETRY = Duration.ofSeconds(5);

  /** Nobody. */
  private static final Listener NOBODY =
      new Listener() {
        @Override
        public void nodeChanged() {}

        @Override
        public void podChanged(String podUid) {}
      };

  private final LocalResources resources;
  private final PodClaims claims;
  private final PluginWatcher watcher;
  private final PodResourcesServer server;
  private volatile Listener listener = NOBODY;
  private volatile Optional<Thread> sweeper = Optional.empty();

  private NodeEquipment(
      EquipmentOptions options,
      MachineTopology machine,
      ClusterClient client,
      Map<String, PluginHandler> others,
      Supplier<Collection<Pod>> pods,
      InstantSource clock)
      throws IOException {
    var told =
        new Listener() {
          @Override
          public void nodeChanged() {
            listener.nodeChanged();
          }

          @Override
          public void podChanged(String podUid) {
            listener.podChanged(podUid);
          }
        };
    this.resources = new LocalResources(options, machine, clock, told);
    this.claims =
        new PodClaims(
            client,
            options.nodeName(),
            PodClaims.PATIENCE,
            clock,
            store(options),
            told::podChanged);
    var handlers = new TreeMap<>(others);
    handlers.put("DRAPlugin", claims.handler());
    handlers.put("DevicePlugin", resources.handler());
    this.watcher = PluginWatcher.start(options.registry(), handlers, clock);
    this.server = PodResourcesServer.start(options.podResources(), pods, resources, claims);
  }

  /**
   * Starts to look after a machine's equipment.
   *
   * @param others who speaks with drivers of other kinds than devices and claims, by kind
   * @param pods the pods of the node, for monitors that ask who has what
   * @throws IOException where what an agent before this one had kept can't be used, or a folder
   *     can't be written to
   */
  public static NodeEquipment start(
      EquipmentOptions options,
      MachineTopology machine,
      ClusterClient client,
      Map<String, PluginHandler> others,
      Supplier<Collection<Pod>> pods,
      InstantSource clock)
      throws IOException {
    return new NodeEquipment(options, machine, client, others, pods, clock);
  }

  /** What is kept of claims on disk. */
  private record Book(int version, List<ClaimState> claims) {
    private static final int VERSION = 1;
  }

  private static PodClaims.Store store(EquipmentOptions options) {
    var file = new StateFile<>(options.home().resolve("claims.json"), Book.class);
    return new PodClaims.Store() {
      @Override
      public List<ClaimState> read() throws IOException {
        var book = file.read().orElse(new Book(Book.VERSION, List.of()));
        if (book.version() != Book.VERSION) {
          throw file.damaged("it has version " + book.version() + ", and 1 is known here", null);
        }
        return book.claims();
      }

      @Override
      public void write(List<ClaimState> all) throws IOException {
        file.write(new Book(Book.VERSION, all));
      }
    };
  }

  @Override
  public Optional<Refusal> admit(Pod pod) {
    return resources.admit(pod);
  }

  @Override
  public void prepare(Pod pod) throws IOException {
    try {
      claims.prepare(pod);
    } catch (IOException e) {
      throw new IOException(
          "Failed to prepare dynamic resources: prepare dynamic resources: " + e.getMessage(), e);
    }
  }

  @Override
  public Gear of(Pod pod, Container container) throws IOException {
    return resources.gear(pod, container).with(claims.cdiDevices(pod, container));
  }

  @Override
  public void release(String podUid) throws IOException {
    try {
      claims.release(podUid);
    } catch (IOException e) {
      throw new IOException("unprepare dynamic resources: " + e.getMessage(), e);
    }
    resources.release(podUid);
  }

  @Override
  public void retain(Supplier<Set<String>> living) {
    var left = new TreeSet<>(resources.holders());
    left.addAll(claims.holders());
    left.removeAll(living.get());
    if (!left.isEmpty()) {
      LOG.info("Taking back what pods have that are gone: {}", left);
      sweeper = Optional.of(Thread.ofVirtual().name("equipment-sweep").start(() -> sweep(left)));
    }
  }

  /** Takes it back as soon as the drivers are there that it is of. */
  private void sweep(Set<String> left) {
    try {
      while (true) {
        left.removeIf(this::isReleased);
        if (left.isEmpty()) {
          return;
        }
        Thread.sleep(RETRY);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isReleased(String podUid) {
    try {
      release(podUid);
      return true;
    } catch (IOException e) {
      LOG.info("What pod {} had is not taken back yet: {}", podUid, e.getMessage());
      return false;
    }
  }

  @Override
  public List<ResourceStatus> health(Pod pod, Container container) {
    var all = new ArrayList<>(resources.health(pod, container));
    all.addAll(claims.health(pod, container));
    return all;
  }

  @Override
  public Amounts allocatable() {
    return resources.allocatable();
  }

  @Override
  public Amounts capacity() {
    return resources.capacity();
  }

  @Override
  public void onChange(Listener other) {
    listener = other;
  }

  @Override
  public void close() {
    sweeper.ifPresent(Thread::interrupt);
    server.close();
    watcher.close();
    claims.close();
    resources.close();
  }
}
