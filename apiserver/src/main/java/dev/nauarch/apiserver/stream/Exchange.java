package dev.nauarch.apiserver.stream;

import dev.nauarch.apiserver.request.Response.Header;
import dev.nauarch.apiserver.request.Sink;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLSocket;

/**
 * One request and its answer, over HTTP/1.1 on a connection of its own. The request's body is sent
 * on a thread of its own, so that an answer may begin before it has ended.
 */
public final class Exchange implements AutoCloseable {

  private static final Duration CONNECT_MAX = Duration.ofSeconds(10);
  private static final int HEAD_BYTES_MAX = 256 * 1024;
  private static final int BUFFER_BYTES = 16 * 1024;

  private final Socket socket;
  private final Head head;
  private final InputStream body;

  private Exchange(Socket socket, Head head, InputStream body) {
    this.socket = socket;
    this.head = head;
    this.body = body;
  }

  /** What is answered, up to the body. */
  public record Head(int status, List<Header> headers) {

    /** The first header of a name; empty where there is none. */
    public Optional<String> header(String name) {
      return headers.stream()
          .filter(header -> header.name().equalsIgnoreCase(name))
          .map(Header::value)
          .findFirst();
    }
  }

  /**
   * Sends a request, and waits for the head of its answer.
   *
   * @param answerMax how long to wait for each piece of the answer; zero for any time
   * @throws IOException where the server can't be reached or does not speak HTTP
   */
  public static Exchange begin(Destination to, Outgoing request, Duration answerMax)
      throws IOException {
    var socket = connect(to);
    try {
      socket.setSoTimeout((int) answerMax.toMillis());
      send(socket, request);
      var in = socket.getInputStream();
      var head = head(in);
      while (head.status < 200 && head.status != 101) {
        head = head(in);
      }
      return new Exchange(socket, head, body(in, request.method(), head));
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  /** The head of the answer. */
  public Head head() {
    return head;
  }

  /** The answer's body, which ends where it ends. */
  public InputStream body() {
    return body;
  }

  /** The connection, after the server has agreed to speak something else. */
  SocketPeer peer() {
    return new SocketPeer(socket);
  }

  /** Passes the body on, piece by piece as it comes, and ends the exchange. */
  public void copyTo(Sink sink) throws IOException {
    try (socket) {
      var buffer = new byte[BUFFER_BYTES];
      for (var length = body.read(buffer); length >= 0; length = body.read(buffer)) {
        sink.send(buffer, 0, length);
      }
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // It is of no use any more either way.
    }
  }

  private static Socket connect(Destination to) throws IOException {
    var plain = new Socket();
    try {
      plain.connect(new InetSocketAddress(to.host(), to.port()), (int) CONNECT_MAX.toMillis());
      plain.setTcpNoDelay(true);
      if (to.tls().isEmpty()) {
        return plain;
      }
      var tls = to.tls().get();
      var name = tls.name().isEmpty() ? to.host() : tls.name();
      var socket =
          (SSLSocket) tls.context().getSocketFactory().createSocket(plain, name, to.port(), true);
      if (!tls.name().isEmpty()) {
        var parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
      }
      socket.setSoTimeout((int) CONNECT_MAX.toMillis());
      socket.startHandshake();
      return socket;
    } catch (IOException e) {
      plain.close();
      throw e;
    }
  }

  private static void send(Socket socket, Outgoing request) throws IOException {
    var text = new StringBuilder(request.method()).append(' ').append(request.target());
    text.append(" HTTP/1.1\r\n");
    for (var header : request.headers()) {
      text.append(header.name()).append(": ").append(header.value()).append("\r\n");
    }
    if (request.body().isPresent()) {
      text.append(
          request.length() < 0
              ? "Transfer-Encoding: chunked\r\n"
              : "Content-Length: " + request.length() + "\r\n");
    }
    text.append("\r\n");
    var out = socket.getOutputStream();
    out.write(text.toString().getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
    if (request.body().isPresent()) {
      Thread.ofVirtual().name("request-body").start(() -> sendBody(socket, out, request));
    }
  }

  private static void sendBody(Socket socket, OutputStream out, Outgoing request) {
    var isChunked = request.length() < 0;
    try (var in = request.body().orElseThrow()) {
      var buffer = new byte[BUFFER_BYTES];
      for (var length = in.read(buffer); length >= 0; length = in.read(buffer)) {
        if (length > 0) {
          if (isChunked) {
            out.write((Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
          }
          out.write(buffer, 0, length);
          if (isChunked) {
            out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
          }
          out.flush();
        }
      }
      if (isChunked) {
        out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        out.flush();
      }
    } catch (IOException e) {
      // A body that was cut short must not look whole. Where the server has given up before, its
      // answer, if there is one, was read by then or is lost with the connection.
      if (!socket.isClosed() && !isReset(e)) {
        closeQuietly(socket);
      }
    }
  }

  /** Whether it is the server that takes no more: what it has answered may still be read. */
  private static boolean isReset(IOException e) {
    return e instanceof java.net.SocketException;
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is of no use any more either way.
    }
  }

  private static Head head(InputStream in) throws IOException {
    var first = line(in);
    var parts = first.split(" ", 3);
    if (parts.length < 2 || !parts[0].startsWith("HTTP/1.")) {
      throw new IOException("malformed HTTP response \"" + shortened(first) + "\"");
    }
    var headers = new ArrayList<Header>();
    var left = HEAD_BYTES_MAX;
    for (var line = line(in); !line.isEmpty(); line = line(in)) {
      left -= line.length();
      if (left < 0) {
        throw new IOException("the answer has too long a head");
      }
      var colon = line.indexOf(':');
      if (colon > 0) {
        headers.add(new Header(line.substring(0, colon), line.substring(colon + 1).strip()));
      }
    }
    try {
      return new Head(Integer.parseInt(parts[1]), headers);
    } catch (NumberFormatException e) {
      throw new IOException("malformed HTTP status code \"" + shortened(parts[1]) + "\"", e);
    }
  }

  private static String shortened(String text) {
    return text.length() > 80 ? text.substring(0, 80) + "..." : text;
  }

  private static String line(InputStream in) throws IOException {
    var line = new ByteArrayOutputStream();
    for (var b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("EOF");
      }
      if (line.size() > HEAD_BYTES_MAX) {
        throw new IOException("the answer has too long a head");
      }
      if (b != '\r') {
        line.write(b);
      }
    }
    return line.toString(StandardCharsets.ISO_8859_1);
  }

  private static InputStream body(InputStream in, String method, Head head) throws IOException {
    if (method.equals("HEAD") || head.status == 204 || head.status == 304) {
      return InputStream.nullInputStream();
    }
    if (head.header("Transfer-Encoding").orElse("").equalsIgnoreCase("chunked")) {
      return new ChunkedInput(in);
    }
    var length = head.header("Content-Length");
    try {
      return length.isPresent() ? new BoundedInput(in, Long.parseLong(length.get())) : in;
    } catch (NumberFormatException e) {
      throw new IOException("bad Content-Length \"" + shortened(length.get()) + "\"", e);
    }
  }
}
