package dev.nauarch.apiserver.audit;

import dev.nauarch.apiserver.request.Response;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;

/** A connection whose end is told once. */
final class AuditedPeer implements Response.Peer {

  private final Response.Peer peer;
  private final Runnable ended;
  private final AtomicBoolean isClosed = new AtomicBoolean();

  AuditedPeer(Response.Peer peer, Runnable ended) {
    this.peer = peer;
    this.ended = ended;
  }

  @Override
  public int read(byte[] buffer) throws IOException {
    return peer.read(buffer);
  }

  @Override
  public void write(byte[] buffer, int length) throws IOException {
    peer.write(buffer, length);
  }

  @Override
  public void endOutput() throws IOException {
    peer.endOutput();
  }

  @Override
  public void close() {
    peer.close();
    if (isClosed.compareAndSet(false, true)) {
      ended.run();
    }
  }
}
