package dev.nauarch.nodeagent.simulated.stage;

import dev.nauarch.nodeagent.lifecycle.Exit;
import dev.nauarch.nodeagent.simulated.stage.Stage.State;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where one container is in its script. */
final class PlayedContainer {
  /** What a process ends with that was killed. */
  private static final int KILLED = 137;

  /** A readiness that could end in the instant in which it begins would never let time go on. */
  static final Duration READINESS_MIN = Duration.ofMillis(100);

  private final String name;
  private int attempt;
  private @Nullable State state;
  private Instant since = Instant.MIN;
  private Instant startedAt = Instant.EPOCH;
  private boolean ready;
  private Instant readySince = Instant.MIN;
  private boolean flipped;
  private Instant killBy = Instant.MAX;
  private final SortedMap<String, String> usage = new TreeMap<>();
  private final List<Stage> done = new ArrayList<>();

  /** A stage that is to happen. */
  record Due(Stage stage, Instant at) {}

  PlayedContainer(String name) {
    this.name = name;
  }

  String name() {
    return name;
  }

  int attempt() {
    return attempt;
  }

  boolean ready() {
    return ready;
  }

  Instant startedAt() {
    return startedAt;
  }

  boolean is(State wanted) {
    return state == wanted;
  }

  void starting(int number, Instant now) {
    attempt = number;
    enter(State.STARTING, now);
  }

  void running(int number, Instant at, boolean isReady) {
    attempt = number;
    startedAt = at;
    ready = isReady;
    readySince = at;
    flipped = false;
    usage.clear();
    enter(State.RUNNING, at);
  }

  /** It is to end; a second word to that effect can only shorten what is left. */
  void stopping(Duration grace, Instant now) {
    if (state != State.STOPPING) {
      enter(State.STOPPING, now);
    }
    var by = now.plus(grace);
    killBy = by.isBefore(killBy) ? by : killBy;
  }

  /** It uses so much from now on. */
  void uses(SortedMap<String, String> amounts) {
    usage.putAll(amounts);
  }

  /** What stages have it use, by {@link UsedResource#field}. */
  SortedMap<String, String> usage() {
    return usage;
  }

  /** It does not run any more, or could not be started. */
  void over() {
    state = null;
    usage.clear();
    done.clear();
  }

  private void enter(State next, Instant at) {
    state = next;
    since = at;
    killBy = Instant.MAX;
    done.clear();
  }

  void becomes(boolean isReady, Instant now) {
    ready = isReady;
    readySince = now;
    flipped = true;
    done.removeIf(stage -> stage.when().ready().isPresent());
  }

  /**
   * The stage that happens next, whether its time has come or not.
   *
   * @param asked when its pod was asked to stop; empty while it was not
   */
  Optional<Due> next(Script script, Stages stages, String pod, Optional<Instant> asked) {
    var earliest = Optional.<Due>empty();
    var current = state;
    if (current == null) {
      return earliest;
    }
    for (var stage : script.of(name, current, ready, asked.isPresent(), attempt)) {
      if (!done.contains(stage)) {
        var at = begin(stage, asked).plus(delay(stage, stages, pod));
        if (earliest.isEmpty() || at.isBefore(earliest.get().at())) {
          earliest = Optional.of(new Due(stage, at));
        }
      }
    }
    return earliest;
  }

  private Instant begin(Stage stage, Optional<Instant> asked) {
    var ready = stage.when().ready().map(is -> readySince).orElse(since);
    var stop = stage.when().asked() ? asked.orElse(since) : since;
    return Stream.of(since, ready, stop).max(Comparator.naturalOrder()).orElse(since);
  }

  private Duration delay(Stage stage, Stages stages, String pod) {
    var delay = stages.delay(stage, pod + "/" + name + "/" + attempt);
    var flips = stage.matter() == Stage.Matter.READINESS && flipped;
    return flips && delay.compareTo(READINESS_MIN) < 0 ? READINESS_MIN : delay;
  }

  void happened(Stage stage) {
    done.add(stage);
  }

  /** When it is killed, should it not have ended before; never, unless it is told to end. */
  Instant killBy() {
    return state == State.STOPPING ? killBy : Instant.MAX;
  }

  Exit killed(Instant now) {
    return exit(new Stage.Next.Exit(KILLED, "", ""), now);
  }

  Exit exit(Stage.Next.Exit how, Instant now) {
    var usual = how.code() == 0 ? "Completed" : "Error";
    return new Exit(
        id(),
        how.code(),
        how.reason().isEmpty() ? usual : how.reason(),
        how.message(),
        startedAt,
        now);
  }

  /** Names this attempt. */
  String id() {
    return name + "-" + attempt;
  }
}
