package dev.nauarch.nodeagent.spdy;

import dev.nauarch.nodeagent.spdy.SpdyFrames.Frame;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/** One side of one SPDY connection, whatever carries its bytes. */
public final class SpdyConnection {

  private final Wire wire;
  private final SpdyFrames frames = new SpdyFrames();
  private final SpdyStreams streams;
  private final ReentrantLock sending = new ReentrantLock();

  /** What carries the bytes. */
  public interface Wire {
    /** Sends bytes, and waits until they have left. */
    void send(byte[] bytes) throws IOException;

    /** Ends the connection once what was sent has left. */
    void close();
  }

  /**
   * @param streams makes what is done with the streams of this connection
   */
  public SpdyConnection(Wire wire, Function<SpdyConnection, SpdyStreams> streams) {
    this.wire = wire;
    this.streams = streams.apply(this);
  }

  /**
   * Acts upon what came. Called on one thread.
   *
   * @throws IOException where it is no SPDY; the connection is to be closed then
   */
  public void take(byte[] bytes) throws IOException {
    for (var frame : frames.read(bytes)) {
      switch (frame) {
        case Frame.Open(var stream, var headers) -> {
          accept(stream);
          streams.opened(stream, headers);
        }
        case Frame.Data(var stream, var isLast, var content) ->
            streams.data(stream, isLast, content);
        case Frame.Reset(var stream) -> streams.reset(stream);
        case Frame.Ping(var id) -> send(SpdyFrames.ping(id));
      }
    }
  }

  /** Frames with headers leave in the order in which they were made. */
  private void accept(int stream) throws IOException {
    sending.lock();
    try {
      wire.send(frames.reply(stream));
    } finally {
      sending.unlock();
    }
  }

  /** Opens a stream; a client's have odd numbers, each greater than the one before. */
  public void open(int stream, Map<String, String> headers) throws IOException {
    sending.lock();
    try {
      wire.send(frames.open(stream, headers));
    } finally {
      sending.unlock();
    }
  }

  /** Sends something on a stream, or ends this half of it, or both. */
  public void send(int stream, boolean isLast, byte[] content, int length) throws IOException {
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
  public void close() {
    wire.close();
  }

  /** The other side is gone. Called on the thread that takes, as the last call. */
  public void closed() {
    streams.closed();
    frames.close();
  }
}
