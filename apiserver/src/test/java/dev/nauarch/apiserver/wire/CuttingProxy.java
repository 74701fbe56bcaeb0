package dev.nauarch.apiserver.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Passes connections on to a port of this machine, and cuts them all when it is told to. */
final class CuttingProxy implements AutoCloseable {

  private final int target;
  private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger cuts = new AtomicInteger();
  private volatile boolean isDown;

  CuttingProxy(int target) throws IOException {
    this.target = target;
    Thread.ofVirtual().name("cutting-proxy").start(this::accept);
  }

  int port() {
    return listening.getLocalPort();
  }

  /** Cuts every connection, in the middle of whatever it carries. */
  void cut() {
    for (var socket : List.copyOf(open)) {
      if (open.remove(socket)) {
        cuts.incrementAndGet();
        closed(socket);
      }
    }
  }

  /** Cuts every connection, and every new one as it comes. */
  void goDown() {
    isDown = true;
    cut();
  }

  /** Lets connections through again. */
  void comeUp() {
    isDown = false;
  }

  /** How many connections were cut. */
  int cuts() {
    return cuts.get();
  }

  @Override
  public void close() throws IOException {
    listening.close();
    cut();
  }

  private void accept() {
    try {
      while (true) {
        connect(listening.accept());
      }
    } catch (IOException closed) {
      cut();
    }
  }

  private void connect(Socket client) throws IOException {
    open.add(client);
    // After it was added: a cut before sees it here, one that comes now sees it there.
    if (isDown) {
      cut();
      return;
    }
    var server = new Socket(InetAddress.getLoopbackAddress(), target);
    try {
      var in = client.getInputStream();
      var out = client.getOutputStream();
      var forth = server.getOutputStream();
      var back = server.getInputStream();
      Thread.ofVirtual().start(() -> pass(in, forth, client, server));
      Thread.ofVirtual().start(() -> pass(back, out, client, server));
    } catch (SocketException cutMeanwhile) {
      closed(server);
    }
  }

  private void pass(InputStream in, OutputStream out, Socket client, Socket server) {
    try {
      in.transferTo(out);
    } catch (IOException cut) {
      // Either end may have gone; both go then.
    } finally {
      open.remove(client);
      closed(client);
      closed(server);
    }
  }

  private static void closed(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new IllegalStateException("a socket can't be closed", e);
    }
  }
}
