package dev.nauarch.nodeagent.server;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import javax.net.ssl.SSLContext;

/**
 * A WebSocket, byte by byte: the JDK's refuses the name of the protocol for ports, which has a
 * slash.
 */
public final class RawSocket implements AutoCloseable {
  private static final int PATIENCE_MS = 10_000;
  private static final int BINARY = 0x82;
  private static final int MASKED = 0x80;
  private static final int TWO_BYTES = 126;

  private final Socket socket;
  private final DataInputStream in;

  private RawSocket(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new DataInputStream(socket.getInputStream());
  }

  /** Shakes hands with a server on this machine. */
  public static RawSocket open(SSLContext tls, int port, String path, String protocol)
      throws IOException {
    var socket = tls.getSocketFactory().createSocket("127.0.0.1", port);
    socket.setSoTimeout(PATIENCE_MS);
    var raw = new RawSocket(socket);
    var head =
        """
        GET %s HTTP/1.1
        Host: localhost
        Connection: Upgrade
        Upgrade: websocket
        Sec-WebSocket-Version: 13
        Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==
        Sec-WebSocket-Protocol: %s

        """
            .formatted(path, protocol);
    socket.getOutputStream().write(head.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII));
    var answer = raw.head();
    if (!answer.startsWith("HTTP/1.1 101 ")
        || !answer.toLowerCase(Locale.ROOT).contains(protocol.toLowerCase(Locale.ROOT))) {
      throw new IOException(answer);
    }
    return raw;
  }

  private String head() throws IOException {
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) in.readUnsignedByte());
    }
    return head.toString();
  }

  /** Sends a binary message of less than 64 KiB, under a mask of zeros. */
  public void send(byte[] message) throws IOException {
    var frame =
        ByteBuffer.allocate(8 + message.length)
            .put((byte) BINARY)
            .put((byte) (MASKED | TWO_BYTES))
            .putShort((short) message.length)
            .putInt(0)
            .put(message);
    socket.getOutputStream().write(frame.array());
  }

  /** The next message, which must be a binary one of less than 64 KiB. */
  public ByteBuffer receive() throws IOException {
    var type = in.readUnsignedByte();
    var length = in.readUnsignedByte();
    if (type != BINARY || length > TWO_BYTES) {
      throw new IOException("a frame of type " + type + " with length " + length);
    }
    return ByteBuffer.wrap(in.readNBytes(length == TWO_BYTES ? in.readUnsignedShort() : length));
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
