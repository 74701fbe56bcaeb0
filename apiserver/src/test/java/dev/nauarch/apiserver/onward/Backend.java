package dev.nauarch.apiserver.onward;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/** An HTTP/1.1 server on loopback that shows each byte: one request for each connection. */
public final class Backend implements AutoCloseable {

  private final ServerSocket socket;
  private final Page page;
  private final List<Asked> asked = new CopyOnWriteArrayList<>();

  /**
   * A request, up to its body.
   *
   * @param first its first line
   * @param headers its headers, names in small letters, values joined by commas
   * @param peer the subject of the client's certificate; empty for none
   */
  public record Asked(String first, Map<String, String> headers, String peer) {

    /** The header of a name; empty for none. */
    public String header(String name) {
      return headers.getOrDefault(name, "");
    }

    /** Path and query. */
    public String target() {
      return first.split(" ", -1)[1];
    }
  }

  /** Answers requests. */
  @FunctionalInterface
  public interface Page {
    /** Reads what follows the head, and writes the whole answer. */
    void answer(Asked request, InputStream in, OutputStream out) throws IOException;
  }

  private Backend(ServerSocket socket, Page page) {
    this.socket = socket;
    this.page = page;
  }

  /** A server without TLS. */
  public static Backend plain(Page page) throws IOException {
    return start(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), page);
  }

  /** A server with TLS, which asks for certificates and takes requests without. */
  public static Backend secure(SSLContext tls, Page page) throws IOException {
    var socket =
        (SSLServerSocket)
            tls.getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    socket.setWantClientAuth(true);
    return start(socket, page);
  }

  private static Backend start(ServerSocket socket, Page page) {
    var backend = new Backend(socket, page);
    Thread.ofVirtual().start(backend::accept);
    return backend;
  }

  /** The port. */
  public int port() {
    return socket.getLocalPort();
  }

  /** What was asked so far. */
  public List<Asked> asked() {
    return asked;
  }

  /** What was asked last. */
  public Asked last() {
    return asked.getLast();
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        var connection = socket.accept();
        Thread.ofVirtual().start(() -> serve(connection));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      var in = new BufferedInputStream(connection.getInputStream());
      var first = line(in);
      if (first.isEmpty()) {
        return;
      }
      var headers = new LinkedHashMap<String, String>();
      for (var line = line(in); !line.isEmpty(); line = line(in)) {
        var colon = line.indexOf(':');
        headers.merge(
            line.substring(0, colon).toLowerCase(Locale.ROOT),
            line.substring(colon + 1).strip(),
            (a, b) -> a + "," + b);
      }
      var request = new Asked(first, headers, peer(connection));
      asked.add(request);
      page.answer(request, in, connection.getOutputStream());
      connection.getOutputStream().flush();
    } catch (IOException e) {
      // The client has gone; tests look at what it saw.
    }
  }

  private static String peer(Socket connection) {
    try {
      return connection instanceof SSLSocket tls
          ? tls.getSession().getPeerPrincipal().getName()
          : "";
    } catch (SSLPeerUnverifiedException e) {
      return "";
    }
  }

  private static String line(InputStream in) throws IOException {
    var line = new StringBuilder();
    for (var next = in.read(); next != '\n' && next >= 0; next = in.read()) {
      if (next != '\r') {
        line.append((char) next);
      }
    }
    return line.toString();
  }

  /** The body of a request, as far as its headers tell. */
  public static byte[] body(Asked request, InputStream in) throws IOException {
    if (!request.header("transfer-encoding").equals("chunked")) {
      var length = request.header("content-length");
      return in.readNBytes(length.isEmpty() ? 0 : Integer.parseInt(length));
    }
    var body = new java.io.ByteArrayOutputStream();
    for (var size = Integer.parseInt(line(in), 16);
        size > 0;
        size = Integer.parseInt(line(in), 16)) {
      body.write(in.readNBytes(size));
      line(in);
    }
    line(in);
    return body.toByteArray();
  }

  /** Writes a whole answer; headers are lines with their ends. */
  public static void send(OutputStream out, int status, String headers, byte[] body)
      throws IOException {
    var head = "HTTP/1.1 " + status + " Something\r\n" + headers + "Content-Length: " + body.length;
    out.write((head + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
    out.write(body);
  }

  /** Writes a whole answer of text. */
  public static void send(OutputStream out, int status, String headers, String body)
      throws IOException {
    send(out, status, headers, body.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
