package dev.nauarch.nodeagent.server;

import dev.nauarch.nodeagent.spdy.SpdyFrames;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLContext;

/** A client that speaks SPDY on a connection of its own, byte by byte. */
public final class SpdySession implements AutoCloseable {
  private static final int PATIENCE_MS = 10_000;

  private final Socket socket;
  private final DataInputStream in;
  private final SpdyClient spdy = new SpdyClient();
  private final Map<Integer, StringBuilder> texts = new HashMap<>();
  private final Set<Integer> ended = new HashSet<>();

  private SpdySession(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new DataInputStream(socket.getInputStream());
  }

  /**
   * Shakes hands with a server on this machine.
   *
   * @throws IOException with what the server says, where it refuses
   */
  public static SpdySession open(SSLContext tls, int port, String path, String version)
      throws IOException {
    var socket = tls.getSocketFactory().createSocket("127.0.0.1", port);
    socket.setSoTimeout(PATIENCE_MS);
    var session = new SpdySession(socket);
    var head =
        """
        POST %s HTTP/1.1
        Host: localhost
        Connection: Upgrade
        Upgrade: SPDY/3.1
        X-Stream-Protocol-Version: unknown.channel.k8s.io
        X-Stream-Protocol-Version: %s
        Content-Length: 0

        """
            .formatted(path, version);
    socket.getOutputStream().write(head.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII));
    var answer = session.head();
    if (!answer.startsWith("HTTP/1.1 101 ")) {
      var length = answer.replaceAll("(?s).*Content-Length: (\\d+).*", "$1");
      var body = session.in.readNBytes(Integer.parseInt(length));
      throw new IOException(answer + new String(body, StandardCharsets.US_ASCII));
    }
    if (!answer.contains("X-Stream-Protocol-Version: " + version)) {
      throw new IOException(answer);
    }
    return session;
  }

  private String head() throws IOException {
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) in.readUnsignedByte());
    }
    return head.toString();
  }

  /** Opens a stream; what comes back is read later. */
  public void open(int stream, Map<String, String> headers) throws IOException {
    socket.getOutputStream().write(spdy.open(stream, headers));
    texts.put(stream, new StringBuilder());
  }

  /** Sends a text on a stream, which may be its last. */
  public void send(int stream, String text, boolean isLast) throws IOException {
    var bytes = text.getBytes(StandardCharsets.US_ASCII);
    socket.getOutputStream().write(SpdyFrames.data(stream, isLast, bytes, bytes.length));
  }

  /** Reads until the server closes the connection. */
  public void readToEnd() throws IOException {
    try {
      while (true) {
        frame();
      }
    } catch (EOFException e) {
      // That is the end.
    }
  }

  /** Reads until the server has ended a stream. */
  public void readUntil(int stream) throws IOException {
    while (!ended.contains(stream)) {
      frame();
    }
  }

  private void frame() throws IOException {
    var first = in.readInt();
    var second = in.readInt();
    var bytes = in.readNBytes(second & 0xffffff);
    if (first >= 0) {
      texts
          .computeIfAbsent(first, stream -> new StringBuilder())
          .append(new String(bytes, StandardCharsets.UTF_8));
      if (second >>> 24 == 1) {
        ended.add(first);
      }
    }
  }

  /** What came on a stream so far. */
  public String text(int stream) {
    return String.valueOf(texts.get(stream));
  }

  @Override
  public void close() throws IOException {
    spdy.close();
    socket.close();
  }
}
