package dev.nauarch.apiserver.stream;

import dev.nauarch.apiserver.request.Response;
import java.io.IOException;
import java.net.Socket;

/** An agent's connection after its upgrade. */
final class SocketPeer implements Response.Peer {

  private final Socket socket;

  SocketPeer(Socket socket) {
    this.socket = socket;
  }

  @Override
  public int read(byte[] buffer) throws IOException {
    return socket.getInputStream().read(buffer);
  }

  @Override
  public void write(byte[] buffer, int length) throws IOException {
    socket.getOutputStream().write(buffer, 0, length);
    socket.getOutputStream().flush();
  }

  @Override
  public void endOutput() throws IOException {
    socket.shutdownOutput();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // It is of no use any more either way.
    }
  }
}
