package dev.nauarch.nodeagent.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.BlockingQueue;
import java.util.function.IntConsumer;

/** Reads what others put into a queue, piece by piece; an empty piece is the end. */
public final class ChunkStream extends InputStream {
  /** What ends the stream. */
  public static final byte[] END = {};

  private final BlockingQueue<byte[]> queue;
  private final IntConsumer onTaken;
  private byte[] rest = {};
  private int position;
  private boolean isOver;

  /**
   * @param onTaken hears how many bytes left the queue
   */
  public ChunkStream(BlockingQueue<byte[]> queue, IntConsumer onTaken) {
    this.queue = queue;
    this.onTaken = onTaken;
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int count) throws IOException {
    try {
      while (position == rest.length && !isOver) {
        rest = queue.take();
        position = 0;
        isOver = rest.length == 0;
        onTaken.accept(rest.length);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    if (isOver) {
      return -1;
    }
    var length = Math.min(count, rest.length - position);
    System.arraycopy(rest, position, bytes, offset, length);
    position += length;
    return length;
  }
}
