package dev.nauarch.nodeagent.runtime.cri;

import dev.nauarch.client.tls.TlsContexts;
import dev.nauarch.nodeagent.runtime.ChunkStream;
import dev.nauarch.nodeagent.runtime.ExecSession;
import dev.nauarch.nodeagent.spdy.SpdyConnection;
import dev.nauarch.nodeagent.spdy.SpdyStreams;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * A program inside a container, at the page that the runtime serves for it: SPDY with one stream
 * for each of its channels.
 */
final class CriSession implements ExecSession, SpdyStreams, SpdyConnection.Wire {
  private static final Logger LOG = LoggerFactory.getLogger(CriSession.class);
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String PROTOCOL = "v4.channel.k8s.io";
  private static final int BUFFER_BYTES = 32 * 1024;
  private static final int HEAD_BYTES_MAX = 16 * 1024;

  /** How many pieces of output wait for a reader before the program has to. */
  private static final int WAITING_MAX = 64;

  /** The exit code of a program that could not be run, or of which nothing is known. */
  private static final int UNKNOWN = 255;

  private final Socket socket;
  private final SpdyConnection connection = new SpdyConnection(this, self -> this);
  private final Map<String, Integer> streamByType = new LinkedHashMap<>();
  private final LinkedBlockingQueue<byte[]> output = new LinkedBlockingQueue<>(WAITING_MAX);
  private final LinkedBlockingQueue<byte[]> errors = new LinkedBlockingQueue<>(WAITING_MAX);
  private final ByteArrayOutputStream end = new ByteArrayOutputStream();
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile int code = UNKNOWN;

  /**
   * Which channels there are.
   *
   * @param stdin whether there is an input
   * @param tty whether there is a terminal, and so no errors of their own
   */
  record Channels(boolean stdin, boolean tty) {}

  private CriSession(Socket socket) {
    this.socket = socket;
  }

  /**
   * Opens the page.
   *
   * @throws IOException where it can't be had
   */
  static CriSession open(URI page, Channels channels) throws IOException {
    var session = new CriSession(connect(page));
    try {
      session.upgrade(page);
      session.openStreams(channels);
    } catch (IOException e) {
      session.socket.close();
      throw e;
    }
    Thread.ofVirtual().name("cri-session").start(session::read);
    return session;
  }

  private static Socket connect(URI page) throws IOException {
    var isSecret = "https".equals(page.getScheme());
    var port = page.getPort() >= 0 ? page.getPort() : isSecret ? 443 : 80;
    // The page's own address holds the secret that opens it, and the runtime has made it up.
    return isSecret
        ? TlsContexts.believingEverybody(Optional.empty())
            .getSocketFactory()
            .createSocket(page.getHost(), port)
        : new Socket(page.getHost(), port);
  }

  private void upgrade(URI page) throws IOException {
    var path = page.getRawPath() + (page.getRawQuery() == null ? "" : "?" + page.getRawQuery());
    var request =
        """
        POST %s HTTP/1.1\r
        Host: %s\r
        Connection: Upgrade\r
        Upgrade: SPDY/3.1\r
        X-Stream-Protocol-Version: %s\r
        Content-Length: 0\r
        \r
        """
            .formatted(path, page.getAuthority(), PROTOCOL);
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    var head = head();
    if (!head.startsWith("HTTP/1.1 101")) {
      throw new IOException(
          "the runtime does not open the command: " + head.lines().findFirst().orElse("no answer"));
    }
  }

  /** What comes before the first empty line. */
  private String head() throws IOException {
    var head = new ByteArrayOutputStream();
    while (head.size() < HEAD_BYTES_MAX) {
      var next = socket.getInputStream().read();
      if (next < 0) {
        break;
      }
      head.write(next);
      if (next == '\n' && head.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
        break;
      }
    }
    return head.toString(StandardCharsets.US_ASCII);
  }

  private void openStreams(Channels channels) throws IOException {
    open("error");
    if (channels.stdin()) {
      open("stdin");
    }
    open("stdout");
    if (channels.tty()) {
      open("resize");
      errors.add(ChunkStream.END);
    } else {
      open("stderr");
    }
  }

