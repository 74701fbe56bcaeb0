package dev.nauarch.nodeagent.simulated.stage;

import dev.nauarch.api.PodStop;
import dev.nauarch.nodeagent.simulated.stage.Stage.Delay;
import dev.nauarch.nodeagent.simulated.stage.Stage.Moment;
import dev.nauarch.nodeagent.simulated.stage.Stage.Next;
import dev.nauarch.nodeagent.simulated.stage.Stage.State;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a pod's annotations say of how it is to be played. Each of the names may be followed by a
 * dot and the name of a container, and then holds for that one alone; without, it holds for all
 * main containers.
 */
public final class PodWishes {
  /** How long it takes to start a container, the pull of its image included, in seconds. */
  public static final String START_SECONDS = "nauarch.dev/start-seconds";

  /** The image can't be pulled, and this is why. */
  public static final String PULL_ERROR = "nauarch.dev/pull-error";

  /** How long a container runs, in seconds. */
  public static final String RUN_SECONDS = "nauarch.dev/run-seconds";

  /** What it ends with, 0 to 255. */
  public static final String EXIT_CODE = "nauarch.dev/exit-code";

  /** The reason of its end, for example {@code OOMKilled}. */
  public static final String EXIT_REASON = "nauarch.dev/exit-reason";

  /** How long after its start it becomes ready, in seconds. */
  public static final String READY_SECONDS = "nauarch.dev/ready-seconds";

  /** How long after it became ready it is so no more, in seconds. */
  public static final String UNREADY_AFTER_SECONDS = "nauarch.dev/unready-after-seconds";

  /** How long it takes to end once it is told to, in seconds. */
  public static final String STOP_SECONDS = "nauarch.dev/stop-seconds";

  /** How long it takes to save its work once its pod is asked to stop, in seconds. */
  public static final String CHECKPOINT_SECONDS = "nauarch.dev/checkpoint-seconds";

  private static final List<String> SECONDS =
      List.of(
          START_SECONDS,
          RUN_SECONDS,
          READY_SECONDS,
          UNREADY_AFTER_SECONDS,
          STOP_SECONDS,
          CHECKPOINT_SECONDS);

  /** Longer than anybody waits, and near enough to be reckoned with. */
  private static final double SECONDS_MAX = 1e9;

  /** What a process ends with that SIGTERM stopped. */
  static final int TERMINATED = 143;

  private static final Stage.Selector ANY =
      new Stage.Selector(
          Stage.Kind.POD,
          Collections.unmodifiableSortedMap(new TreeMap<>()),
          Collections.unmodifiableSortedMap(new TreeMap<>()),
          "",
          "");

  private final Map<String, String> annotations;
  private final boolean ofJob;

  private PodWishes(Map<String, String> annotations, boolean ofJob) {
    this.annotations = annotations;
    this.ofJob = ofJob;
  }

  static PodWishes of(Pod pod) {
    var metadata = pod.getMetadata();
    var all = metadata.getAnnotations();
    return new PodWishes(
        all == null ? new TreeMap<>() : all,
        metadata.getOwnerReferences().stream().anyMatch(owner -> "Job".equals(owner.getKind())));
  }

  /** What is wrong with an annotation; empty where all can be followed. */
  Optional<String> fault() {
    for (var entry : new TreeMap<>(annotations).entrySet()) {
      var name = entry.getKey();
      var value = entry.getValue();
      if (SECONDS.stream().anyMatch(each -> isOrPartOf(name, each)) && seconds(value).isEmpty()) {
        return Optional.of(
            name + " is \"" + value + "\": expected seconds, 0 or more, for example 2.5");
      }
      for (var used : UsedResource.values()) {
        if (isOrPartOf(name, used.annotation()) && !used.isAmount(value)) {
          return Optional.of(name + " is \"" + value + "\": " + used.expected());
        }
      }
      if (isOrPartOf(name, EXIT_CODE) && code(value).isEmpty()) {
        return Optional.of(name + " is \"" + value + "\": expected an exit code from 0 to 255");
      }
    }
    return Optional.empty();
  }

  private static boolean isOrPartOf(String name, String wish) {
    return name.equals(wish) || name.startsWith(wish + ".");
  }

