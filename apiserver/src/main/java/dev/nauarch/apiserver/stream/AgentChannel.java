package dev.nauarch.apiserver.stream;

import dev.nauarch.api.ApiException;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.request.Request;
import dev.nauarch.apiserver.request.Response;
import dev.nauarch.apiserver.request.Sink;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * HTTP/1.1 to an agent on a connection of its own, which ends with the answer. Small on purpose: a
 * request without a body, an answer that is a stream of bytes or an upgrade.
 */
final class AgentChannel {

  private static final Duration CONNECT_MAX = Duration.ofSeconds(5);
  private static final int HEAD_BYTES_MAX = 64 * 1024;
  private static final int ERROR_BYTES_MAX = 64 * 1024;
  private static final int BUFFER_BYTES = 16 * 1024;

  private final SSLContext tls;

  AgentChannel(SSLContext tls) {
    this.tls = tls;
  }

  /** What an agent answered, up to the body. */
  private record Head(int status, List<Response.Header> headers) {

    Optional<String> header(String name) {
      return headers.stream()
          .filter(header -> header.name().equalsIgnoreCase(name))
          .map(Response.Header::value)
          .findFirst();
    }
  }

  /** A GET whose answer is streamed on. */
  Response read(AgentAddress agent, String path) {
    var socket = open(agent);
    try {
      send(socket, agent, path, List.of());
      var in = socket.getInputStream();
      var head = head(in);
      var body = body(in, head);
      if (head.status != 200) {
        throw refused(head, body);
      }
      return new Response.Streamed(
          200,
          head.header("Content-Type").orElse("text/plain"),
          sink -> copy(socket, body, sink),
          List.of());
    } catch (IOException e) {
      close(socket);
      throw AgentAddress.unreachable("the node's agent ended the connection: " + e.getMessage());
    } catch (ApiException e) {
      close(socket);
      throw e;
    }
  }

  /** A GET that is answered by an upgrade, after which bytes go to and fro. */
  Response upgrade(AgentAddress agent, String path, Request request) {
    var wanted = request.headers().first("Upgrade");
    if (wanted.isEmpty()) {
      throw ApiException.badRequest("Upgrade request required");
    }
    var socket = open(agent);
    try {
      send(socket, agent, path, upgradeHeaders(request));
      var in = socket.getInputStream();
      var head = head(in);
      if (head.status != 101) {
        throw refused(head, body(in, head));
      }
      var headers = head.headers.stream().filter(header -> isOfUpgrade(header.name())).toList();
      return new Response.Upgraded(headers, new SocketPeer(socket));
    } catch (IOException e) {
      close(socket);
      throw AgentAddress.unreachable("the node's agent ended the connection: " + e.getMessage());
    } catch (ApiException e) {
      close(socket);
      throw e;
    }
  }

  private SSLSocket open(AgentAddress agent) {
    var plain = new Socket();
    try {
      plain.connect(
          new InetSocketAddress(agent.host(), agent.port()), (int) CONNECT_MAX.toMillis());
      plain.setTcpNoDelay(true);
      var socket =
          (SSLSocket) tls.getSocketFactory().createSocket(plain, agent.host(), agent.port(), true);
      var parameters = socket.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      return socket;
    } catch (IOException e) {
      close(plain);
      throw AgentAddress.unreachable(
          "the agent at " + agent.authority() + " can't be reached: " + e.getMessage());
    }
  }

  private static void send(
      Socket socket, AgentAddress agent, String path, List<Response.Header> headers)
      throws IOException {
    var text = new StringBuilder();
    text.append("GET ").append(path).append(" HTTP/1.1\r\nHost: ").append(agent.authority());
    text.append("\r\n");
    for (var header : headers) {
      text.append(header.name()).append(": ").append(header.value()).append("\r\n");
    }
    if (headers.isEmpty()) {
      text.append("Connection: close\r\n");
    }
    text.append("\r\n");
    socket.getOutputStream().write(text.toString().getBytes(StandardCharsets.ISO_8859_1));
    socket.getOutputStream().flush();
  }

  private static List<Response.Header> upgradeHeaders(Request request) {
    var headers = new ArrayList<Response.Header>();
    headers.add(new Response.Header("Connection", "Upgrade"));
    for (var name : request.headers().names()) {
      if (isOfUpgrade(name)) {
        for (var value : request.headers().all(name)) {
          headers.add(new Response.Header(name, value));
        }
      }
    }
    return headers;
  }

  private static boolean isOfUpgrade(String name) {
    var lower = name.toLowerCase(Locale.ROOT);
    return lower.equals("upgrade")
        || lower.startsWith("sec-websocket-")
        || lower.startsWith("x-stream-protocol-version");
  }

  private static Head head(InputStream in) throws IOException {
    var first = line(in);
    var parts = first.split(" ", 3);
    if (parts.length < 2 || !parts[0].startsWith("HTTP/1.")) {
      throw new IOException("the agent does not speak HTTP: " + first);
    }
    var headers = new ArrayList<Response.Header>();
    for (var line = line(in); !line.isEmpty(); line = line(in)) {
      var colon = line.indexOf(':');
      if (colon > 0) {
        headers.add(
            new Response.Header(line.substring(0, colon), line.substring(colon + 1).strip()));
      }
    }
    return new Head(Integer.parseInt(parts[1]), headers);
  }

  private static String line(InputStream in) throws IOException {
    var line = new ByteArrayOutputStream();
    for (var b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("the agent closed the connection");
      }
      if (line.size() > HEAD_BYTES_MAX) {
        throw new IOException("the agent's answer has too long a head");
      }
      if (b != '\r') {
        line.write(b);
      }
    }
    return line.toString(StandardCharsets.ISO_8859_1);
  }

  private static InputStream body(InputStream in, Head head) {
    if (head.header("Transfer-Encoding").orElse("").equalsIgnoreCase("chunked")) {
      return new ChunkedInput(in);
    }
    var length = head.header("Content-Length").map(Long::parseLong);
    return length.isPresent() ? new BoundedInput(in, length.get()) : in;
  }

  private static ApiException refused(Head head, InputStream body) throws IOException {
    var bytes = body.readNBytes(ERROR_BYTES_MAX);
    var message = new String(bytes, StandardCharsets.UTF_8).strip();
    var status = Json.parse(bytes);
    if (status.isPresent() && Json.text(status.get(), "kind").equals("Status")) {
      message = Json.text(status.get(), "message");
    }
    var reason =
        switch (head.status) {
          case 400 -> ApiException.Reason.BAD_REQUEST;
          case 401, 403 -> ApiException.Reason.FORBIDDEN;
          case 404 -> ApiException.Reason.NOT_FOUND;
          default -> ApiException.Reason.INTERNAL_ERROR;
        };
    return new ApiException(reason, message, ApiException.Details.NONE);
  }

  private static void copy(Socket socket, InputStream body, Sink sink) throws IOException {
    try (socket) {
      var buffer = new byte[BUFFER_BYTES];
      for (var length = body.read(buffer); length >= 0; length = body.read(buffer)) {
        sink.send(buffer, 0, length);
      }
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is of no use any more either way.
    }
  }
}
