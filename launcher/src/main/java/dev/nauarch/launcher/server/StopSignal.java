package dev.nauarch.launcher.server;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Lets a process that is told to stop end in order: it lives until {@link #done} was called. */
public final class StopSignal {
  private final CountDownLatch stop = new CountDownLatch(1);
  private final CountDownLatch stopped = new CountDownLatch(1);

  private StopSignal() {}

  /** Hears of it from now on. */
  public static StopSignal install() {
    var signal = new StopSignal();
    Runtime.getRuntime().addShutdownHook(new Thread(signal::hold, "shutdown"));
    return signal;
  }

  private void hold() {
    stop.countDown();
    try {
      stopped.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits until the process is told to stop. */
  public void await() throws InterruptedException {
    stop.await();
  }

  /** Waits for so long at most; whether the process was told to stop. */
  public boolean await(Duration limit) throws InterruptedException {
    return stop.await(limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** All is in order: the process may end. */
  public void done() {
    stopped.countDown();
  }
}
