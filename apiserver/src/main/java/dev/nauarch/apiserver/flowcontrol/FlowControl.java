package dev.nauarch.apiserver.flowcontrol;

import dev.nauarch.apiserver.fairness.Allocation;
import dev.nauarch.apiserver.fairness.Shape;
import dev.nauarch.apiserver.port.Attributes;
import dev.nauarch.apiserver.port.ObjectView;
import dev.nauarch.apiserver.port.User;
import dev.nauarch.apiserver.request.Query;
import dev.nauarch.apiserver.request.Request;
import dev.nauarch.apiserver.request.Response;
import dev.nauarch.apiserver.request.Turns;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntBiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * API priority and fairness: gives each request its seats at its priority level, at once or when it
 * is its turn. One thread follows the objects that configure it and moves seats between levels;
 * requests wait on their own.
 */
public final class FlowControl implements Turns, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(FlowControl.class);

  /** How long it lets pass between two looks at what is stored. */
  private static final Duration PACE = Duration.ofMillis(100);

  private static final Duration ADJUSTMENT = Duration.ofSeconds(10);
  private static final int OBJECTS_PER_SEAT = 100;
  private static final int SEATS_MAX = 10;
  private static final int WATCHERS_PER_SEAT = 10;

  /** How long a seat is busy telling as many watchers as are reckoned for one. */
  private static final Duration TELLING = Duration.ofMillis(5);

  /** These go on for as long as somebody wants them, and are not counted. */
  private static final Set<String> CONNECTIONS =
      Set.of("attach", "exec", "proxy", "log", "portforward");

  private final ObjectView view;
  private final ToIntBiFunction<String, String> objectCounts;
  private final FlowConfig.Server server;
  private final long patienceNanos;
  private final Watchers watchers = new Watchers();

  /** Released whenever something that configures it has changed. */
  private final Semaphore news = new Semaphore(0);

  private final Thread keeper;
  private volatile FlowConfig config;

  private FlowControl(
      ObjectView view, ToIntBiFunction<String, String> objectCounts, LoadOptions options) {
    this.view = view;
    this.objectCounts = objectCounts;
    this.server = new FlowConfig.Server(options.seats(), System::nanoTime);
    this.patienceNanos = options.patience().toNanos();
    view.onChange(FlowObjects.GROUP, FlowObjects.SCHEMAS, news::release);
    view.onChange(FlowObjects.GROUP, FlowObjects.LEVELS, news::release);
    this.config = FlowConfig.first(view, server);
    this.keeper = Thread.ofVirtual().name("flow-control").unstarted(this::keep);
  }

  /**
   * Begins to give seats.
   *
   * @param view the stored objects
   * @param objectCounts how many objects there are of a group's resource
   */
  public static FlowControl start(
      ObjectView view, ToIntBiFunction<String, String> objectCounts, LoadOptions options) {
    var control = new FlowControl(view, objectCounts, options);
    control.keeper.start();
    return control;
  }

  @Override
  public Outcome take(User user, Attributes wanted, Query query, boolean mayWait) {
    if (wanted.verb().equals("proxy") || CONNECTIONS.contains(wanted.subresource())) {
      return FREE;
    }
    var flow = config.flow(user, wanted);
    var level = flow.level();
    var settings = level.settings();
    var isQueued = settings.shape().response() == Shape.Response.QUEUE;
    var number = isQueued ? flow.number(flow.distinguisher(user, wanted)) : 0;
    var asked = new Seat.Asked(user, wanted, watchers);
    var estimate = estimate(wanted, query, settings);
    var seat = new Seat(flow, estimate, number, asked, server.nanoClock().getAsLong());
    return level.take(seat, mayWait, patienceNanos);
  }

  /** The page of a path of {@code /debug/api_priority_and_fairness}; empty where there is none. */
  public Optional<Response> find(Request request) {
    return FlowTables.find(request, config, server.nanoClock().getAsLong());
  }

  /** Adds its metrics to a page. */
  public void print(StringBuilder page) {
    FlowPages.print(page, config);
  }

  @Override
  public void close() {
    keeper.interrupt();
  }

  private Seat.Estimate estimate(Attributes wanted, Query query, Level.Settings settings) {
    return switch (wanted.verb()) {
      case "list" -> Seat.Estimate.of(listed(wanted, settings));
      case "watch" -> Seat.Estimate.of(lists(query) ? listed(wanted, settings) : 1);
      case "create", "update", "patch", "delete" -> written(wanted, settings);
      default -> Seat.Estimate.of(1);
    };
  }

  /** How many seats a list takes: more where there are many objects. */
  private int listed(Attributes wanted, Level.Settings settings) {
    if (!wanted.name().isEmpty()) {
      return 1;
    }
    var objects = objectCounts.applyAsInt(wanted.group(), wanted.resource());
    var seats = Math.ceilDiv(objects, OBJECTS_PER_SEAT);
    return Math.max(1, Math.min(seats, widest(settings)));
  }

  /** What a write takes: it sets off the more the more watch what it changes. */
  private Seat.Estimate written(Attributes wanted, Level.Settings settings) {
    // Nobody is told of a token.
    var watching = wanted.subresource().equals("token") ? 0 : watchers.of(wanted);
    if (watching < WATCHERS_PER_SEAT || settings.shape().response() == Shape.Response.EXEMPT) {
      return Seat.Estimate.of(1);
    }
    var seats = Math.ceilDiv(watching, WATCHERS_PER_SEAT);
    var fitting = Math.max(1, Math.min(seats, widest(settings)));
    return new Seat.Estimate(1, fitting, TELLING.toNanos() * seats / fitting);
  }

  private static int widest(Level.Settings settings) {
    return settings.shape().response() == Shape.Response.QUEUE
        ? Math.min(SEATS_MAX, settings.bounds().widest(settings.shape().hand()))
        : SEATS_MAX;
  }

  private static boolean lists(Query query) {
    var version = query.text("resourceVersion");
    return query.flag("sendInitialEvents") || version.isEmpty() || version.equals("0");
  }

  private void keep() {
    var adjusted = System.nanoTime();
    while (!Thread.currentThread().isInterrupted()) {
      try {
        Thread.sleep(PACE);
        awaitNews(adjusted + ADJUSTMENT.toNanos());
        var isChanged = !config.isCurrent(view);
        if (isChanged) {
          config = config.next(view, server);
        }
        var now = System.nanoTime();
        if (isChanged || now - adjusted >= ADJUSTMENT.toNanos()) {
          adjust(config.levels());
          adjusted = now;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (RuntimeException e) {
        LOG.error("Priority levels stay as they were", e);
      }
    }
  }

  /** Waits until there is something to look at, or it is time to move seats. */
  private void awaitNews(long adjustmentNanos) throws InterruptedException {
    // Nobody tells when the last one leaves a level that is gone; that is worth a look each time.
    if (!config.isLeaving()
        && news.tryAcquire(adjustmentNanos - System.nanoTime(), TimeUnit.NANOSECONDS)) {
      news.drainPermits();
    }
  }

  private static void adjust(List<Level> levels) {
    var claims = new ArrayList<Allocation.Claim>(levels.size());
    for (var level : levels) {
      claims.add(level.claim());
    }
    var seats = Allocation.divide(claims);
    for (var i = 0; i < seats.length; i++) {
      var level = levels.get(i);
      // Who has lent all still keeps one: its next request would wait until seats are moved again.
      level.limit(Math.max(seats[i], Math.min(1, level.settings().bounds().nominal())));
    }
  }
}
