package dev.nauarch.apiserver.http;

import dev.nauarch.apiserver.request.RequestHandler;
import java.io.IOException;
import java.time.Duration;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A listening HTTPS server. */
public final class HttpServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);
  private static final Duration IDLE_MAX = Duration.ofMinutes(3);
  private static final int HEADER_BYTES_MAX = 64 * 1024;
  private static final int OUTPUT_BUFFER_BYTES = 32 * 1024;
  private static final int STREAMS_MAX = 1000;
  private static final int RECEIVE_WINDOW_BYTES = 1024 * 1024;

  private final Server server;
  private final ServerConnector connector;
  private final JettyHandler handler;

  private HttpServer(Server server, ServerConnector connector, JettyHandler handler) {
    this.server = server;
    this.connector = connector;
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
    var connector = connector(server, options);
    server.addConnector(connector);
    var handler = new JettyHandler(requests, options.readsInMemory());
    server.setHandler(handler);
    server.setErrorHandler(new PlainErrors());
    try {
      server.start();
    } catch (Exception e) {
      throw new IOException(
          "can't listen on " + options.host() + ":" + options.port() + ": " + e.getMessage(), e);
    }
    return new HttpServer(server, connector, handler);
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
      LOG.warn("The HTTP server did not stop cleanly", e);
    }
    handler.close();
  }

  private static ServerConnector connector(Server server, HttpOptions options) {
    var http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setSendDateHeader(true);
    http.setRequestHeaderSize(HEADER_BYTES_MAX);
    http.setOutputBufferSize(OUTPUT_BUFFER_BYTES);
    http.setUriCompliance(UriCompliance.UNSAFE);
    var http1 = new HttpConnectionFactory(http);
    var http2 = new HTTP2ServerConnectionFactory(http);
    http2.setMaxConcurrentStreams(STREAMS_MAX);
    http2.setInitialSessionRecvWindow(RECEIVE_WINDOW_BYTES);
    http2.setInitialStreamRecvWindow(RECEIVE_WINDOW_BYTES);
    var alpn = new ALPNServerConnectionFactory();
    alpn.setDefaultProtocol(http1.getProtocol());
    var tls = new SslContextFactory.Server();
    tls.setSslContext(options.identity().context());
    tls.setWantClientAuth(true);
    tls.setSniRequired(false);
    var secure = new SslConnectionFactory(tls, alpn.getProtocol());
    var selectors = Math.max(1, Math.min(4, Runtime.getRuntime().availableProcessors() / 2));
    var connector = new ServerConnector(server, 1, selectors, secure, alpn, http2, http1);
    connector.setHost(options.host());
    connector.setPort(options.port());
    connector.setIdleTimeout(IDLE_MAX.toMillis());
    connector.setAcceptQueueSize(1024);
    return connector;
  }
}
