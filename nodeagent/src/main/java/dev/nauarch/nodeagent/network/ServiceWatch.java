package dev.nauarch.nodeagent.network;

import dev.nauarch.api.Resources;
import dev.nauarch.client.ChangeSignal;
import dev.nauarch.client.ClusterClient;
import dev.nauarch.client.Informer;
import dev.nauarch.client.InformerListener;
import dev.nauarch.client.Selection;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows Services, EndpointSlices and the zone of this machine's node, and hands each new state of
 * them to its listeners, on one thread. A change is handed over at once; those that arrive while
 * listeners are busy are handed over together.
 */
public final class ServiceWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ServiceWatch.class);
  private static final Duration FIRST_LIST = Duration.ofSeconds(30);
  private static final Duration RETRY = Duration.ofSeconds(5);
  private static final String ZONE = "topology.kubernetes.io/zone";

  private final List<Consumer<ClusterServices>> listeners;
  private final ChangeSignal changed = new ChangeSignal();
  private final ServiceIndex index;
  private final Informer<Node> nodes;
  private final Informer<Service> services;
  private final Informer<EndpointSlice> slices;
  private final Thread thread;

  private ServiceWatch(
      ClusterClient client, String node, List<Consumer<ClusterServices>> listeners) {
    this.listeners = listeners;
    this.index = new ServiceIndex(node);
    var self = new Selection("", "", "metadata.name=" + node);
    this.nodes = Informer.start(client, Resources.NODES, self, told(this::zone, _ -> zone("")));
    this.services =
        Informer.start(client, Resources.SERVICES, Selection.ALL, told(index::put, index::remove));
    this.slices =
        Informer.start(
            client, Resources.ENDPOINT_SLICES, Selection.ALL, told(index::put, index::remove));
    this.thread = Thread.ofVirtual().name("service-watch").start(this::run);
  }

  /**
   * Starts following; a listener that fails is tried again after five seconds, or with the next
   * change.
   *
   * @param node the name of this machine's node
   */
  public static ServiceWatch start(
      ClusterClient client, String node, List<Consumer<ClusterServices>> listeners) {
    return new ServiceWatch(client, node, listeners);
  }

  private void zone(Node node) {
    var labels = node.getMetadata().getLabels();
    zone(labels == null ? "" : labels.getOrDefault(ZONE, ""));
  }

  private void zone(String zone) {
    index.zone(zone);
  }

  /** Tells the index, one informer at a time, and then the thread. */
  private <T extends HasMetadata> InformerListener<T> told(Consumer<T> put, Consumer<T> remove) {
    return new InformerListener<>() {
      @Override
      public void onUpsert(T object) {
        tell(put, object);
      }

      @Override
      public void onDelete(T object) {
        tell(remove, object);
      }

      private void tell(Consumer<T> what, T object) {
        synchronized (index) {
          what.accept(object);
        }
        changed.raise();
      }
    };
  }

  private void run() {
    try {
      while (!services.awaitSynced(FIRST_LIST)
          || !slices.awaitSynced(FIRST_LIST)
          || !nodes.awaitSynced(FIRST_LIST)) {
        LOG.warn("services and endpoint slices can't be listed yet");
      }
      while (!Thread.currentThread().isInterrupted()) {
        if (handAll(state())) {
          changed.await(Duration.ZERO);
        } else {
          changed.await(Duration.ZERO, RETRY);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private ClusterServices state() {
    synchronized (index) {
      return index.services();
    }
  }

  private boolean handAll(ClusterServices state) {
    var isDone = true;
    for (var listener : listeners) {
      isDone &= hand(state, listener);
    }
    return isDone;
  }

  private static boolean hand(ClusterServices state, Consumer<ClusterServices> listener) {
    try {
      listener.accept(state);
      return true;
    } catch (RuntimeException e) {
      LOG.error("services could not be brought up to date; it is tried again", e);
      return false;
    }
  }

  @Override
  public void close() {
    thread.interrupt();
    nodes.close();
    services.close();
    slices.close();
  }
}