  private void open(String type) throws IOException {
    var stream = 2 * streamByType.size() + 1;
    streamByType.put(type, stream);
    connection.open(stream, Map.of("streamtype", type));
  }

  private boolean isOf(String type, int stream) {
    return streamByType.getOrDefault(type, 0) == stream;
  }

  private void read() {
    var buffer = new byte[BUFFER_BYTES];
    try {
      var in = socket.getInputStream();
      for (var count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        connection.take(Arrays.copyOf(buffer, count));
      }
    } catch (IOException e) {
      LOG.debug("A command's connection to the runtime ended", e);
    } finally {
      connection.closed();
      close();
    }
  }

  @Override
  public void opened(int stream, Map<String, String> headers) throws IOException {
    throw new IOException("the runtime opens a stream, which it has no reason to");
  }

  @Override
  public void data(int stream, boolean isLast, byte[] content) {
    if (isOf("error", stream)) {
      end.writeBytes(content);
      if (isLast) {
        finish();
      }
      return;
    }
    var queue = isOf("stdout", stream) ? output : errors;
    if (content.length > 0) {
      put(queue, content);
    }
    if (isLast) {
      put(queue, ChunkStream.END);
    }
  }

  private static void put(LinkedBlockingQueue<byte[]> queue, byte[] content) {
    try {
      queue.put(content);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Reads how it ended: nothing, a Status, or words. */
  private void finish() {
    var told = end.toString(StandardCharsets.UTF_8);
    try {
      var status = told.isEmpty() ? null : JSON.readTree(told);
      if (status == null || "Success".equals(status.path("status").asString(""))) {
        code = 0;
      } else {
        for (var cause : status.path("details").path("causes")) {
          if ("ExitCode".equals(cause.path("reason").asString(""))) {
            code = Integer.parseInt(cause.path("message").asString(""));
          }
        }
        if (code == UNKNOWN) {
          put(errors, status.path("message").asString("").getBytes(StandardCharsets.UTF_8));
        }
      }
    } catch (JacksonException | NumberFormatException e) {
      LOG.debug("A command ended with words of no known form: {}", told, e);
    }
    ended.countDown();
  }

  @Override
  public void reset(int stream) {
    data(stream, true, new byte[0]);
  }

  @Override
  public void closed() {
    put(output, ChunkStream.END);
    put(errors, ChunkStream.END);
    ended.countDown();
  }

  @Override
  public void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  private void send(String type, boolean isLast, byte[] bytes, int count) throws IOException {
    var stream = streamByType.get(type);
    if (stream != null) {
      connection.send(stream, isLast, bytes, count);
    }
  }

  @Override
  public OutputStream stdin() {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int offset, int count) throws IOException {
        send("stdin", false, Arrays.copyOfRange(bytes, offset, offset + count), count);
      }

      @Override
      public void close() throws IOException {
        send("stdin", true, new byte[0], 0);
      }
    };
  }

  @Override
  public InputStream stdout() {
    return new ChunkStream(output, taken -> {});
  }

  @Override
  public InputStream stderr() {
    return new ChunkStream(errors, taken -> {});
  }

  @Override
  public void resize(int columns, int rows) {
    var size = "{\"Width\":" + columns + ",\"Height\":" + rows + "}";
    var bytes = size.getBytes(StandardCharsets.US_ASCII);
    try {
      send("resize", false, bytes, bytes.length);
    } catch (IOException e) {
      LOG.debug("A terminal was not resized", e);
    }
  }

  @Override
  public OptionalInt await(Duration timeout) throws InterruptedException {
    return ended.await(timeout.toMillis(), TimeUnit.MILLISECONDS)
        ? OptionalInt.of(code)
        : OptionalInt.empty();
  }

  @Override
  public void close() {
    output.clear();
    errors.clear();
    try {
      socket.close();
    } catch (IOException e) {
      LOG.debug("A connection to the runtime did not close", e);
    }
  }
}
