package dev.nauarch.apiserver.webhook;

import dev.nauarch.apiserver.stream.ChunkedInput;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** One connection to a webhook, which carries one request after the other. Used by one thread. */
final class WebhookConnection implements Closeable {

  /** Patches and converted objects are text of objects, which the store bounds far below this. */
  static final int ANSWER_BYTES_MAX = 16 * 1024 * 1024;

  private static final int HEAD_BYTES_MAX = 64 * 1024;

  private final Socket plain;
  private @Nullable SSLSocket secure;
  private InputStream in = InputStream.nullInputStream();
  private boolean hasBegun;

  WebhookConnection() {
    this.plain = new Socket();
  }

  /**
   * What came back.
   *
   * @param status HTTP's code
   * @param mediaType what the body is
   * @param body the body
   * @param isLast whether the connection ends with it
   */
  record HttpAnswer(int status, String mediaType, byte[] body, boolean isLast) {}

  /** Whether the answer to the last request has begun to come. */
  boolean hasBegun() {
    return hasBegun;
  }

  /** Opens it; {@code host} is the name that the certificate must have. */
  void open(InetSocketAddress address, WebhookAddress to, SSLContext tls) throws IOException {
    if (address.isUnresolved()) {
      throw new IOException("dial tcp: lookup " + address.getHostString() + ": no such host");
    }
    try {
      plain.connect(address);
    } catch (IOException e) {
      throw new UnreachableException(address, e);
    }
    plain.setTcpNoDelay(true);
    var socket = (SSLSocket) tls.getSocketFactory().createSocket(plain, to.host(), to.port(), true);
    var parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    parameters.setApplicationProtocols(new String[] {"http/1.1"});
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    secure = socket;
    in = new BufferedInputStream(socket.getInputStream());
  }

  /** The other end can't be reached at all, so that another may be tried. */
  static final class UnreachableException extends IOException {
    private static final long serialVersionUID = 1L;

    private UnreachableException(InetSocketAddress address, IOException cause) {
      super("dial tcp " + text(address) + ": connect: " + reason(cause), cause);
    }

    private static String text(InetSocketAddress address) {
      return address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    private static String reason(IOException cause) {
      var message = String.valueOf(cause.getMessage());
      return message.toLowerCase(Locale.ROOT).replace(" (connection refused)", "");
    }
  }

  /** Sends a request and reads the answer. */
  HttpAnswer exchange(String target, String authority, byte[] body) throws IOException {
    var socket = secure;
    if (socket == null) {
      throw new IllegalStateException("the connection is not open");
    }
    var head =
        "POST "
            + target
            + " HTTP/1.1\r\nHost: "
            + authority
            + "\r\nUser-Agent: kube-apiserver-admission\r\nContent-Type: application/json\r\n"
            + "Accept: application/json, */*\r\nContent-Length: "
            + body.length
            + "\r\n\r\n";
    var out = socket.getOutputStream();
    var headBytes = head.getBytes(StandardCharsets.ISO_8859_1);
    var whole = java.util.Arrays.copyOf(headBytes, headBytes.length + body.length);
    System.arraycopy(body, 0, whole, headBytes.length, body.length);
    out.write(whole);
    out.flush();
    hasBegun = false;
    return answer();
  }

  private HttpAnswer answer() throws IOException {
    var first = line();
    var parts = first.split(" ", 3);
    if (parts.length < 2 || !parts[0].startsWith("HTTP/1.") || !isCode(parts[1])) {
      throw new IOException(
          "net/http: HTTP/1.x transport connection broken: malformed HTTP"
              + " response \""
              + first
              + "\"");
    }
    var headers = headers();
    var status = Integer.parseInt(parts[1]);
    if (status < 200 && status != 101) {
      return answer();
    }
    var isLast =
        parts[0].equals("HTTP/1.0")
            || headers.getOrDefault("connection", "").equalsIgnoreCase("close");
    var isChunked = headers.getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked");
    var length = length(headers.getOrDefault("content-length", ""));
    var mediaType = headers.getOrDefault("content-type", "");
    if (isChunked) {
      return new HttpAnswer(status, mediaType, bounded(new ChunkedInput(in)), isLast);
    }
    if (length < 0) {
      return new HttpAnswer(status, mediaType, bounded(in), true);
    }
    if (length > ANSWER_BYTES_MAX) {
      throw tooLarge();
    }
    var body = in.readNBytes((int) length);
    if (body.length < length) {
      throw new EOFException("unexpected EOF");
    }
    return new HttpAnswer(status, mediaType, body, isLast);
  }

  private static boolean isCode(String text) {
    return text.length() == 3 && text.chars().allMatch(Character::isDigit);
  }

  private Map<String, String> headers() throws IOException {
    var headers = new HashMap<String, String>();
    var bytes = 0;
    for (var line = line(); !line.isEmpty(); line = line()) {
      bytes += line.length();
      if (bytes > HEAD_BYTES_MAX) {
        throw new IOException("net/http: server response headers exceeded 65536 bytes; aborted");
      }
      var colon = line.indexOf(':');
      if (colon > 0) {
        headers.put(
            line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
      }
    }
    return headers;
  }

  private static long length(String text) throws IOException {
    if (text.isEmpty()) {
      return -1;
    }
    if (text.length() > 18 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw new IOException("bad Content-Length \"" + text + "\"");
    }
    return Long.parseLong(text);
  }

  private static byte[] bounded(InputStream body) throws IOException {
    var bytes = body.readNBytes(ANSWER_BYTES_MAX + 1);
    if (bytes.length > ANSWER_BYTES_MAX) {
      throw tooLarge();
    }
    return bytes;
  }

  private static IOException tooLarge() {
    return new IOException("the answer has more than " + ANSWER_BYTES_MAX + " bytes");
  }

  private String line() throws IOException {
    var line = new ByteArrayOutputStream();
    for (var b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("EOF");
      }
      hasBegun = true;
      if (line.size() > HEAD_BYTES_MAX) {
        throw new IOException("net/http: server response headers exceeded 65536 bytes; aborted");
      }
      if (b != '\r') {
        line.write(b);
      }
    }
    return line.toString(StandardCharsets.ISO_8859_1);
  }

  /** Ends it, whatever another thread is doing with it: what lies below TLS is closed. */
  @Override
  public void close() {
    try {
      plain.close();
    } catch (IOException e) {
      // It is of no use any more either way.
    }
  }
}
