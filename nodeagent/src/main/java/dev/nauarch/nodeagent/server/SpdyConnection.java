package dev.nauarch.nodeagent.server;

import dev.nauarch.nodeagent.server.SpdyFrames.Frame;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/** The server's side of one SPDY connection, whatever carries its bytes. */
final class SpdyConnection {

  private final Wire wire;
  private final SpdyFrames frames = new SpdyFrames();
  private final SpdyStreams streams;
  private final ReentrantLock sending = new ReentrantLock();

  /** What carries the bytes. */
  interface Wire {
    /** Sends bytes, and waits until they have left. */
    void send(byte[] bytes) throws IOException;

    /** Ends the connection once what was sent has left. */
    void close();
  }

  /**
   * @param streams makes what is done with the streams of this connection
   */
  SpdyConnection(Wire wire, Function<SpdyConnection, SpdyStreams> streams) {
    this.wire = wire;
    this.streams = streams.apply(this);
  }

  /**
   * Acts upon what came. Called on one thread.
   *
   * @throws IOException where it is no SPDY; the connection is to be closed then
   */
  void take(byte[] bytes) throws IOException {
    for (var frame : frames.read(bytes)) {
      switch (frame) {
        case Frame.Open(var stream, var headers) -> {
          send(frames.reply(stream));
          streams.opened(stream, headers);
        }
        case Frame.Data(var stream, var isLast, var content) ->
            streams.data(stream, isLast, content);
        case Frame.Reset(var stream) -> streams.reset(stream);
        case Frame.Ping(var id) -> send(SpdyFrames.ping(id));
      }
    }
  }

  /** Sends something on a stream, or ends this half of it, or both. */
  void send(int stream, boolean isLast, byte[] content, int length) throws IOException {
    send(SpdyFrames.data(stream, isLast, content, length));
  }

  private void send(byte[] frame) throws IOException {
    sending.lock();
    try {
      wire.send(frame);
    } finally {
      sending.unlock();
    }
  }

  /** Takes leave. */
  void close() {
    wire.close();
  }

  /** The other side is gone. Called on the thread that takes, as the last call. */
  void closed() {
    streams.closed();
    frames.close();
  }
}
