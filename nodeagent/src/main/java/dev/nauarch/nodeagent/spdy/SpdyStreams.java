package dev.nauarch.nodeagent.spdy;

import java.io.IOException;
import java.util.Map;

/** What is done with the streams of one SPDY connection. Called on one thread. */
public interface SpdyStreams {

  /**
   * The client opens a stream.
   *
   * @throws IOException where it may not; the connection is closed then
   */
  void opened(int stream, Map<String, String> headers) throws IOException;

  /** The client sends something on a stream, or ends its half of it, or both. */
  void data(int stream, boolean isLast, byte[] content);

  /** The client gives a stream up. */
  void reset(int stream);

  /** The connection is over. */
  void closed();
}
