package dev.nauarch.apiserver.webhook;

import dev.nauarch.apiserver.certificates.CertificateAuthority;
import dev.nauarch.apiserver.certificates.CertificateRequest;
import dev.nauarch.apiserver.certificates.Pem;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.client.tls.TlsContexts;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLServerSocket;
import tools.jackson.databind.node.ObjectNode;

/** A webhook for tests: an HTTPS server that answers as it is told, well or badly. */
public final class WebhookServer implements AutoCloseable {

  /** What it does with a request. */
  public sealed interface Reply {

    /** Sends a good answer. */
    record Answer(ObjectNode body) implements Reply {}

    /** Sends these bytes and closes the connection. */
    record Raw(String text) implements Reply {}

    /** Sends nothing until the server is closed. */
    record Silence() implements Reply {}
  }

  /** Decides what to do with a request. */
  public interface Behaviour {

    /** What to do. */
    Reply reply(String path, ObjectNode body);
  }

  private final SSLServerSocket listener;
  private final String authority;
  private final Behaviour behaviour;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
  private final List<ObjectNode> bodies = new CopyOnWriteArrayList<>();
  private final List<String> paths = new CopyOnWriteArrayList<>();

  private WebhookServer(SSLServerSocket listener, String authority, Behaviour behaviour) {
    this.listener = listener;
    this.authority = authority;
    this.behaviour = behaviour;
  }

  /** A server whose certificate has these names. */
  public static WebhookServer start(Behaviour behaviour, String... names)
      throws IOException, GeneralSecurityException {
    var now = Instant.now();
    return start(behaviour, now, names);
  }

  /** The same with a certificate made at a moment. */
  public static WebhookServer start(Behaviour behaviour, Instant made, String... names)
      throws IOException, GeneralSecurityException {
    var own = CertificateAuthority.create("webhooks", made);
    var request = CertificateRequest.server("webhook", List.of(), List.of(names));
    var credential = new CertificateAuthority(own).issue(request, made);
    var identity = new TlsContexts.Identity(List.of(credential.certificate()), credential.key());
    var context = TlsContexts.of(Optional.of(identity), List.of(own.certificate()));
    var listener =
        (SSLServerSocket)
            context
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    var pem = Pem.certificate(own.certificate());
    var server =
        new WebhookServer(
            listener,
            Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.UTF_8)),
            behaviour);
    Thread.ofVirtual().start(server::accept);
    return server;
  }

  /** Where it listens. */
  public int port() {
    return listener.getLocalPort();
  }

  /** The {@code caBundle} that believes it. */
  public String authority() {
    return authority;
  }

  /** A {@code clientConfig} that leads to a path of it. */
  public ObjectNode clientConfig(String path) {
    return Json.object()
        .put("url", "https://127.0.0.1:" + port() + path)
        .put("caBundle", authority);
  }

  /** What was posted. */
  public List<ObjectNode> bodies() {
    return bodies;
  }

  /** To where, with parameters. */
  public List<String> paths() {
    return paths;
  }

  /** How many connections are open or have been. */
  public int connectionCount() {
    return connections.size();
  }

  private void accept() {
    while (true) {
      try {
        var socket = listener.accept();
        connections.add(socket);
        if (closed.getCount() == 0) {
          // It came while the others were closed.
          socket.close();
          return;
        }
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      var in = new BufferedInputStream(socket.getInputStream());
      while (one(in, socket)) {
        // The next request comes on the same connection.
      }
    } catch (SocketException e) {
      // The client has gone.
    } catch (IOException e) {
      // It did not like the certificate.
    }
  }

  private boolean one(InputStream in, Socket socket) throws IOException {
    var first = line(in);
    if (first.isEmpty()) {
      return false;
    }
    var length = 0;
    for (var line = line(in); !line.isEmpty(); line = line(in)) {
      if (line.startsWith("Content-Length: ")) {
        length = Integer.parseInt(line.substring("Content-Length: ".length()));
      }
    }
    var body = Json.read(in.readNBytes(length));
    var target = first.split(" ", -1)[1];
    bodies.add(body);
    paths.add(target);
    var query = target.indexOf('?');
    switch (behaviour.reply(query < 0 ? target : target.substring(0, query), body)) {
      case Reply.Answer(var answer) -> {
        var bytes = Json.write(answer);
        var head =
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
                + bytes.length
                + "\r\n\r\n";
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return true;
      }
      case Reply.Raw(var text) -> {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
        return false;
      }
      case Reply.Silence _ -> {
        await();
        return false;
      }
    }
  }

  private void await() {
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String line(InputStream in) throws IOException {
    var line = new StringBuilder();
    for (var b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
      if (b != '\r') {
        line.append((char) b);
      }
    }
    return line.toString();
  }

  @Override
  public void close() throws IOException {
    closed.countDown();
    listener.close();
    for (var connection : connections) {
      connection.close();
    }
  }
}
