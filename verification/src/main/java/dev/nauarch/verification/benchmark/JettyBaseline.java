package dev.nauarch.verification.benchmark;

import dev.nauarch.client.remote.RemoteOptions;
import dev.nauarch.client.remote.RemoteOptions.Credentials;
import dev.nauarch.client.remote.TlsContext;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * The HTTP server library alone: answers every request from memory with the same bytes. What it
 * reaches is what an API server on it could reach at most.
 */
final class JettyBaseline {

  private static final int THREADS = 16;

  private JettyBaseline() {}

  /**
   * Serves until its input ends; prints a line when it listens.
   *
   * @param words the folder of the certificates, the file of the answer, the port
   */
  public static void main(String... words) throws Exception {
    var answer = Files.readAllBytes(Path.of(words[1]));
    var server = new Server(new QueuedThreadPool(THREADS));
    server.setHandler(new Answer(answer));
    server.addConnector(connector(server, context(Path.of(words[0])), Integer.parseInt(words[2])));
    server.start();
    System.out.println("serving");
    while (System.in.read() >= 0) {
      // Serves.
    }
    server.stop();
  }

  private static SSLContext context(Path pki) throws IOException {
    var own =
        new Credentials.Certificate(
            Files.readString(pki.resolve("apiserver.crt")),
            Files.readString(pki.resolve("apiserver.key")));
    var authority = Files.readString(pki.resolve("ca.crt"));
    return TlsContext.of(RemoteOptions.of(URI.create("https://localhost"), authority, own));
  }

  private static ServerConnector connector(Server server, SSLContext context, int port) {
    var tls = new SslContextFactory.Server();
    tls.setSslContext(context);
    tls.setWantClientAuth(true);
    tls.setSniRequired(false);
    var http = new HttpConfiguration();
    http.setSendServerVersion(false);
    var http1 = new HttpConnectionFactory(http);
    var alpn = new ALPNServerConnectionFactory();
    alpn.setDefaultProtocol(http1.getProtocol());
    var secure = new SslConnectionFactory(tls, alpn.getProtocol());
    var connector =
        new ServerConnector(
            server, 1, 2, secure, alpn, new HTTP2ServerConnectionFactory(http), http1);
    connector.setHost("127.0.0.1");
    connector.setPort(port);
    return connector;
  }

  private static final class Answer extends Handler.Abstract.NonBlocking {
    private final byte[] bytes;

    Answer(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
      response.setStatus(200);
      response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
      response.getHeaders().put(HttpHeader.CONTENT_LENGTH, bytes.length);
      response.write(true, ByteBuffer.wrap(bytes), callback);
      return true;
    }
  }
}
