package dev.nauarch.nodeagent.runtime.process;

import dev.nauarch.nodeagent.runtime.ChunkStream;
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
    output.add(ChunkStream.END);
    errors.add(ChunkStream.END);
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
    return new ChunkStream(output, taken -> waiting.addAndGet(-taken));
  }

  @Override
  public InputStream stderr() {
    return new ChunkStream(errors, taken -> waiting.addAndGet(-taken));
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
