package dev.nauarch.nodeagent.image.registry;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** A stream that fails where nothing comes for too long. Read by one thread. */
final class StallGuard extends FilterInputStream {
  private final Thread guard;
  private final Duration patience;
  private final AtomicLong progress = new AtomicLong();
  private volatile boolean stalled;

  StallGuard(InputStream in, Duration patience) {
    super(in);
    this.patience = patience;
    this.guard = Thread.ofVirtual().name("stall-guard").start(this::watch);
  }

  private void watch() {
    try {
      for (var seen = -1L; seen != progress.get(); ) {
        seen = progress.get();
        Thread.sleep(patience);
      }
      stalled = true;
      in.close();
    } catch (InterruptedException e) {
      // The stream was read to its end, or given up.
    } catch (IOException e) {
      // It was closed on our behalf; its reader hears of that.
    }
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int count) throws IOException {
    try {
      var read = super.read(bytes, offset, count);
      if (!stalled) {
        progress.incrementAndGet();
        return read;
      }
    } catch (IOException e) {
      if (!stalled) {
        throw e;
      }
    }
    throw new IOException("nothing came for " + patience.toSeconds() + " seconds");
  }

  @Override
  public void close() throws IOException {
    guard.interrupt();
    super.close();
  }
}
