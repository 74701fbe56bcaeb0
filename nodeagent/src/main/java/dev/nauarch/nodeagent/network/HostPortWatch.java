package dev.nauarch.nodeagent.network;

import dev.nauarch.api.Resources;
import dev.nauarch.client.ChangeSignal;
import dev.nauarch.client.ClusterClient;
import dev.nauarch.client.Informer;
import dev.nauarch.client.Selection;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows this node's pods for their host ports: for networks that don't see to them themselves, as
 * the plugin {@code portmap} does.
 */
public final class HostPortWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HostPortWatch.class);
  private static final Duration FIRST_LIST = Duration.ofSeconds(30);
  private static final Duration RETRY = Duration.ofSeconds(5);

  private final ServiceProxy proxy;
  private final ChangeSignal changed = new ChangeSignal();
  private final Informer<Pod> pods;
  private final Thread thread;

  private HostPortWatch(ClusterClient client, String node, ServiceProxy proxy) {
    this.proxy = proxy;
    var own = new Selection("", "", "spec.nodeName=" + node);
    this.pods = Informer.start(client, Resources.PODS, own, changed.listener());
    this.thread = Thread.ofVirtual().name("host-port-watch").start(this::run);
  }

  /**
   * Starts following.
   *
   * @param node the name of this machine's node
   * @param proxy who serves host ports beside services
   */
  public static HostPortWatch start(ClusterClient client, String node, ServiceProxy proxy) {
    return new HostPortWatch(client, node, proxy);
  }

  private void run() {
    try {
      while (!pods.awaitSynced(FIRST_LIST)) {
        LOG.warn("the pods of this node can't be listed yet; their host ports wait");
      }
      while (!Thread.currentThread().isInterrupted()) {
        if (serve()) {
          changed.await(Duration.ZERO);
        } else {
          changed.await(Duration.ZERO, RETRY);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean serve() {
    try {
      proxy.accept(HostPorts.of(pods.all()));
      return true;
    } catch (RuntimeException e) {
      LOG.error("host ports could not be brought up to date; it is tried again", e);
      return false;
    }
  }

  @Override
  public void close() {
    thread.interrupt();
    pods.close();
  }
}
