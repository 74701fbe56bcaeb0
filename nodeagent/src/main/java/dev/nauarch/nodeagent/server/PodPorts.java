package dev.nauarch.nodeagent.server;

import java.io.IOException;
import java.nio.channels.SocketChannel;

/** Leads to the ports of one pod. */
@FunctionalInterface
interface PodPorts {
  /**
   * Connects to a port.
   *
   * @throws IOException where nobody listens there; the message is for the client
   */
  SocketChannel connect(int port) throws IOException;
}
