package dev.nauarch.reconcile.autoscale;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What is remembered of one autoscaler. Forgetting it costs a stabilization window and a policy's
 * period at most.
 *
 * @param wishes what the metrics called for, before limits
 * @param ups by how many pods it has scaled up, and when
 * @param downs the same downwards
 * @param selector which pods it scales, as far as known
 * @param generation which wording of it was acted upon last
 * @param lookedAt when; the epoch for never
 * @param attempt the last change of size, until the next look
 */
record History(
    List<Point> wishes,
    List<Point> ups,
    List<Point> downs,
    Optional<PodSelector> selector,
    long generation,
    Instant lookedAt,
    Optional<Attempt> attempt) {

  /** How often an autoscaler is looked at. */
  static final Duration PERIOD = Duration.ofSeconds(15);

  /** No window and no period is longer. */
  static final Duration MEMORY = Duration.ofHours(1);

  /** Nothing yet. */
  static final History NONE =
      new History(
          List.of(), List.of(), List.of(), Optional.empty(), -1, Instant.EPOCH, Optional.empty());

  /** A number of pods at a time. */
  record Point(Instant at, int pods) {}

  /** A change of size that was decided, and what to report if the cluster refuses it. */
  record Attempt(int from, int to, String reason, Report report) {}

  /** Whether it is time to look again; a new wording is looked at right away. */
  boolean isDue(long current, Instant now) {
    return current != generation || !lookedAt.plus(PERIOD).isAfter(now);
  }

  History lookedAt(long current, Instant now) {
    return new History(wishes, ups, downs, selector, current, now, Optional.empty());
  }

  History selecting(PodSelector pods) {
    return new History(wishes, ups, downs, Optional.of(pods), generation, lookedAt, attempt);
  }

  /** The first size that is seen counts as wished for. */
  History beginningWith(int replicas, Instant now) {
    return wishes.isEmpty() ? wishing(replicas, now) : this;
  }

  History wishing(int replicas, Instant now) {
    return new History(
        with(wishes, replicas, now), ups, downs, selector, generation, lookedAt, attempt);
  }

  History attempting(Attempt change, Instant now) {
    var grows = change.to() > change.from();
    return new History(
        wishes,
        grows ? with(ups, change.to() - change.from(), now) : ups,
        grows ? downs : with(downs, change.from() - change.to(), now),
        selector,
        generation,
        lookedAt,
        Optional.of(change));
  }

  /** The last change did not come about. */
  History withoutAttempt() {
    if (attempt.isEmpty()) {
      return this;
    }
    var grew = attempt.get().to() > attempt.get().from();
    return new History(
        wishes,
        grew ? ups.subList(0, ups.size() - 1) : ups,
        grew ? downs : downs.subList(0, downs.size() - 1),
        selector,
        generation,
        lookedAt,
        Optional.empty());
  }

  private static List<Point> with(List<Point> points, int pods, Instant now) {
    var kept = new ArrayList<Point>();
    for (var point : points) {
      if (!point.at().isBefore(now.minus(MEMORY))) {
        kept.add(point);
      }
    }
    kept.add(new Point(now, pods));
    return List.copyOf(kept);
  }

  /** What was wished for within a window, its beginning included. */
  Stream<Integer> wishesSince(Instant begin) {
    return wishes.stream().filter(point -> !point.at().isBefore(begin)).map(Point::pods);
  }

  /** How many pods there were at the beginning of a period, by the changes since then. */
  int before(int current, Instant begin) {
    return current - sum(ups, begin) + sum(downs, begin);
  }

  private static int sum(List<Point> points, Instant begin) {
    return points.stream().filter(point -> point.at().isAfter(begin)).mapToInt(Point::pods).sum();
  }
}
