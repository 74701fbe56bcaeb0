package dev.nauarch.nodeagent.server;

import dev.nauarch.nodeagent.NodeAgentOptions;
import dev.nauarch.nodeagent.pod.PodWorkers;
import dev.nauarch.nodeagent.runtime.ContainerRuntime;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.websocket.server.ServerWebSocketContainer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The agent's HTTPS server; only the API server and administrators may ask it anything. */
public final class AgentServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AgentServer.class);
  private static final int THREADS_MAX = 16;
  private static final long MESSAGE_BYTES_MAX = 4L << 20;
  private static final Duration IDLE_MAX = Duration.ofHours(4);

  private final Server server;
  private final ServerConnector connector;
  private final SslContextFactory.Server tls;

  private AgentServer(Server server, ServerConnector connector, SslContextFactory.Server tls) {
    this.server = server;
    this.connector = connector;
    this.tls = tls;
  }

  /** Starts to answer. */
  public static AgentServer start(
      NodeAgentOptions options, PodWorkers workers, ContainerRuntime runtime) throws IOException {
    var threads = new QueuedThreadPool(THREADS_MAX, 4);
    threads.setName("agent-server");
    threads.setDaemon(true);
    threads.setVirtualThreadsExecutor(Executors.newVirtualThreadPerTaskExecutor());
    var server = new Server(threads);
    var http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.addCustomizer(new SecureRequestCustomizer(false));
    var plain = new HttpConnectionFactory(http);
    var tls = new SslContextFactory.Server();
    tls.setSslContext(options.serverTls());
    tls.setNeedClientAuth(true);
    var secure = new SslConnectionFactory(tls, plain.getProtocol());
    var connector = new ServerConnector(server, 1, 1, secure, plain);
    connector.setHost(options.serverHost());
    connector.setPort(options.serverPort());
    connector.setIdleTimeout(IDLE_MAX.toMillis());
    server.addConnector(connector);
    var sockets = ServerWebSocketContainer.ensure(server);
    sockets.setIdleTimeout(IDLE_MAX);
    sockets.setMaxBinaryMessageSize(MESSAGE_BYTES_MAX);
    sockets.setMaxTextMessageSize(MESSAGE_BYTES_MAX);
    server.setHandler(new AgentHandler(workers, runtime, sockets));
    try {
      server.start();
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("the agent's server did not start", e);
    }
    return new AgentServer(server, connector, tls);
  }

  /** Shows another certificate from the next connection on. */
  public void serveWith(SSLContext context) {
    try {
      tls.reload(factory -> factory.setSslContext(context));
    } catch (Exception e) {
      throw new IllegalArgumentException("the agent can't serve with this certificate", e);
    }
  }

  /** The port that it listens on. */
  public int port() {
    return connector.getLocalPort();
  }

  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) {
      LOG.warn("The agent's server did not stop cleanly", e);
    }
  }
}
