package dev.nauarch.verification.benchmark;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;

/**
 * One TLS connection that one thread drives: blocking while it opens, non-blocking afterwards, so
 * that a single thread can load a server over many connections at little cost of its own.
 */
final class TlsChannel implements AutoCloseable {

  private static final int BUFFER_BYTES = 128 * 1024;

  private final SocketChannel channel;
  private final SSLEngine engine;
  private final ByteBuffer encrypted = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private final ByteBuffer unsent = ByteBuffer.allocateDirect(BUFFER_BYTES).flip();
  private ByteBuffer plain = ByteBuffer.allocate(BUFFER_BYTES);

  private TlsChannel(SocketChannel channel, SSLEngine engine) {
    this.channel = channel;
    this.engine = engine;
  }

  /**
   * Opens a connection.
   *
   * @param protocol the ALPN name of what will be spoken: {@code http/1.1} or {@code h2}
   */
  static TlsChannel open(InetSocketAddress server, SSLContext context, String protocol)
      throws IOException {
    var channel = SocketChannel.open(server);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    var engine = context.createSSLEngine(server.getHostString(), server.getPort());
    engine.setUseClientMode(true);
    var parameters = engine.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {protocol});
    parameters.setProtocols(new String[] {"TLSv1.3"});
    engine.setSSLParameters(parameters);
    var opened = new TlsChannel(channel, engine);
    opened.shakeHands();
    if (!protocol.equals(engine.getApplicationProtocol())) {
      throw new IOException("the server does not speak " + protocol);
    }
    channel.configureBlocking(false);
    return opened;
  }

  SocketChannel channel() {
    return channel;
  }

  private void shakeHands() throws IOException {
    engine.beginHandshake();
    encrypted.flip();
    var empty = ByteBuffer.allocate(0);
    while (true) {
      switch (engine.getHandshakeStatus()) {
        case NEED_WRAP -> write(empty);
        case NEED_TASK -> runTasks();
        case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
          if (unwrap().getStatus() == Status.BUFFER_UNDERFLOW) {
            fill();
          }
        }
        case FINISHED, NOT_HANDSHAKING -> {
          return;
        }
      }
    }
  }

  private void runTasks() {
    for (var task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
      CompletableFuture.completedFuture(task).thenAccept(Runnable::run).join();
    }
  }

  private void fill() throws IOException {
    encrypted.compact();
    var count = channel.read(encrypted);
    encrypted.flip();
    if (count < 0) {
      throw new IOException("the server closed the connection");
    }
  }

  private javax.net.ssl.SSLEngineResult unwrap() throws IOException {
    var result = engine.unwrap(encrypted, plain);
    if (result.getStatus() == Status.BUFFER_OVERFLOW) {
      var larger = ByteBuffer.allocate(plain.capacity() * 2);
      plain.flip();
      plain = larger.put(plain);
    } else if (result.getStatus() == Status.CLOSED) {
      throw new IOException("the server closed the connection");
    }
    return result;
  }

  /**
   * What has arrived, for reading; {@link #consumed} must follow. Empty where nothing has.
   *
   * @throws IOException the connection ended
   */
  ByteBuffer read() throws IOException {
    fill();
    while (true) {
      var result = unwrap();
      if (result.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
        runTasks();
      } else if (result.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
        write(ByteBuffer.allocate(0));
      } else if (result.getStatus() == Status.BUFFER_UNDERFLOW || !encrypted.hasRemaining()) {
        break;
      }
    }
    return plain.flip();
  }

  /** Keeps what was not read of the last {@link #read}. */
  void consumed() {
    plain.compact();
  }

  /** Encrypts and sends everything; waits where the server does not read. */
  void write(ByteBuffer bytes) throws IOException {
    do {
      unsent.clear();
      var result = engine.wrap(bytes, unsent);
      if (result.getStatus() != Status.OK) {
        throw new IOException("TLS can't send: " + result);
      }
      unsent.flip();
      while (unsent.hasRemaining()) {
        if (channel.write(unsent) == 0) {
          Thread.onSpinWait();
        }
      }
    } while (bytes.hasRemaining());
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
