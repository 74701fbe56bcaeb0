package dev.nauarch.apiserver.http;

import dev.nauarch.apiserver.request.RequestHandler;
import java.io.IOException;
import java.time.Duration;
import javax.net.ssl.SSLEngine;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.websocket.server.ServerWebSocketContainer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A listening HTTPS server. */
public final class HttpServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);
  private static final int HEADER_BYTES_MAX = 64 * 1024;
  private static final int OUTPUT_BUFFER_BYTES = 32 * 1024;
  private static final int STREAMS_MAX = 1000;
  private static final int RECEIVE_WINDOW_BYTES = 1024 * 1024;

  static {
    // Jetty would ask JMX, whose start takes longer than that of the rest of Jetty.
    System.setProperty("org.eclipse.jetty.util.referencesPerCacheLine", "16");
  }

  private final Server server;
  private final int port;
  private final JettyHandler handler;

  private HttpServer(Server server, int port, JettyHandler handler) {
    this.server = server;
    this.port = port;
    this.handler = handler;
  }

  /**
   * Starts to listen.
   *
   * @throws IOException when the port can't be had
   */
  public static HttpServer start(HttpOptions options, RequestHandler requests) throws IOException {
    var threads = new QueuedThreadPool(options.threads(), Math.min(4, options.threads()));
    threads.setName("http");
    threads.setReservedThreads(0);
    var server = new Server(threads);
    var tls = secure(options.identity());
    var sockets = ServerWebSocketContainer.ensure(server);
    sockets.setIdleTimeout(Duration.ZERO);
    var handler = new JettyHandler(requests, options.readsInMemory(), sockets);
    server.setHandler(handler);
    server.setErrorHandler(new PlainErrors());
    var port = options.port();
    for (var host : options.hosts()) {
      var connector = connector(server, tls);
      connector.setIdleTimeout(options.patience().toMillis());
      port = listen(connector, host, port);
      server.addConnector(connector);
    }
    try {
      server.start();
    } catch (Exception e) {
      throw new IOException("can't serve on port " + port + ": " + e.getMessage(), e);
    }
    return new HttpServer(server, port, handler);
  }

  /** The port that it listens on. */
  public int port() {
    return port;
  }

  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) {
      LOG.warn("The HTTP server did not stop cleanly", e);
    }
    handler.close();
  }

  /** Opens a port; the one that was got, where any free one was asked for. */
  private static int listen(ServerConnector connector, String host, int port) throws IOException {
    connector.setHost(host);
    connector.setPort(port);
    try {
      connector.open();
    } catch (IOException e) {
      throw new IOException("can't listen on " + host + ":" + port + ": " + e.getMessage(), e);
    }
    return connector.getLocalPort();
  }

  private static SslContextFactory.Server secure(TlsIdentity identity) {
    var tls = new SslContextFactory.Server();
    tls.setSslContext(identity.contextOfServer());
    tls.setWantClientAuth(true);
    tls.setSniRequired(false);
    return tls;
  }

  private static ServerConnector connector(Server server, SslContextFactory.Server tls) {
    var http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setSendDateHeader(true);
    http.setRequestHeaderSize(HEADER_BYTES_MAX);
    http.setMaxResponseHeaderSize(HEADER_BYTES_MAX);
    http.setOutputBufferSize(OUTPUT_BUFFER_BYTES);
    http.setUriCompliance(UriCompliance.UNSAFE);
    var http1 = new HttpConnectionFactory(http);
    var http2 = new HTTP2ServerConnectionFactory(http);
    http2.setMaxConcurrentStreams(STREAMS_MAX);
    http2.setInitialSessionRecvWindow(RECEIVE_WINDOW_BYTES);
    http2.setInitialStreamRecvWindow(RECEIVE_WINDOW_BYTES);
    var alpn = new ALPNServerConnectionFactory();
    alpn.setDefaultProtocol(http1.getProtocol());
    var secure =
        new SslConnectionFactory(tls, alpn.getProtocol()) {
          @Override
          protected SslConnection newSslConnection(
              Connector connector, EndPoint endPoint, SSLEngine engine) {
            return new GatheringConnection(connector, tls, endPoint, engine);
          }
        };
    // Nobody here is chosen by name: clients come by addresses, tunnels and names of their own.
    secure.setEnsureSecureRequestCustomizer(false);
    var selectors = Math.max(1, Math.min(4, Runtime.getRuntime().availableProcessors()));
    var connector = new ServerConnector(server, 1, selectors, secure, alpn, http2, http1);
    connector.setAcceptQueueSize(1024);
    return connector;
  }
}
