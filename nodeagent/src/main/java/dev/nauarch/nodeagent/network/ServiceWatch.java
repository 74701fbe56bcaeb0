package dev.nauarch.nodeagent.network;

import dev.nauarch.api.Resources;
import dev.nauarch.client.ChangeSignal;
import dev.nauarch.client.ClusterClient;
import dev.nauarch.client.Informer;
import dev.nauarch.client.Selection;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows Services and EndpointSlices and hands each new state of them to its listeners, on one
 * thread. Changes that arrive within 20 ms of each other are handed over as one.
 */
public final class ServiceWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ServiceWatch.class);
  private static final Duration QUIET = Duration.ofMillis(20);
  private static final Duration FIRST_LIST = Duration.ofSeconds(30);

  private final String node;
  private final List<Consumer<ClusterServices>> listeners;
  private final ChangeSignal changed = new ChangeSignal();
  private final Informer<Service> services;
  private final Informer<EndpointSlice> slices;
  private final Thread thread;

  private ServiceWatch(
      ClusterClient client, String node, List<Consumer<ClusterServices>> listeners) {
    this.node = node;
    this.listeners = listeners;
    this.services = Informer.start(client, Resources.SERVICES, Selection.ALL, changed.listener());
    this.slices =
        Informer.start(client, Resources.ENDPOINT_SLICES, Selection.ALL, changed.listener());
    this.thread = Thread.ofVirtual().name("service-watch").start(this::run);
  }

  /**
   * Starts following; a listener that fails is tried again with the next change.
   *
   * @param node the name of this machine's node
   */
  public static ServiceWatch start(
      ClusterClient client, String node, List<Consumer<ClusterServices>> listeners) {
    return new ServiceWatch(client, node, listeners);
  }

  private void run() {
    try {
      while (!services.awaitSynced(FIRST_LIST) || !slices.awaitSynced(FIRST_LIST)) {
        LOG.warn("services and endpoint slices can't be listed yet");
      }
      while (!Thread.currentThread().isInterrupted()) {
        var state = ServiceProjection.of(services.all(), slices.all(), node);
        for (var listener : listeners) {
          hand(state, listener);
        }
        changed.await(QUIET);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void hand(ClusterServices state, Consumer<ClusterServices> listener) {
    try {
      listener.accept(state);
    } catch (RuntimeException e) {
      LOG.error("services could not be brought up to date; the next change tries again", e);
    }
  }

  @Override
  public void close() {
    thread.interrupt();
    services.close();
    slices.close();
  }
}
