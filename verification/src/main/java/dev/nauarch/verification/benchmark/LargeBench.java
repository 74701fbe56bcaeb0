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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Clusters of many pods of 3 KB: how their list begins, and what they take in memory. */
final class LargeBench {

  private static final int LISTED_PODS = 50_000;
  private static final int KEPT_PODS = 100_000;
  private static final int LISTS = 7;

  /** With them a pod has 3 KB as it is stored and served. */
  private static final int VARIABLES = 2;

  /** How much of a list is read before its reader pauses. */
  private static final long PAUSE_AFTER_BYTES = 4L << 20;

  private static final byte[] LIST =
      "GET /api/v1/pods?resourceVersion=0 HTTP/1.1\r\nHost: localhost\r\n\r\n"
          .getBytes(StandardCharsets.US_ASCII);

  private final ProcessUse process;
  private final long pid;
  private final RemoteOptions options;
  private final InetSocketAddress server;
  private long listBytes;

  LargeBench(Cluster cluster) throws IOException {
    this.pid = cluster.pid();
    this.process = ProcessUse.of(pid);
    this.options = cluster.options();
    this.server = new InetSocketAddress(options.server().getHost(), options.server().getPort());
  }

  List<Result> run() throws IOException, InterruptedException {
    create("listed", LISTED_PODS);
    var list = list();
    create("kept", KEPT_PODS - LISTED_PODS);
    return List.of(list, memory());
  }

  private void create(String name, int count) throws IOException {
    var requests = ApiBench.podCreation(name, VARIABLES);
    try (var load = new Load(server, TlsContext.of(options), Load.Shape.HTTP1, requests, 201)) {
      load.complete(count);
    }
  }

  private Result list() throws IOException, InterruptedException {
    var first = new Latencies();
    var whole = new Latencies();
    var before = process.cpuSeconds();
    for (var i = 0; i < LISTS; i++) {
      read(Long.MAX_VALUE, first, whole).close();
    }
    var cpu = (process.cpuSeconds() - before) / LISTS;
    var atRest = HeapUse.reachableMegabytes(pid);
    var half = read(PAUSE_AFTER_BYTES, new Latencies(), new Latencies());
    var during = HeapUse.reachableMegabytes(pid);
    half.close();
    var setting = new LinkedHashMap<String, Object>();
    setting.put("pods", LISTED_PODS);
    setting.put("object_bytes", listBytes / LISTED_PODS);
    setting.put("lists", LISTS);
    var numbers = new LinkedHashMap<String, Double>();
    numbers.put("first_byte_ms", first.milliseconds(0.5));
    numbers.put("whole_ms", whole.milliseconds(0.5));
    numbers.put("server_cpu_ms", (double) Math.round(cpu * 1e3));
    numbers.put("extra_heap_mb", Math.round((during - atRest) * 10) / 10.0);
    return new Result(
        "api-list",
        setting,
        numbers,
        Map.of("first_byte_ms", Target.atMost(20), "extra_heap_mb", Target.atMost(50)));
  }

  /** Reads a list up to a number of bytes. */
  private TlsChannel read(long bytesMax, Latencies first, Latencies whole) throws IOException {
    var channel = TlsChannel.open(server, TlsContext.of(options), "http/1.1");
    var read = 0L;
    try (var selector = Selector.open()) {
      channel.channel().register(selector, SelectionKey.OP_READ);
      var begin = System.nanoTime();
      channel.write(ByteBuffer.wrap(LIST));
      var isOver = false;
      while (!isOver && read < bytesMax) {
        selector.select();
        selector.selectedKeys().clear();
        var bytes = channel.read();
        if (read == 0 && bytes.hasRemaining()) {
          first.add(System.nanoTime() - begin);
        }
        read += bytes.remaining();
        isOver = endsAnswer(bytes);
        bytes.position(bytes.limit());
        channel.consumed();
      }
      whole.add(System.nanoTime() - begin);
      listBytes = isOver ? read : listBytes;
    }
    return channel;
  }

  /** Whether the chunk without bytes has come, which is the last one. */
  private static boolean endsAnswer(ByteBuffer bytes) {
    var end = bytes.limit();
    return bytes.remaining() >= 5
        && bytes.get(end - 5) == '0'
        && bytes.get(end - 4) == '\r'
        && bytes.get(end - 2) == '\r';
  }

  private Result memory() throws IOException, InterruptedException {
    var setting = new LinkedHashMap<String, Object>();
    setting.put("pods", KEPT_PODS);
    var numbers = new LinkedHashMap<String, Double>();
    numbers.put("heap_mb", HeapUse.reachableMegabytes(pid));
    numbers.put("resident_mb", Math.round(process.residentMegabytes() * 10) / 10.0);
    return new Result("memory", setting, numbers, Map.of("heap_mb", Target.atMost(600)));
  }
}
