package dev.nauarch.apiserver.wire;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1 by hand, so that requests can be wrong in ways that no client library allows. One
 * connection is kept as long as the server keeps it. Used by one thread.
 */
public final class RawHttp implements AutoCloseable {

  private static final int TIMEOUT_MS = 20_000;

  /**
   * What came back.
   *
   * @param headers each as {@code name: value}, the name in lower case
   */
  public record Answer(int status, List<String> headers, byte[] body) {

    /** The values of a header. */
    public List<String> header(String name) {
      var start = name + ": ";
      return headers.stream()
          .filter(line -> line.startsWith(start))
          .map(line -> line.substring(start.length()))
          .toList();
    }

    /** The body as text. */
    public String text() {
      return new String(body, StandardCharsets.UTF_8);
    }
  }

  private final SSLContext tls;
  private final int port;
  private @Nullable Socket kept;

  /** Requests on a port of this machine, with the certificate of this context. */
  public RawHttp(SSLContext tls, int port) {
    this.tls = tls;
    this.port = port;
  }

  /** A connection of one's own, to send anything at all on. */
  public Socket connect() throws IOException {
    return connect(64 * 1024);
  }

  /** The same, of which so many bytes wait to be read at the most. */
  public Socket connect(int receiveBytes) throws IOException {
    var plain = new Socket();
    plain.setReceiveBufferSize(receiveBytes);
    plain.setSoTimeout(TIMEOUT_MS);
    // A body goes out behind its head at once, not when the head was acknowledged.
    plain.setTcpNoDelay(true);
    plain.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    return tls.getSocketFactory().createSocket(plain, "127.0.0.1", port, true);
  }

  /** Sends a request, and waits for the whole answer. */
  public Answer send(String method, String path, Map<String, String> headers, byte[] body)
      throws IOException {
    var reused = kept;
    if (reused != null) {
      try {
        return exchange(reused, method, path, headers, body);
      } catch (IOException closedMeanwhile) {
        close();
      }
    }
    var fresh = connect();
    kept = fresh;
    return exchange(fresh, method, path, headers, body);
  }

  /** Sends a request without a body. */
  public Answer get(String path) throws IOException {
    return send("GET", path, Map.of(), new byte[0]);
  }

  @Override
  public void close() throws IOException {
    var socket = kept;
    kept = null;
    if (socket != null) {
      socket.close();
    }
  }

  private Answer exchange(
      Socket socket, String method, String path, Map<String, String> headers, byte[] body)
      throws IOException {
    try {
      var out = socket.getOutputStream();
      out.write(head(method, path, headers, body.length));
      out.write(body);
      out.flush();
    } catch (IOException refused) {
      // The server may have answered before it had everything.
    }
    var answer = read(new BufferedInputStream(socket.getInputStream()), method);
    if (answer.headers().contains("connection: close")) {
      close();
    }
    return answer;
  }

  /** The lines before a body. */
  static byte[] head(String method, String path, Map<String, String> headers, int length) {
    var head = new StringBuilder();
    head.append(method).append(' ').append(path).append(" HTTP/1.1\r\n");
    head.append("host: 127.0.0.1\r\nuser-agent: test/1\r\n");
    if (length > 0) {
      head.append("content-length: ").append(length).append("\r\n");
    }
    headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Reads one answer. */
  static Answer read(InputStream in, String method) throws IOException {
    var status = line(in).split(" ", -1);
    var headers = new ArrayList<String>();
    var length = 0;
    var isChunked = false;
    for (var line = line(in); !line.isEmpty(); line = line(in)) {
      var colon = line.indexOf(':');
      var name = line.substring(0, colon).toLowerCase(Locale.ROOT);
      headers.add(name + line.substring(colon));
      isChunked |= name.equals("transfer-encoding");
      length = name.equals("content-length") ? Integer.parseInt(line.substring(colon + 2)) : length;
    }
    var body = isChunked ? chunks(in) : in.readNBytes(method.equals("HEAD") ? 0 : length);
    return new Answer(Integer.parseInt(status[1]), headers, body);
  }

  private static byte[] chunks(InputStream in) throws IOException {
    var body = new ByteArrayOutputStream();
    for (var length = size(in); length > 0; length = size(in)) {
      body.writeBytes(in.readNBytes(length));
      line(in);
    }
    line(in);
    return body.toByteArray();
  }

  private static int size(InputStream in) throws IOException {
    return Integer.parseInt(line(in), 16);
  }

  private static String line(InputStream in) throws IOException {
    var line = new StringBuilder();
    var letter = in.read();
    while (letter >= 0 && letter != '\n') {
      if (letter != '\r') {
        line.append((char) letter);
      }
      letter = in.read();
    }
    if (letter < 0) {
      throw new EOFException("the server closed the connection");
    }
    return line.toString();
  }
}
