package dev.nauarch.verification.benchmark;

import dev.nauarch.verification.benchmark.Exchange.Request;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import javax.net.ssl.SSLContext;

/** Sends requests as fast as they are answered, a fixed number in flight, from one thread. */
final class Load implements AutoCloseable {

  private final List<Connection> connections = new ArrayList<>();
  private final Selector selector;
  private final LongFunction<Request> requests;
  private final Latencies latencies = new Latencies();
  private final int expected;
  private long sent;
  private long sentMax = Long.MAX_VALUE;

  private record Connection(TlsChannel channel, Exchange exchange) {}

  /** Which protocol, over how many connections, with how many requests in flight on each. */
  record Shape(String protocol, int connections, int inFlightEach) {
    static final Shape HTTP1 = new Shape("http/1.1", 64, 1);
    static final Shape HTTP2 = new Shape("h2", 4, 16);
  }

  /**
   * What was measured.
   *
   * @param serverMicros CPU time of the server for each request, in microseconds
   * @param clientMicros CPU time of this process for each request, in microseconds
   */
  record Measured(
      double perSecond, double medianMs, double p99Ms, double serverMicros, double clientMicros) {}

  /**
   * Opens the connections.
   *
   * @param requests the request of each number, from 0 on
   * @param expected the status of an answer that counts; any other fails the run
   */
  Load(
      InetSocketAddress server,
      SSLContext tls,
      Shape shape,
      LongFunction<Request> requests,
      int expected)
      throws IOException {
    this.requests = requests;
    this.expected = expected;
    this.selector = Selector.open();
    for (var i = 0; i < shape.connections(); i++) {
      var channel = TlsChannel.open(server, tls, shape.protocol());
      var exchange =
          shape.protocol().equals("h2") ? new Http2Exchange(channel) : new Http1Exchange(channel);
      var connection = new Connection(channel, exchange);
      connections.add(connection);
      channel.channel().register(selector, SelectionKey.OP_READ, connection);
      for (var j = 0; j < shape.inFlightEach(); j++) {
        exchange.send(next());
      }
      exchange.flush();
    }
  }

  private Request next() {
    return requests.apply(sent++);
  }

  /** Loads for a while without measuring, then measures. */
  Measured run(ProcessUse server, Duration warmUp, Duration measured) throws IOException {
    during(warmUp);
    latencies.clear();
    var client = ProcessUse.of(ProcessHandle.current().pid());
    var serverBefore = server.cpuSeconds();
    var clientBefore = client.cpuSeconds();
    var begin = System.nanoTime();
    during(measured);
    var seconds = (System.nanoTime() - begin) / 1e9;
    var count = latencies.count();
    return new Measured(
        Math.round(count / seconds),
        latencies.milliseconds(0.5),
        latencies.milliseconds(0.99),
        micros(server.cpuSeconds() - serverBefore, count),
        micros(client.cpuSeconds() - clientBefore, count));
  }

  /** Sends until a number of requests has been answered. */
  void complete(long count) throws IOException {
    sentMax = count;
    while (latencies.count() < count) {
      selectOnce();
    }
  }

  private static double micros(double seconds, int count) {
    return Math.round(seconds / count * 1e7) / 10.0;
  }

  private void during(Duration duration) throws IOException {
    var end = System.nanoTime() + duration.toNanos();
    while (System.nanoTime() < end) {
      selectOnce();
    }
  }

  private void selectOnce() throws IOException {
    selector.select(1000);
    for (var key : selector.selectedKeys()) {
      serve((Connection) key.attachment());
    }
    selector.selectedKeys().clear();
  }

  private void serve(Connection connection) throws IOException {
    var bytes = connection.channel().read();
    connection
        .exchange()
        .receive(
            bytes,
            (status, sentNanos) -> {
              if (status != expected) {
                throw new IOException("status " + status + " where " + expected + " was expected");
              }
              latencies.add(System.nanoTime() - sentNanos);
              if (sent < sentMax) {
                connection.exchange().send(next());
              }
            });
    connection.exchange().flush();
    connection.channel().consumed();
  }

  @Override
  public void close() throws IOException {
    for (var connection : connections) {
      connection.channel().close();
    }
    selector.close();
  }
}
