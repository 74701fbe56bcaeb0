package dev.nauarch.apiserver.request;

import java.io.IOException;
import java.util.List;

/** The answer to a request. */
public sealed interface Response {

  /**
   * A header of the answer.
   *
   * @param isLasting whether very many answers have the same, so that its encoded form is worth
   *     keeping
   */
  record Header(String name, String value, boolean isLasting) {

    public Header(String name, String value) {
      this(name, value, false);
    }
  }

  /** The HTTP code. */
  int status();

  /** The body's media type. */
  String contentType();

  /** Headers beside the content's own. */
  List<Header> headers();

  /** An answer that is known as a whole. */
  record Full(int status, String contentType, byte[] body, List<Header> headers)
      implements Response {}

  /** An answer that is written bit by bit, on a thread of its own. */
  record Streamed(int status, String contentType, Writer writer, List<Header> headers)
      implements Response {}

  /** The connection is handed over, byte for byte, to another one. */
  record Upgraded(List<Header> headers, Peer peer) implements Response {
    @Override
    public int status() {
      return 101;
    }

    @Override
    public String contentType() {
      return "";
    }
  }

  /** Writes a streamed body. */
  @FunctionalInterface
  interface Writer {

    /** Writes it all; returns when the answer is over. */
    void write(Sink sink) throws IOException, InterruptedException;

    /**
     * The same, and says when only what is yet to happen is left to write.
     *
     * @param caughtUp called then, if there is such a moment
     */
    default void write(Sink sink, Runnable caughtUp) throws IOException, InterruptedException {
      write(sink);
    }
  }

  /** The other connection of an upgraded one. Each direction is used by one thread. */
  interface Peer extends AutoCloseable {

    /** Reads some bytes; -1 at the end. */
    int read(byte[] buffer) throws IOException;

    /** Writes bytes. */
    void write(byte[] buffer, int length) throws IOException;

    /** Says that no more bytes will be written. */
    void endOutput() throws IOException;

    @Override
    void close();
  }
}
