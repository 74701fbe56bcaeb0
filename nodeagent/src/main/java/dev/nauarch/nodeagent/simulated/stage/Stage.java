package dev.nauarch.nodeagent.simulated.stage;

import dev.nauarch.api.PodStop;
import dev.nauarch.kernel.Randomness;
import java.time.Duration;
import java.util.Optional;
import java.util.SortedMap;

/**
 * One thing that happens to what is simulated.
 *
 * @param name names it in messages; unique among the stages of a file
 * @param selector whom it is for
 * @param when the moment from which its delay counts
 * @param delay how long after that moment it happens
 * @param next what happens
 */
public record Stage(String name, Selector selector, Moment when, Delay delay, Next next) {

  /** What a stage may be for. */
  public enum Kind {
    NODE,
    POD
  }

  /**
   * Whom a stage is for: whoever fulfils all of it.
   *
   * @param kind pods or nodes
   * @param labels labels that it has
   * @param annotations annotations that it has
   * @param namespace the namespace that it is in; empty for any
   * @param owner the kind of an owner that it has, for example {@code Job}; empty for any
   */
  public record Selector(
      Kind kind,
      SortedMap<String, String> labels,
      SortedMap<String, String> annotations,
      String namespace,
      String owner) {}

  /** Where a container is, as far as stages care. */
  public enum State {
    /** Its image is pulled, it is made and started. */
    STARTING,
    /** It runs. */
    RUNNING,
    /** It was told to end. */
    STOPPING
  }

  /**
   * A moment in the life of a container, or of a node.
   *
   * @param state the container's state, or {@code RUNNING} for a node
   * @param container a pattern of the container's name, in which {@code *} stands for anything;
   *     empty for all main containers
   * @param image such a pattern of its image; empty for any
   * @param ready whether it is ready; empty where that does not matter
   * @param asked whether its pod has to have been asked to stop
   * @param restartsMin how often it has been started again, at least
   * @param restartsMax and at most
   */
  public record Moment(
      State state,
      String container,
      String image,
      Optional<Boolean> ready,
      boolean asked,
      int restartsMin,
      int restartsMax) {

    /** A moment of main containers, however often they were started. */
    static Moment of(State state) {
      return new Moment(state, "", "", Optional.empty(), false, 0, Integer.MAX_VALUE);
    }

    /** The same of containers of one name. */
    Moment in(String name) {
      return new Moment(state, name, image, ready, asked, restartsMin, restartsMax);
    }

    /** The same while they are ready, or are not. */
    Moment whileReady(boolean isReady) {
      return new Moment(
          state, container, image, Optional.of(isReady), asked, restartsMin, restartsMax);
    }

    /** The same once their pod was asked to stop. */
    Moment onceAsked() {
      return new Moment(state, container, image, ready, true, restartsMin, restartsMax);
    }
  }

  /**
   * How long something takes.
   *
   * @param least at least this
   * @param jitter and up to this much more, each length as likely
   */
  public record Delay(Duration least, Duration jitter) {
    /** No time at all. */
    static final Delay NONE = new Delay(Duration.ZERO, Duration.ZERO);

    /** The length that chance gives it. */
    Duration of(Randomness chance) {
      return jitter.isZero()
          ? least
          : least.plusNanos((long) (jitter.toNanos() * (chance.nextInt(1 << 30) / 0x1p30)));
    }
  }

  /** What happens. */
  public sealed interface Next {
    /** The container runs. */
    record Start() implements Next {}

    /** It can't be started now, and is tried again as a node would; the reason is shown. */
    record Fail(String reason, String message) implements Next {}

    /** It ends; an empty reason stands for that which goes with the code. */
    record Exit(int code, String reason, String message) implements Next {}

    /** It becomes ready, or is no longer; so does a node. */
    record Ready(boolean ready, String reason, String message) implements Next {}

    /** The pod, or the node, has this condition. */
    record Condition(String type, String status, String reason, String message) implements Next {}

    /** It uses so much from now on, by {@link UsedResource#field}; of others what it did. */
    record Usage(SortedMap<String, String> amounts) implements Next {}

    /** The node renews its lease from now on, or does so no more. */
    record Heartbeat(boolean goesOn) implements Next {}
  }

  /** What a stage settles. Who settles it nearer to a pod leaves others no say in it. */
  enum Matter {
    START,
    READINESS,
    END,
    STOP,
    CHECKPOINT,
    /** What can be added to whatever else happens. */
    BESIDE
  }

  Matter matter() {
    return switch (next) {
      case Next.Start() -> Matter.START;
      case Next.Fail f -> Matter.START;
      case Next.Ready r -> Matter.READINESS;
      case Next.Exit e -> when.state() == State.STOPPING ? Matter.STOP : Matter.END;
      case Next.Condition c ->
          c.type().equals(PodStop.CHECKPOINTED) ? Matter.CHECKPOINT : Matter.BESIDE;
      case Next.Usage u -> Matter.BESIDE;
      case Next.Heartbeat h -> Matter.BESIDE;
    };
  }

  /** Whether a text is of a pattern in which {@code *} stands for anything. */
  static boolean matches(String pattern, String text) {
    var parts = pattern.split("\\*", -1);
    if (parts.length == 1) {
      return pattern.equals(text);
    }
    var last = parts[parts.length - 1];
    if (!text.startsWith(parts[0]) || !text.endsWith(last)) {
      return false;
    }
    var at = parts[0].length();
    for (var i = 1; i < parts.length - 1; i++) {
      at = text.indexOf(parts[i], at);
      if (at < 0) {
        return false;
      }
      at += parts[i].length();
    }
    return at <= text.length() - last.length();
  }
}
