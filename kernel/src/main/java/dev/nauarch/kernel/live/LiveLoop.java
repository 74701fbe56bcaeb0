package dev.nauarch.kernel.live;

import dev.nauarch.kernel.Agenda;
import dev.nauarch.kernel.Core;
import dev.nauarch.kernel.Effects;
import dev.nauarch.kernel.Inbox;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Drives a core by a real clock. Only the loop's virtual thread touches the core and its effects;
 * anyone may offer an event.
 *
 * <p>The inbox is bounded and {@link #offer} waits for room, except on the loop's own thread, where
 * waiting could never end: what the effects offer while they carry out a command goes into the next
 * batch whatever waits.
 *
 * @param <E> what the core is told
 * @param <C> what the core wants done
 */
public final class LiveLoop<E, C> implements Inbox<E>, AutoCloseable {
  private static final long FULL_RETRY_MILLIS = 100;
  private static final Duration CLOSE_WAIT = Duration.ofSeconds(10);

  /** An event in the inbox; without an event it only wakes the loop. */
  private record Letter<E>(@Nullable Instant due, @Nullable E event) {}

  private final Core<E, C> core;
  private final Effects<E, C> effects;
  private final InstantSource clock;
  private final LiveLoopOptions options;
  private final Consumer<? super Throwable> onFailure;
  private final BlockingQueue<Letter<E>> inbox;
  private final Agenda<E> agenda = new Agenda<>();
  private final List<E> offeredByLoop = new ArrayList<>();
  private final Thread thread;
  private volatile boolean isEnding;

  private LiveLoop(
      String name,
      Core<E, C> core,
      Effects<E, C> effects,
      InstantSource clock,
      LiveLoopOptions options,
      Consumer<? super Throwable> onFailure) {
    this.core = core;
    this.effects = effects;
    this.clock = clock;
    this.options = options;
    this.onFailure = onFailure;
    this.inbox = new ArrayBlockingQueue<>(options.inboxLimit());
    this.thread = Thread.ofVirtual().name(name).unstarted(this::run);
  }

  /**
   * Starts a loop.
   *
   * @param name the name of the loop's thread, for example {@code scheduler-loop}
   * @param core the core, which nothing else may drive
   * @param effects carries out commands; may block
   * @param onFailure told, once, when the core or the effects threw: a bug that has ended the loop
   */
  public static <E, C> LiveLoop<E, C> start(
      String name,
      Core<E, C> core,
      Effects<E, C> effects,
      InstantSource clock,
      LiveLoopOptions options,
      Consumer<? super Throwable> onFailure) {
    var loop = new LiveLoop<E, C>(name, core, effects, clock, options, onFailure);
    loop.thread.start();
    return loop;
  }

  @Override
  public boolean offer(E event) {
    if (isLoopThread()) {
      offeredByLoop.add(event);
      return !isEnding;
    }
    return put(new Letter<>(null, event));
  }

  @Override
  public boolean offerAt(Instant due, E event) {
    if (isLoopThread()) {
      agenda.add(due, event);
      return !isEnding;
    }
    return put(new Letter<>(due, event));
  }

  /**
   * Ends the loop after the batch that it is carrying out, and waits for that. Events that still
   * wait are dropped.
   */
  @Override
  public void close() {
    isEnding = true;
    boolean _ = inbox.offer(new Letter<>(null, null)); // A full inbox wakes the loop as well.
    try {
      if (!isLoopThread() && !thread.join(CLOSE_WAIT)) {
        thread.interrupt();
        thread.join();
      }
    } catch (InterruptedException interrupted) {
      thread.interrupt();
      Thread.currentThread().interrupt();
    }
  }

  private boolean isLoopThread() {
    return Thread.currentThread().equals(thread);
  }

  private boolean put(Letter<E> letter) {
    try {
      while (!isEnding) {
        if (inbox.offer(letter, FULL_RETRY_MILLIS, TimeUnit.MILLISECONDS)) {
          return true;
        }
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    return false;
  }

  private void run() {
    Instant now = clock.instant();
    try {
      while (!isEnding) {
        List<Letter<E>> letters = awaitLetters(now);
        now = later(now, clock.instant());
        step(letters, now);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error bug) {
      onFailure.accept(bug);
    } finally {
      isEnding = true;
    }
  }

  private List<Letter<E>> awaitLetters(Instant now) throws InterruptedException {
    var letters = new ArrayList<Letter<E>>();
    if (offeredByLoop.isEmpty() && inbox.isEmpty()) {
      Letter<E> first = awaitOne(now);
      if (first != null) {
        letters.add(first);
      }
    }
    inbox.drainTo(letters, options.batchLimit() - letters.size());
    return letters;
  }

  private @Nullable Letter<E> awaitOne(Instant now) throws InterruptedException {
    Optional<Instant> due = agenda.nextDue();
    if (due.isEmpty()) {
      return inbox.take();
    }
    Duration wait = Duration.between(later(now, clock.instant()), due.get());
    return wait.isPositive() ? inbox.poll(wait.toMillis() + 1, TimeUnit.MILLISECONDS) : null;
  }

  private void step(List<Letter<E>> letters, Instant now) {
    var events = new ArrayList<E>(offeredByLoop);
    offeredByLoop.clear();
    for (Letter<E> letter : letters) {
      if (letter.event() == null) {
        continue;
      }
      if (letter.due() == null) {
        events.add(letter.event());
      } else {
        agenda.add(letter.due(), letter.event());
      }
    }
    events.addAll(agenda.takeDue(now));
    if (events.isEmpty() || isEnding) {
      return;
    }
    for (C command : core.on(events, now)) {
      effects.carryOut(command, now, this);
    }
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }
}
