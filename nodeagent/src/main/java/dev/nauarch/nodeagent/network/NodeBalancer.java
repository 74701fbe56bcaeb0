package dev.nauarch.nodeagent.network;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.Resources;
import dev.nauarch.client.ChangeSignal;
import dev.nauarch.client.ClusterClient;
import dev.nauarch.client.Informer;
import dev.nauarch.client.Selection;
import dev.nauarch.nodeagent.network.BalancerPlan.Place;
import io.fabric8.kubernetes.api.model.Service;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives Services of type LoadBalancer the address of this node, on one thread: what a cluster of
 * one machine has for a load balancer. Those with a class are left to whoever has that class.
 */
public final class NodeBalancer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NodeBalancer.class);
  private static final Duration FIRST_LIST = Duration.ofSeconds(30);

  /** How often is looked whether a port has come free that a program of the node had. */
  private static final Duration LOOK = Duration.ofSeconds(10);

  private final ClusterClient client;
  private final String address;
  private final ChangeSignal changed = new ChangeSignal();
  private final Informer<Service> services;
  private final Thread thread;

  private NodeBalancer(ClusterClient client, String address) {
    this.client = client;
    this.address = address;
    this.services = Informer.start(client, Resources.SERVICES, Selection.ALL, changed.listener());
    this.thread = Thread.ofVirtual().name("node-balancer").start(this::run);
  }

  /**
   * Starts.
   *
   * @param address the node's own
   */
  public static NodeBalancer start(ClusterClient client, String address) {
    return new NodeBalancer(client, address);
  }

  private void run() {
    try {
      while (!services.awaitSynced(FIRST_LIST)) {
        LOG.warn("services can't be listed yet; load balancers wait");
      }
      while (!Thread.currentThread().isInterrupted()) {
        new BalancerPlan(address).changes(services.all(), this::isFree).forEach(this::write);
        changed.await(Duration.ZERO, LOOK);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void write(Service service) {
    try {
      client.updateStatus(Resources.SERVICES, service);
    } catch (ApiException e) {
      // It was changed meanwhile, or the server is away: the next look sees what is then wanted.
      LOG.debug("the load balancer of {} is not written", service.getMetadata().getName(), e);
    }
  }

  private boolean isFree(Place place) {
    var at = new InetSocketAddress(InetAddress.ofLiteral(address), place.port());
    try {
      if (place.protocol().equals("UDP")) {
        new DatagramSocket(at).close();
      } else if (place.protocol().equals("TCP")) {
        try (var socket = new ServerSocket()) {
          socket.setReuseAddress(true);
          socket.bind(at);
        }
      }
      return true;
    } catch (IOException e) {
      LOG.debug("{} at {} is not free for a load balancer", place, address, e);
      return false;
    }
  }

  @Override
  public void close() {
    thread.interrupt();
    services.close();
  }
}
