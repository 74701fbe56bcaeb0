package dev.nauarch.apiserver.aggregation;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.catalog.Catalog;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.port.ObjectView;
import dev.nauarch.apiserver.registry.DeleteRequest;
import dev.nauarch.apiserver.registry.Registry;
import dev.nauarch.apiserver.registry.Target;
import dev.nauarch.apiserver.registry.WriteOptions;
import dev.nauarch.apiserver.upkeep.KindFollower;
import dev.nauarch.apiserver.watch.WatchEvent;
import dev.nauarch.apiserver.watch.WatchRequest;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Follows the APIServices: keeps those of this server, looks again and again whether the servers of
 * the others answer, writes down whether they do, and tells {@link Aggregation}. Runs on one
 * virtual thread, and on one for each look. It is woken when something may have become of a server,
 * and rests until the next look is due.
 */
public final class ServiceFollower {

  private static final Logger LOG = LoggerFactory.getLogger(ServiceFollower.class);

  /** How long it rests at most. */
  private static final Duration REST = Duration.ofSeconds(10);

  /** How long it lets pass between two steps while only services and endpoints change. */
  private static final long PACE_NANOS = Duration.ofMillis(100).toNanos();

  private static final long AGAIN_NANOS = Duration.ofSeconds(30).toNanos();
  private static final long RETRY_NANOS = Duration.ofSeconds(1).toNanos();

  private final Aggregation aggregation;
  private final Registry registry;
  private final Kind kind;
  private final Catalog builtIn;
  private final Supplier<Catalog> catalog;
  private final WriteOptions options;
  private final LocalServices locals = new LocalServices();
  private final Map<String, Found> found = new ConcurrentHashMap<>();

  /** Whether the servers answered last, which is known here before it is stored. */
  private final Map<String, Boolean> answers = new ConcurrentHashMap<>();

  private final Map<String, Look> looks = new ConcurrentHashMap<>();
  private final Set<String> written = new HashSet<>();
  private final AtomicReference<Runnable> waker = new AtomicReference<>(() -> {});

  /** Whether it was woken since its last step. */
  private final AtomicBoolean isWoken = new AtomicBoolean();

  private long steppedNanos = System.nanoTime() - PACE_NANOS;
  private long keptRevision = -1;
  private @Nullable Catalog keptCatalog;

  /** When a server was looked at, and what that was based on. */
  private record Look(ApiService service, long basis, long nanos) {}

  private ServiceFollower(
      Aggregation aggregation,
      Registry registry,
      Catalog builtIn,
      Supplier<Catalog> catalog,
      WriteOptions options) {
    this.aggregation = aggregation;
    this.registry = registry;
    this.builtIn = builtIn;
    this.catalog = catalog;
    this.options = options;
    this.kind = builtIn.find(ApiService.GROUP, "v1", ApiService.PLURAL).orElseThrow();
  }

  /**
   * Begins.
   *
   * @param builtIn what this server always serves
   * @param catalog what it serves now
   * @param options how this server writes
   */
  public static KindFollower start(
      Aggregation aggregation,
      Registry registry,
      Catalog builtIn,
      Supplier<Catalog> catalog,
      WriteOptions options) {
    var follower = new ServiceFollower(aggregation, registry, builtIn, catalog, options);
    follower.tell();
    var running =
        KindFollower.start(
            registry, follower.kind, WatchRequest.ALL, "api-services", follower::act);
    follower.waker.set(running::wake);
    aggregation.onSuspect(follower::wake);
    follower.view().onChange("", "services", follower::wake);
    follower.view().onChange("discovery.k8s.io", "endpointslices", follower::wake);
    return running;
  }

  /** Something may have become of another server; without any there is nothing to look at. */
  private void wake() {
    if (!aggregation.table().remotes().isEmpty() && isWoken.compareAndSet(false, true)) {
      waker.get().run();
    }
  }

  private ObjectView view() {
    return registry.parts().cache();
  }

  private Duration act(List<WatchEvent> events) {
    var early = PACE_NANOS - (System.nanoTime() - steppedNanos);
    if (events.isEmpty() && early > 0) {
      return Duration.ofNanos(early);
    }
    isWoken.set(false);
    step();
    steppedNanos = System.nanoTime();
    return rest(steppedNanos);
  }

  /** How long it is until a server is to be looked at again. */
  private Duration rest(long now) {
    var rest = REST.toNanos();
    for (var remote : aggregation.table().remotes()) {
      var last = looks.get(remote.key());
      if (last != null) {
        rest = Math.min(rest, wait(remote) - (now - last.nanos));
      }
    }
    return Duration.ofNanos(Math.max(rest, PACE_NANOS));
  }

  private void step() {
    var revision = view().revision(ApiService.GROUP, ApiService.PLURAL);
    var now = catalog.get();
    if (revision != keptRevision || !now.equals(keptCatalog)) {
      keepLocals(now);
      keptRevision = revision;
      keptCatalog = now;
    }
    tell();
    look();
  }

  /** Tells what is stored now, and what is known of it. */
  private void tell() {
    var services =
        view().list(ApiService.GROUP, ApiService.PLURAL, "").stream()
            .map(ApiService::of)
            .map(each -> each.with(answers.getOrDefault(each.key(), each.isAvailable())))
            .toList();
    aggregation.set(ServiceTable.of(services, found));
  }

