package dev.nauarch.controlplane.reconcile;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resource;
import dev.nauarch.reconcile.Reconciler;
import dev.nauarch.reconcile.Trigger;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one controller: changes become keys, keys become plans, plans are carried out. Each worker
 * is a virtual thread; no two work on one key.
 */
final class ReconcilerLoop implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ReconcilerLoop.class);
  private static final Duration SYNC_POLL = Duration.ofSeconds(5);
  private static final Duration UNSEEN_POLL = Duration.ofMillis(10);

  /** A decision that takes no longer is as good as free. */
  private static final Duration QUICK = Duration.ofMillis(10);

  private final Reconciler reconciler;
  private final SharedCaches caches;
  private final PlanExecutor executor;
  private final InstantSource clock;
  private final WorkQueue queue;
  private final Map<ObjectKey, OwnWrites> writesByKey = new ConcurrentHashMap<>();
  private final Map<ObjectKey, Instant> restByKey = new ConcurrentHashMap<>();
  private final List<Runnable> undoSubscriptions = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();

  ReconcilerLoop(
      Reconciler reconciler, SharedCaches caches, PlanExecutor executor, InstantSource clock) {
    this.reconciler = reconciler;
    this.caches = caches;
    this.executor = executor;
    this.clock = clock;
    this.queue = new WorkQueue(clock);
  }

  /**
   * Starts as many workers, each of which waits until all that concerns the controller is known.
   */
  void start(int workers) {
    for (int i = 0; i < workers; i++) {
      var thread = Thread.ofVirtual().name(reconciler.name() + "-" + i).unstarted(this::run);
      threads.add(thread);
    }
    var first = Thread.ofVirtual().name(reconciler.name()).unstarted(this::subscribeAndRun);
    threads.add(first);
    first.start();
  }

  /** Hears of the changes of a kind that arrived after the start; for controllers of all kinds. */
  void alsoWatch(Resource<?> resource) {
    threads.add(
        Thread.ofVirtual()
            .name(reconciler.name() + "-" + resource.plural())
            .start(
                () -> {
                  try {
                    watchSynced(resource);
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                }));
  }

  /**
   * Subscribes to a kind once its first list is there: a listener that looks at the caches from
   * within their filling would wait for itself.
   */
  private <T extends HasMetadata> void watchSynced(Resource<T> resource)
      throws InterruptedException {
    awaitSynced(caches.of(resource));
    for (var trigger : reconciler.triggers()) {
      if (trigger instanceof Trigger.OfAny(var keys)) {
        subscribe(resource, (object, isGone) -> add(keys.of(resource, object, isGone, caches)));
      }
    }
  }

  private void subscribeAndRun() {
    try {
      for (var trigger : reconciler.triggers()) {
        if (trigger instanceof Trigger.Of<?> of) {
          awaitSynced(caches.of(of.resource()));
        }
      }
      for (var trigger : reconciler.triggers()) {
        switch (trigger) {
          case Trigger.Of<?> of -> subscribe(of);
          case Trigger.OfAny any -> {
            for (var resource : caches.resources()) {
              awaitSynced(caches.of(resource));
            }
            for (var resource : caches.resources()) {
              watchSynced(resource);
            }
          }
        }
      }
      threads.stream().filter(thread -> !thread.isAlive()).forEach(Thread::start);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void awaitSynced(SharedCache<?> cache) throws InterruptedException {
    var synced = false;
    while (!synced) {
      synced = cache.awaitSynced(SYNC_POLL);
    }
  }

  private <T extends HasMetadata> void subscribe(Trigger.Of<T> trigger) {
    subscribe(trigger.resource(), (object, isGone) -> add(trigger.keys().of(object, caches)));
  }

  private void add(List<ObjectKey> keys) {
    for (var key : keys) {
      queue.add(key);
    }
  }

  private synchronized <T extends HasMetadata> void subscribe(
      Resource<T> resource, SharedCache.Listener<T> listener) {
    var cache = caches.of(resource);
    cache.subscribe(listener);
    undoSubscriptions.add(() -> cache.unsubscribe(listener));
  }

  private void run() {
    try {
      while (true) {
        var key = queue.take();
        try {
          handle(key);
        } finally {
          queue.done(key);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void handle(ObjectKey key) throws InterruptedException {
    var now = clock.instant();
    var earlier = writesByKey.get(key);
    if (earlier != null && !earlier.areSeen(now)) {
      queue.addAt(key, now.plus(UNSEEN_POLL));
      return;
    }
    writesByKey.remove(key);
    var rest = restByKey.remove(key);
    if (rest != null && rest.isAfter(now)) {
      restByKey.put(key, rest);
      queue.addAt(key, rest);
      return;
    }
    try {
      reconcile(key);
    } catch (RuntimeException e) {
      // The loop's edge: a defect in one controller must not end the others.
      LOG.error("{} can't handle {}", reconciler.name(), key, e);
      queue.addAfterFailure(key);
    }
  }

  private void reconcile(ObjectKey key) throws InterruptedException {
    var now = clock.instant();
    var plan = reconciler.reconcile(key, caches, now);
    restAfter(key, now);
    plan.wakeAt().ifPresent(at -> queue.addAt(key, at));
    if (plan.commands().isEmpty()) {
      queue.succeeded(key);
      return;
    }
    var writes = new OwnWrites(caches, now);
    switch (executor.execute(reconciler.name(), plan.commands(), writes)) {
      case PlanExecutor.Result.Done _, PlanExecutor.Result.Ending _ -> {
        queue.succeeded(key);
        if (!writes.isEmpty()) {
          queue.add(key);
        }
      }
      case PlanExecutor.Result.Outdated(var why) -> {
        LOG.debug("{}: {} again, {}", reconciler.name(), key, why);
        queue.addAfterFailure(key);
      }
      case PlanExecutor.Result.Refused(var command, var why) -> {
        LOG.warn("{}: {} was refused: {}", reconciler.name(), key, why.getMessage());
        var told = String.valueOf(why.getMessage());
        var answer = reconciler.refused(key, command, told, caches, clock.instant());
        executor.execute(reconciler.name(), answer.commands(), writes);
        queue.addAfterFailure(key);
      }
    }
    if (!writes.isEmpty()) {
      writesByKey.put(key, writes);
    }
  }

  /**
   * A key that takes long to decide rests for as long: of a thousand changes that arrive meanwhile
   * it then sees all at one look.
   */
  private void restAfter(ObjectKey key, Instant begin) {
    var end = clock.instant();
    var took = Duration.between(begin, end);
    if (took.compareTo(QUICK) > 0) {
      restByKey.put(key, end.plus(took));
    }
  }

  @Override
  public synchronized void close() {
    threads.forEach(Thread::interrupt);
    undoSubscriptions.forEach(Runnable::run);
  }
}
