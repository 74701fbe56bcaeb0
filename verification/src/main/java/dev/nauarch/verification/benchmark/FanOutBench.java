package dev.nauarch.verification.benchmark;

import dev.nauarch.client.remote.RemoteOptions;
import dev.nauarch.client.remote.TlsContext;
import dev.nauarch.verification.benchmark.Result.Target;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;

/** Many watchers over HTTPS, all of which see every write. */
final class FanOutBench implements AutoCloseable {

  private static final int WATCHERS = 500;
  private static final int WRITES_PER_SECOND = 200;
  private static final int OBJECTS = 200;
  private static final int OBJECT_BYTES = 1024;
  private static final double IN_TIME_MS = 250;
  private static final Duration READ_ON = Duration.ofMillis(10);
  private static final Duration LAST_EVENTS = Duration.ofSeconds(2);
  private static final String NAMESPACE = "/api/v1/namespaces/fanout";

  private final ProcessUse server;
  private final RemoteOptions options;
  private final Duration warmUp;
  private final Duration measured;
  private final JsonRequests writer;
  private final Selector selector = Selector.open();
  private final Latencies lags = new Latencies();
  private final AtomicLong writes = new AtomicLong();

  /** What one watcher reads: the time of the write stands in each object behind a mark. */
  private final class Watcher {
    private static final String MARK = "\"at\":\"";
    private static final int DIGITS = 19;

    private final TlsChannel channel;
    private int matched;
    private int digits;
    private long at;

    Watcher(TlsChannel channel) {
      this.channel = channel;
    }

    void read() throws IOException {
      var bytes = channel.read();
      var now = System.nanoTime();
      while (bytes.hasRemaining()) {
        see((char) bytes.get(), now);
      }
      channel.consumed();
    }

    private void see(char letter, long now) {
      if (matched == MARK.length()) {
        at = at * 10 + letter - '0';
        digits++;
        if (digits == DIGITS) {
          lags.add(now - at);
          matched = 0;
          digits = 0;
          at = 0;
        }
      } else if (letter == MARK.charAt(matched)) {
        matched++;
      } else {
        matched = letter == MARK.charAt(0) ? 1 : 0;
      }
    }
  }

  FanOutBench(Cluster cluster, Duration warmUp, Duration measured) throws IOException {
    this.server = ProcessUse.of(cluster.pid());
    this.options = cluster.options();
    this.warmUp = warmUp;
    this.measured = measured;
    this.writer = new JsonRequests(options);
  }

  List<Result> run() throws IOException, InterruptedException {
    writer.send("POST", "/api/v1/namespaces", "{\"metadata\":{\"name\":\"fanout\"}}");
    for (var i = 0; i < OBJECTS; i++) {
      writer.send("POST", NAMESPACE + "/configmaps", map(i));
    }
    open();
    during(warmUp);
    lags.clear();
    writes.set(0);
    var before = server.cpuSeconds();
    var begin = System.nanoTime();
    during(measured);
    var cores = (server.cpuSeconds() - before) / ((System.nanoTime() - begin) / 1e9);
    read(LAST_EVENTS);
    return List.of(result(cores));
  }

  private Result result(double cores) {
    var setting = new LinkedHashMap<String, Object>();
    setting.put("watchers", WATCHERS);
    setting.put("writes_per_second", WRITES_PER_SECOND);
    setting.put("object_bytes", OBJECT_BYTES);
    setting.put("measured_s", measured.toSeconds());
    var expected = (double) writes.get() * WATCHERS;
    var events = lags.count();
    var inTime = lags.countUpTo((long) (IN_TIME_MS * 1e6));
    var numbers = new LinkedHashMap<String, Double>();
    numbers.put("events_per_second", (double) Math.round(events / (double) measured.toSeconds()));
    numbers.put("in_time_percent", Math.round(inTime / expected * 1e4) / 100.0);
    numbers.put("median_ms", lags.milliseconds(0.5));
    numbers.put("p99_ms", lags.milliseconds(0.99));
    numbers.put("max_ms", lags.milliseconds(1));
    numbers.put("server_cores", Math.round(cores * 100) / 100.0);
    numbers.put(
        "server_cpu_us", Math.round(cores * measured.toNanos() / 1e3 / events * 100) / 100.0);
    return new Result(
        "api-fanout",
        setting,
        numbers,
        Map.of(
            "in_time_percent", Target.atLeast(99),
            "median_ms", Target.atMost(30),
            "max_ms", Target.atMost(250),
            "server_cores", Target.atMost(0.8)));
  }

  private void open() throws IOException {
    var address = new InetSocketAddress(options.server().getHost(), options.server().getPort());
    var tls = TlsContext.of(options);
    var request =
        ("GET "
                + NAMESPACE
                + "/configmaps?watch=1&sendInitialEvents=false"
                + "&resourceVersionMatch=NotOlderThan HTTP/1.1\r\nHost: localhost\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII);
    for (var i = 0; i < WATCHERS; i++) {
      var channel = TlsChannel.open(address, tls, "http/1.1");
      channel.write(ByteBuffer.wrap(request));
      channel.channel().register(selector, SelectionKey.OP_READ, new Watcher(channel));
    }
  }

  /** Reads on this thread while another one writes. */
  private void during(Duration duration) throws IOException {
    var end = System.nanoTime() + duration.toNanos();
    var writing = CompletableFuture.runAsync(() -> writeUntil(end));
    read(duration);
    // A writer that is late goes on until it has written everything.
    while (!writing.isDone()) {
      read(READ_ON);
    }
    try {
      writing.join();
    } catch (CompletionException e) {
      throw new IOException("a write failed", e);
    }
  }

  private void read(Duration duration) throws IOException {
    var end = System.nanoTime() + duration.toNanos();
    while (System.nanoTime() < end) {
      selector.select(10);
      for (var key : selector.selectedKeys()) {
        ((Watcher) key.attachment()).read();
      }
      selector.selectedKeys().clear();
    }
  }

  private void writeUntil(long end) {
    var pause = Duration.ofSeconds(1).dividedBy(WRITES_PER_SECOND).toNanos();
    var next = System.nanoTime();
    try {
      for (var i = 0; next < end; i = (i + 1) % OBJECTS) {
        var wait = next - System.nanoTime();
        if (wait > 0) {
          Thread.sleep(Duration.ofNanos(wait));
        }
        next += pause;
        writer.send("PUT", NAMESPACE + "/configmaps/map-" + i, map(i));
        writes.incrementAndGet();
      }
    } catch (IOException e) {
      throw new CompletionException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String map(int number) {
    var head =
        "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"map-%d\"},"
                .formatted(number)
            + "\"data\":{\"at\":\"%019d\",\"text\":\"".formatted(System.nanoTime());
    return head + "x".repeat(OBJECT_BYTES - head.length() - 3) + "\"}}";
  }

  @Override
  public void close() throws IOException {
    for (var key : selector.keys()) {
      ((Watcher) key.attachment()).channel.close();
    }
    selector.close();
    writer.close();
  }
}