  private static Optional<Double> seconds(String text) {
    try {
      var value = Double.parseDouble(text.strip());
      return value >= 0 && value <= SECONDS_MAX ? Optional.of(value) : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static Optional<Integer> code(String text) {
    try {
      var value = Integer.parseInt(text.strip());
      return value >= 0 && value <= 255 ? Optional.of(value) : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /**
   * The stages that the annotations ask for, for one container; they must be without fault.
   *
   * @param main whether what is said without a container's name is said of it too
   */
  List<Stage> stages(String container, boolean main) {
    var stages = new ArrayList<Stage>();
    var pullError = wish(PULL_ERROR, container, main);
    var start = time(START_SECONDS, container, main);
    if (pullError.isPresent()) {
      var fail = new Next.Fail("ErrImagePull", pullError.get());
      stages.add(stage(PULL_ERROR, Moment.of(State.STARTING), start.orElse(Delay.NONE), fail));
    } else if (start.isPresent()) {
      var next = new Next.Start();
      stages.add(stage(START_SECONDS, Moment.of(State.STARTING), start.get(), next));
    }
    time(READY_SECONDS, container, main)
        .ifPresent(
            delay -> {
              var unready = Moment.of(State.RUNNING).whileReady(false);
              stages.add(stage(READY_SECONDS, unready, delay, new Next.Ready(true, "", "")));
            });
    time(UNREADY_AFTER_SECONDS, container, main)
        .ifPresent(
            delay -> {
              var ready = Moment.of(State.RUNNING).whileReady(true);
              var next = new Next.Ready(false, "", "");
              stages.add(stage(UNREADY_AFTER_SECONDS, ready, delay, next));
            });
    time(RUN_SECONDS, container, main)
        .ifPresent(
            delay ->
                stages.add(
                    stage(RUN_SECONDS, Moment.of(State.RUNNING), delay, exit(container, main))));
    time(STOP_SECONDS, container, main)
        .ifPresent(
            delay -> {
              var exit = new Next.Exit(TERMINATED, "", "");
              stages.add(stage(STOP_SECONDS, Moment.of(State.STOPPING), delay, exit));
            });
    time(CHECKPOINT_SECONDS, container, main)
        .ifPresent(
            own -> {
              var asked = Moment.of(State.RUNNING).onceAsked();
              var saved = new Next.Condition(PodStop.CHECKPOINTED, "True", "Simulated", "");
              stages.add(stage(CHECKPOINT_SECONDS, asked, longest(CHECKPOINT_SECONDS), saved));
            });
    return stages;
  }

  /** The longest of the times that the containers were given: after it all of them are done. */
  private Delay longest(String name) {
    var seconds =
        annotations.entrySet().stream()
            .filter(entry -> isOrPartOf(entry.getKey(), name))
            .flatMap(entry -> seconds(entry.getValue()).stream())
            .max(Double::compare);
    return delay(seconds.orElse(0.0));
  }

  /** How a container ends of which nobody says when: a Job's pod has worked after a second. */
  Optional<Stage> endOfItsOwn(String container, boolean main, boolean init) {
    if (init) {
      return Optional.of(
          stage("init", Moment.of(State.RUNNING), Delay.NONE, exit(container, false)));
    }
    return main && ofJob
        ? Optional.of(
            stage(
                "job",
                Moment.of(State.RUNNING),
                new Delay(Duration.ofSeconds(1), Duration.ZERO),
                exit(container, true)))
        : Optional.empty();
  }

  private Next exit(String container, boolean main) {
    return new Next.Exit(
        wish(EXIT_CODE, container, main).flatMap(PodWishes::code).orElse(0),
        wish(EXIT_REASON, container, main).orElse(""),
        "");
  }

  private Optional<String> wish(String name, String container, boolean main) {
    var own = annotations.get(name + "." + container);
    if (own == null && main) {
      return Optional.ofNullable(annotations.get(name));
    }
    return Optional.ofNullable(own);
  }

  private Optional<Delay> time(String name, String container, boolean main) {
    return wish(name, container, main).flatMap(PodWishes::seconds).map(PodWishes::delay);
  }

  private static Delay delay(double seconds) {
    return new Delay(Duration.ofNanos((long) (seconds * 1e9)), Duration.ZERO);
  }

  /** It is asked for a container that was found already, so it holds for whichever it is given. */
  private static Stage stage(String name, Moment when, Delay delay, Next next) {
    return new Stage(name, ANY, when.in("*"), delay, next);
  }

  /** Something that happens at once in place of a start. */
  static Stage stage(String name, Next insteadOfStart) {
    return stage(name, Moment.of(State.STARTING), Delay.NONE, insteadOfStart);
  }
}
