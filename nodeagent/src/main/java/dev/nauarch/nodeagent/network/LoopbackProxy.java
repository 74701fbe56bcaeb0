package dev.nauarch.nodeagent.network;

import dev.nauarch.nodeagent.network.ClusterServices.Entry;
import dev.nauarch.nodeagent.network.ClusterServices.Port;
import dev.nauarch.nodeagent.network.nft.Family;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves cluster IPs and node ports without root: cluster IPs are loopback addresses here, and the
 * proxy listens on them itself and passes connections on, one virtual thread for each way. TCP
 * alone; a port that only root may listen on is left out, and the log says so.
 */
public final class LoopbackProxy implements Consumer<ClusterServices>, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LoopbackProxy.class);
  private static final int BACKLOG = 128;
  private static final int CONNECT_MILLIS = 3000;
  private static final String ALL_ADDRESSES = "0.0.0.0";

  /** Where something listens. */
  private record Front(String address, int port) {}

  private final Map<Front, Door> doorByFront = new HashMap<>();
  private final Set<Front> refused = new HashSet<>();

  /** Listens where the services want it, and nowhere else. */
  @Override
  public synchronized void accept(ClusterServices services) {
    var wanted = new HashMap<Front, List<InetSocketAddress>>();
    for (var entry : services.servicesByKey().values()) {
      entry.ports().forEach(port -> add(wanted, entry, port));
    }
    doorByFront.entrySet().removeIf(open -> !wanted.containsKey(open.getKey()) && shut(open));
    refused.retainAll(wanted.keySet());
    wanted.forEach(this::serve);
  }

  private static void add(Map<Front, List<InetSocketAddress>> wanted, Entry entry, Port port) {
    if (entry.clusterIp().isEmpty() || !port.protocol().equals("tcp")) {
      return;
    }
    put(wanted, new Front(entry.clusterIp().get(), port.port()), entry, port, true);
    if (port.nodePort() != 0) {
      put(wanted, new Front(ALL_ADDRESSES, port.nodePort()), entry, port, false);
    }
  }

  /** Nobody listens for a port without endpoints, so that callers are refused at once. */
  private static void put(
      Map<Front, List<InetSocketAddress>> wanted,
      Front front,
      Entry entry,
      Port port,
      boolean isInside) {
    var traffic = entry.traffic();
    var isLocal = isInside ? traffic.isInsideLocal() : traffic.isOutsideLocal();
    var endpoints = isLocal ? entry.here(port, Family.IPV4) : entry.anywhere(port, Family.IPV4);
    var targets =
        endpoints.stream()
            .map(
                e ->
                    new InetSocketAddress(e.address(), e.portByName().getOrDefault(port.name(), 0)))
            .toList();
    if (!targets.isEmpty()) {
      wanted.put(front, targets);
    }
  }

  private static boolean shut(Map.Entry<Front, Door> open) {
    open.getValue().close();
    return true;
  }

  private void serve(Front front, List<InetSocketAddress> targets) {
    var door = doorByFront.get(front);
    if (door != null) {
      door.targets = targets;
      return;
    }
    try {
      doorByFront.put(front, Door.open(front, targets));
      refused.remove(front);
    } catch (IOException e) {
      if (refused.add(front)) {
        LOG.warn(
            "without root nothing listens at {} port {}: {}",
            front.address(),
            front.port(),
            e.getMessage());
      }
    }
  }

  @Override
  public synchronized void close() {
    doorByFront.values().forEach(Door::close);
    doorByFront.clear();
  }

  /** One listening socket and where its connections go. */
  private static final class Door implements AutoCloseable {
    private final ServerSocket server;
    private volatile List<InetSocketAddress> targets;

    private Door(ServerSocket server, List<InetSocketAddress> targets) {
      this.server = server;
      this.targets = targets;
    }

    static Door open(Front front, List<InetSocketAddress> targets) throws IOException {
      var server = new ServerSocket();
      try {
        server.setReuseAddress(true);
        server.bind(
            new InetSocketAddress(InetAddress.ofLiteral(front.address()), front.port()), BACKLOG);
      } catch (IOException e) {
        server.close();
        throw e;
      }
      var door = new Door(server, targets);
      Thread.ofVirtual().name("service-" + front).start(door::listen);
      return door;
    }

    private void listen() {
      while (!server.isClosed()) {
        try {
          var client = server.accept();
          Thread.ofVirtual().name("service-connection").start(() -> pass(client));
        } catch (IOException e) {
          LOG.debug("nothing more comes in at {}", server, e);
        }
      }
    }

    private void pass(Socket client) {
      try (client;
          var endpoint = connect()) {
        var back = Thread.ofVirtual().name("service-answer").start(() -> copy(endpoint, client));
        copy(client, endpoint);
        back.join();
      } catch (IOException e) {
        LOG.debug("a connection to {} came to nothing", server, e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    /** A connection to one of the endpoints, beginning with any. */
    private Socket connect() throws IOException {
      var all = new ArrayList<>(targets);
      java.util.Collections.rotate(all, ThreadLocalRandom.current().nextInt(all.size()));
      var failure = new IOException("no endpoint takes a connection");
      for (var target : all) {
        var socket = new Socket();
        try {
          socket.connect(target, CONNECT_MILLIS);
          return socket;
        } catch (IOException e) {
          socket.close();
          failure.addSuppressed(e);
        }
      }
      throw failure;
    }

    /** Copies one way until its end, which the other side is told. */
    private static void copy(Socket from, Socket to) {
      try {
        from.getInputStream().transferTo(to.getOutputStream());
        to.shutdownOutput();
      } catch (IOException e) {
        LOG.debug("a connection was cut", e);
        closeQuietly(from);
        closeQuietly(to);
      }
    }

    private static void closeQuietly(Socket socket) {
      try {
        socket.close();
      } catch (IOException e) {
        LOG.debug("a socket did not close", e);
      }
    }

    @Override
    public void close() {
      try {
        server.close();
      } catch (IOException e) {
        LOG.warn("a port could not be closed", e);
      }
    }
  }
}
