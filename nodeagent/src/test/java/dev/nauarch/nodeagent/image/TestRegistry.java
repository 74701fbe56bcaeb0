package dev.nauarch.nodeagent.image;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/** A registry on loopback that can be told to misbehave. It answers reading, nothing else. */
public final class TestRegistry implements AutoCloseable {
  /** What goes before its usual answers. */
  public interface Mischief {
    /** Whether it has answered. */
    boolean answer(HttpExchange exchange) throws IOException;
  }

  /** One that does nothing. */
  public static final Mischief NONE = exchange -> false;

  private final HttpServer server;
  private final Map<String, TestImage> imageByName = new ConcurrentHashMap<>();
  private final Map<String, byte[]> blobs = new ConcurrentHashMap<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private volatile Mischief mischief = NONE;

  /** Starts one. */
  public TestRegistry() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::answer);
    server.start();
  }

  /** Its name, as it stands before an image's. */
  public String name() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  /** Takes an image, by its name without the registry's. */
  public String put(String repository, String tag, TestImage image) {
    imageByName.put(repository + "/" + tag, image);
    imageByName.put(repository + "/" + image.digest(), image);
    blobs.putAll(image.blobs());
    return name() + "/" + repository + ":" + tag;
  }

  /** Misbehaves from now on. */
  public void behave(Mischief next) {
    mischief = next;
  }

  /** What was asked for, as method and path. */
  public List<String> requests() {
    return requests;
  }

  /** The bytes of a blob. */
  public byte[] blob(String digest) {
    return blobs.getOrDefault(digest, new byte[0]);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      var path = exchange.getRequestURI().getPath();
      requests.add(exchange.getRequestMethod() + " " + path);
      if (mischief.answer(exchange)) {
        return;
      }
      var words = path.split("/(manifests|blobs)/", 2);
      var repository = words[0].replaceFirst("^/v2/", "");
      var version = words.length < 2 ? "" : words[1];
      var image = imageByName.get(repository + "/" + version);
      if (path.contains("/manifests/") && image != null) {
        exchange.getResponseHeaders().add("Content-Type", image.mediaType());
        send(exchange, 200, image.manifest());
      } else if (blobs.containsKey(version)) {
        sendBlob(exchange, blobs.get(version));
      } else {
        send(
            exchange,
            404,
            "{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\",\"message\":\"manifest unknown\"}]}"
                .getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  private static void sendBlob(HttpExchange exchange, byte[] bytes) throws IOException {
    var range = exchange.getRequestHeaders().getFirst("Range");
    if (range == null) {
      send(exchange, 200, bytes);
      return;
    }
    var from = Integer.parseInt(range.replaceAll("\\D", ""));
    exchange
        .getResponseHeaders()
        .add("Content-Range", "bytes %d-%d/%d".formatted(from, bytes.length - 1, bytes.length));
    send(exchange, 206, java.util.Arrays.copyOfRange(bytes, from, bytes.length));
  }

  /** Sends an answer. */
  public static void send(HttpExchange exchange, int status, byte[] bytes) throws IOException {
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
