package dev.nauarch.gateway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The ports that the gateway listens on, as its Gateways ask for them. One thread opens them. */
final class Listeners implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

  private final String address;
  private final Server server;
  private final Map<Integer, ServerConnector> connectorByPort = new HashMap<>();

  Listeners(String address, Handler handler) {
    this.address = address;
    var threads = new QueuedThreadPool(16, 2);
    threads.setName("gateway-http");
    threads.setVirtualThreadsExecutor(VirtualThreads.getDefaultVirtualThreadsExecutor());
    this.server = new Server(threads);
    server.setHandler(handler);
    server.setStopTimeout(0);
  }

  /**
   * Listens on these ports and no others.
   *
   * @return what went wrong, by port
   */
  Map<Integer, String> open(List<Integer> ports) {
    connectorByPort.forEach(
        (port, connector) -> {
          if (!ports.contains(port)) {
            stop(connector);
          }
        });
    connectorByPort.keySet().retainAll(ports);
    var failureByPort = new TreeMap<Integer, String>();
    for (var port : ports) {
      if (!connectorByPort.containsKey(port)) {
        try {
          connectorByPort.put(port, start(port));
        } catch (IOException e) {
          failureByPort.put(port, "port " + port + " of " + address + ": " + e.getMessage());
        }
      }
    }
    return failureByPort;
  }

  private ServerConnector start(int port) throws IOException {
    var configuration = new HttpConfiguration();
    configuration.setSendServerVersion(false);
    configuration.setSendDateHeader(true);
    var connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(configuration));
    connector.setHost(address);
    connector.setPort(port);
    connector.setIdleTimeout(300_000);
    connector.open();
    server.addConnector(connector);
    try {
      if (server.isRunning()) {
        connector.start();
      } else {
        server.start();
      }
      return connector;
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("a listener that is open does not start", e);
    }
  }

  private void stop(ServerConnector connector) {
    try {
      server.removeConnector(connector);
      connector.stop();
      connector.close();
    } catch (Exception e) {
      LOG.warn("port {} could not be closed", connector.getPort(), e);
    }
  }

  @Override
  public void close() {
    try {
      server.stop();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (Exception e) {
      throw new IllegalStateException("the gateway's server does not stop", e);
    }
  }
}
