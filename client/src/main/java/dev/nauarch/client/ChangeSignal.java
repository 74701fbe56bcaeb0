package dev.nauarch.client;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Tells one thread that something changed, however often it did since: for whoever works from the
 * caches of {@link Informer}s as a whole instead of object by object.
 */
public final class ChangeSignal {
  private final BlockingQueue<Boolean> raised = new ArrayBlockingQueue<>(1);

  /** Says that something changed. */
  public void raise() {
    raised.offer(true);
  }

  /**
   * Waits for a change, and then a little longer, so that changes which come together are taken
   * together.
   */
  public void await(Duration quiet) throws InterruptedException {
    raised.take();
    gather(quiet);
  }

  /** The same, but no longer than so for the first change. */
  public void await(Duration quiet, Duration limit) throws InterruptedException {
    if (raised.poll(limit.toMillis(), TimeUnit.MILLISECONDS) != null) {
      gather(quiet);
    }
  }

  private void gather(Duration quiet) throws InterruptedException {
    Thread.sleep(quiet);
    raised.clear();
  }

  /** A listener that raises the signal with every change. */
  public <T extends HasMetadata> InformerListener<T> listener() {
    return listener(_ -> true);
  }

  /** A listener that raises the signal with every change that matters. */
  public <T extends HasMetadata> InformerListener<T> listener(Predicate<T> matters) {
    return new InformerListener<>() {
      @Override
      public void onUpsert(T object) {
        if (matters.test(object)) {
          raise();
        }
      }

      @Override
      public void onDelete(T object) {
        onUpsert(object);
      }
    };
  }
}
