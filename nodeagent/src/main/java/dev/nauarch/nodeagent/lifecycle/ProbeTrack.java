package dev.nauarch.nodeagent.lifecycle;

import io.fabric8.kubernetes.api.model.Probe;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Counts the answers to one probe of one running container and says when to ask next. */
final class ProbeTrack {
  /** What the answers so far amount to. */
  enum Verdict {
    UNKNOWN,
    GOOD,
    BAD
  }

  private final Probe probe;
  private Instant nextAt;
  private boolean inFlight;
  private int successes;
  private int failures;
  private Verdict verdict = Verdict.UNKNOWN;

  ProbeTrack(Probe probe, Instant startedAt) {
    this.probe = probe;
    this.nextAt = startedAt.plusSeconds(or(probe.getInitialDelaySeconds(), 0));
  }

  private static int or(@Nullable Integer value, int fallback) {
    return value == null ? fallback : value;
  }

  Verdict verdict() {
    return verdict;
  }

  Probe probe() {
    return probe;
  }

  /** When to ask next; far away while an answer is on its way. */
  Instant nextAt() {
    return inFlight ? Instant.MAX : nextAt;
  }

  /** Remembers that the probe is asked now. */
  void asked(Instant now) {
    inFlight = true;
    nextAt = now.plus(Duration.ofSeconds(Math.max(1, or(probe.getPeriodSeconds(), 10))));
  }

  /** Takes an answer. */
  void answered(boolean success) {
    inFlight = false;
    successes = success ? successes + 1 : 0;
    failures = success ? 0 : failures + 1;
    if (successes >= Math.max(1, or(probe.getSuccessThreshold(), 1))) {
      verdict = Verdict.GOOD;
    } else if (failures >= Math.max(1, or(probe.getFailureThreshold(), 3))) {
      verdict = Verdict.BAD;
    }
  }
}
