package dev.nauarch.controlplane.reconcile;

import dev.nauarch.api.Resource;
import dev.nauarch.client.ClusterClient;
import dev.nauarch.reconcile.Reconciler;
import dev.nauarch.reconcile.Snapshot;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Runs any number of controllers over one set of shared caches. */
public final class ReconcilerHost implements AutoCloseable {

  private final SharedCaches caches;
  private final EventRecorder events;
  private final PlanExecutor executor;
  private final InstantSource clock;
  private final Map<String, ReconcilerLoop> loopsByName = new TreeMap<>();

  private ReconcilerHost(ClusterClient client, InstantSource clock) {
    this.clock = clock;
    this.caches = new SharedCaches(client);
    this.events = EventRecorder.start(client, clock);
    this.executor = new PlanExecutor(client, events);
  }

  /**
   * Starts a host without controllers.
   *
   * @param collected the kinds that garbage collection and namespace deletion look after
   */
  public static ReconcilerHost start(
      ClusterClient client, List<Resource<?>> collected, InstantSource clock) {
    var host = new ReconcilerHost(client, clock);
    collected.forEach(host.caches::collect);
    return host;
  }

  /**
   * Starts a controller.
   *
   * @param workers how many keys it works on at a time
   */
  public synchronized void run(Reconciler reconciler, int workers) {
    var loop = new ReconcilerLoop(reconciler, caches, executor, clock);
    if (loopsByName.putIfAbsent(reconciler.name(), loop) != null) {
      throw new IllegalArgumentException("controller " + reconciler.name() + " runs already");
    }
    loop.start(workers);
  }

  /** Ends a controller. */
  public synchronized void stop(String name) {
    var loop = loopsByName.remove(name);
    if (loop != null) {
      loop.close();
    }
  }

  /** Has a kind looked after that appeared after the start. */
  public synchronized void collect(Resource<?> resource) {
    caches.collect(resource);
    loopsByName.values().forEach(loop -> loop.alsoWatch(resource));
  }

  /** Forgets a kind that is no longer served. */
  public synchronized void forget(Resource<?> resource) {
    caches.forget(resource);
  }

  /** What is known of the cluster. */
  public Snapshot snapshot() {
    return caches;
  }

  @Override
  public synchronized void close() {
    loopsByName.values().forEach(ReconcilerLoop::close);
    executor.close();
    events.close();
    caches.close();
  }
}
