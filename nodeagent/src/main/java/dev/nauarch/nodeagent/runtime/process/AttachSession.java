package dev.nauarch.nodeagent.runtime.process;

import dev.nauarch.nodeagent.runtime.ExecSession;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;

/**
 * One who is attached to a container. What the container writes waits here for a reader; one who
 * does not read for longer than a few megabytes is let go, since the container may not wait.
 */
final class AttachSession implements ExecSession {

  private static final long WAITING_BYTES_MAX = 8L << 20;
  private static final byte[] END = {};

  private final Attachments attachments;
  private final boolean hasInput;
  private final BiConsumer<Integer, Integer> resizing;
  private final LinkedBlockingQueue<byte[]> output = new LinkedBlockingQueue<>();
  private final LinkedBlockingQueue<byte[]> errors = new LinkedBlockingQueue<>();
  private final AtomicLong waiting = new AtomicLong();
  private final CountDownLatch ended = new CountDownLatch(1);

  /**
   * @param hasInput whether it writes to the container
   * @param resizing changes the size of the container's terminal: columns, rows
   */
  AttachSession(Attachments attachments, boolean hasInput, BiConsumer<Integer, Integer> resizing) {
    this.attachments = attachments;
    this.hasInput = hasInput;
    this.resizing = resizing;
  }

  boolean hasInput() {
    return hasInput;
  }

  /** Takes what the container writes; waits for nobody. */
  void accept(boolean isError, byte[] bytes, int count) {
    if (waiting.addAndGet(count) > WAITING_BYTES_MAX) {
      close();
      return;
    }
    (isError ? errors : output).add(Arrays.copyOf(bytes, count));
  }

  /** The container has ended. */
  void end() {
    output.add(END);
    errors.add(END);
    ended.countDown();
  }

  @Override
  public OutputStream stdin() {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int offset, int count) throws IOException {
        if (hasInput) {
          attachments.write(bytes, offset, count);
        }
      }

      @Override
      public void close() {
        if (hasInput) {
          attachments.inputEnded(AttachSession.this);
        }
      }
    };
  }

  @Override
  public InputStream stdout() {
    return new Waiting(output);
  }

  @Override
  public InputStream stderr() {
    return new Waiting(errors);
  }

  /** Reads what waits. */
  private final class Waiting extends InputStream {
    private final LinkedBlockingQueue<byte[]> queue;
    private byte[] rest = {};
    private int position;
    private boolean isOver;

    Waiting(LinkedBlockingQueue<byte[]> queue) {
      this.queue = queue;
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
          waiting.addAndGet(-rest.length);
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

  @Override
  public void resize(int columns, int rows) {
    resizing.accept(columns, rows);
  }

  /** How the container ended is told by the pod's status: being attached ends well. */
  @Override
  public OptionalInt await(Duration timeout) throws InterruptedException {
    return ended.await(timeout.toMillis(), TimeUnit.MILLISECONDS)
        ? OptionalInt.of(0)
        : OptionalInt.empty();
  }

  @Override
  public void close() {
    attachments.remove(this);
    end();
  }
}