  /** Writes what lacks, all at once: a store's group commit makes one wait of that. */
  private void keepLocals(Catalog now) {
    var wanted = locals.wanted(builtIn, now);
    try (var writers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var each : wanted.entrySet()) {
        var current = view().find(ApiService.GROUP, ApiService.PLURAL, "", each.getKey());
        var isOnce = label(each.getValue()).equals(LocalServices.AT_START);
        if (isOnce && written.contains(each.getKey())) {
          current.ifPresent(object -> writers.execute(() -> available(object)));
          continue;
        }
        written.add(each.getKey());
        writers.execute(() -> keep(each.getValue(), current.orElse(null)));
      }
      for (var object : view().list(ApiService.GROUP, ApiService.PLURAL, "")) {
        var name = Json.text(object, "metadata", "name");
        if (!wanted.containsKey(name)) {
          writers.execute(() -> keepOther(object));
        }
      }
    }
  }

  private static String label(ObjectNode object) {
    return Json.text(Json.child(Json.child(object, "metadata"), "labels"), LocalServices.LABEL);
  }

  private void keep(ObjectNode wanted, @Nullable ObjectNode current) {
    var name = Json.text(wanted, "metadata", "name");
    if (current == null) {
      tried(
          () -> {
            var made = wanted.deepCopy();
            registry.create(Target.of(kind, "", name), made, options);
          });
      return;
    }
    if (!label(current).isEmpty() && !current.path("spec").equals(wanted.path("spec"))) {
      tried(
          () ->
              registry.patch(
                  Target.of(kind, "", name),
                  now -> {
                    var changed = now.deepCopy();
                    changed.set("spec", wanted.path("spec").deepCopy());
                    return changed;
                  },
                  options));
    }
    available(current);
  }

  /** Deletes what this server has made for a definition that is gone. */
  private void keepOther(ObjectNode object) {
    if (label(object).equals(LocalServices.ALWAYS)) {
      var name = Json.text(object, "metadata", "name");
      tried(() -> registry.delete(Target.of(kind, "", name), DeleteRequest.DEFAULT, options));
    } else {
      available(object);
    }
  }

  /** What this server serves itself is always there. */
  private void available(ObjectNode object) {
    if (!Json.child(object, "spec").path("service").isObject()) {
      write(Json.text(object, "metadata", "name"), object, Availability.LOCAL);
    }
  }

  private void write(String name, ObjectNode known, Availability availability) {
    var now = registry.parts().clock().instant();
    if (availability.in(known, now).equals(known)) {
      return;
    }
    tried(
        () ->
            registry.patch(
                new Target(kind, "", name, "status"),
                current -> availability.in(current, now),
                options));
  }

  private static void tried(Runnable write) {
    try {
      write.run();
    } catch (ApiException e) {
      var isRace =
          e.reason() == ApiException.Reason.NOT_FOUND
              || e.reason() == ApiException.Reason.ALREADY_EXISTS
              || e.reason() == ApiException.Reason.CONFLICT;
      if (!isRace) {
        LOG.warn("An API service could not be brought up to date: {}", e.getMessage());
      }
    }
  }

  /** Looks at the servers for which it is time: each on a thread of its own. */
  private void look() {
    var basis =
        view().revision("", "services") + view().revision("discovery.k8s.io", "endpointslices");
    var now = System.nanoTime();
    var remotes = aggregation.table().remotes();
    var keys = new HashSet<String>();
    for (var remote : remotes) {
      keys.add(remote.key());
      var last = looks.get(remote.key());
      if (aggregation.isSuspect(remote) || last == null || isDue(last, remote, basis, now)) {
        if (last != null && !last.service.backing().equals(remote.backing())) {
          answers.remove(remote.key());
        }
        looks.put(remote.key(), new Look(remote, basis, now));
        Thread.ofVirtual().name("look-" + remote.name()).start(() -> look(remote));
      }
    }
    looks.keySet().retainAll(keys);
    found.keySet().retainAll(keys);
    answers.keySet().retainAll(keys);
  }

  private static boolean isDue(Look last, ApiService service, long basis, long now) {
    return !last.service.backing().equals(service.backing())
        || last.basis != basis
        || now - last.nanos >= wait(service);
  }

  private static long wait(ApiService service) {
    return service.isAvailable() ? AGAIN_NANOS : RETRY_NANOS;
  }

  private void look(ApiService service) {
    var outcome = aggregation.check().look(service, service.backing().orElseThrow());
    var newest = looks.get(service.key());
    if (newest == null || !newest.service.backing().equals(service.backing())) {
      // Another server has been named meanwhile, which is looked at by another thread.
      return;
    }
    found.compute(
        service.key(),
        (key, before) ->
            outcome.found().orElseGet(() -> before == null ? Found.NOTHING : before.stale()));
    answers.put(service.key(), outcome.availability().isTrue());
    tell();
    view()
        .find(ApiService.GROUP, ApiService.PLURAL, "", service.name())
        .filter(object -> ApiService.of(object).backing().equals(service.backing()))
        .ifPresent(object -> write(service.name(), object, outcome.availability()));
    // It may be looked at again sooner, or later, than it was to be before.
    wake();
  }
}
