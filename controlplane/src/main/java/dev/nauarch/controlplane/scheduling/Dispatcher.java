package dev.nauarch.controlplane.scheduling;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A few virtual threads that run tasks; tasks of one key run one after the other, in order. Where a
 * queue is full the caller runs the task itself, which slows it down instead of losing anything.
 */
final class Dispatcher implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
  private static final int QUEUE_LIMIT = 8_192;

  private final List<BlockingQueue<Runnable>> queues = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();

  Dispatcher(String name, int workers) {
    for (var i = 0; i < workers; i++) {
      BlockingQueue<Runnable> queue = new ArrayBlockingQueue<>(QUEUE_LIMIT);
      queues.add(queue);
      threads.add(Thread.ofVirtual().name(name + "-" + i).start(() -> work(queue)));
    }
  }

  void submit(Object key, Runnable task) {
    var queue = queues.get(Math.floorMod(key.hashCode(), queues.size()));
    if (!queue.offer(task)) {
      task.run();
    }
  }

  @Override
  public void close() {
    threads.forEach(Thread::interrupt);
  }

  private static void work(BlockingQueue<Runnable> queue) {
    try {
      while (true) {
        runSafely(queue.take());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The edge of a task: a bug in one must not stop those behind it. */
  private static void runSafely(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      LOG.error("a task of the scheduler failed", e);
    }
  }
}
