package dev.nauarch.apiserver.request;

import java.io.IOException;

/** Takes the body of a streamed answer. Used by one thread. */
public interface Sink {

  /**
   * Sends bytes on their way, and blocks until the client's connection has taken them. The caller
   * may use the array again afterwards.
   */
  void send(byte[] bytes, int offset, int length) throws IOException;
}
