package dev.nauarch.launcher.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Finds ports that nobody listens on. */
final class Port {
  private static final int TRIES = 1000;

  private Port() {}

  /**
   * The first free port of loopback from one on.
   *
   * @throws IOException where none of the next 1,000 is free
   */
  static int firstFree(int from) throws IOException {
    for (var port = from; port < Math.min(from + TRIES, 65_536); port++) {
      if (isFree(port)) {
        return port;
      }
    }
    throw new IOException("none of the ports from " + from + " on is free");
  }

  private static boolean isFree(int port) {
    try (var socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
