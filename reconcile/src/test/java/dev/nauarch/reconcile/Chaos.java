package dev.nauarch.reconcile;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resource;
import dev.nauarch.api.Resources;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Drives controllers through a random history: users, nodes and time do as they like, news arrive
 * late, writes meet those of others, and controllers are stopped in the middle of a plan. A seed
 * gives the same history each time.
 */
public final class Chaos {

  private static final int REMEMBERED = 40;
  private static final int ROUNDS_TO_REST = 400;
  private static final int QUIET_ROUNDS = 20; // a minute each: longer than any pause

  /** Looks at a plan before it is carried out. */
  @FunctionalInterface
  public interface Rule {
    /** Fails where a controller that saw this must not want it. */
    void check(List<Command> commands, Snapshot seen);
  }

  private final World world;
  private final SplittableRandom random;
  private final List<Reconciler> controllers;
  private final List<LaggingView> views = new ArrayList<>();
  private final List<Runnable> users = new ArrayList<>();
  private final List<Runnable> resting = new ArrayList<>();
  private final List<Rule> rules = new ArrayList<>();
  private final List<Runnable> invariants = new ArrayList<>();
  private final Deque<String> story = new ArrayDeque<>();

  public Chaos(World world, long seed, Reconciler... controllers) {
    this.world = world;
    this.random = new SplittableRandom(seed);
    this.controllers = List.of(controllers);
    this.controllers.forEach(each -> views.add(new LaggingView(world)));
    world.letPodsLinger();
  }

  /** Something that a user does now and then. */
  public Chaos user(Runnable action) {
    users.add(action);
    return this;
  }

  /** What must hold of every plan. */
  public Chaos rule(Rule rule) {
    rules.add(rule);
    return this;
  }

  /** What must hold of the world after every step. */
  public Chaos invariant(Runnable check) {
    invariants.add(check);
    return this;
  }

  /** What goes on while all comes to rest. */
  public Chaos whileResting(Runnable action) {
    resting.add(action);
    return this;
  }

  /** A number from 0 up to a bound. */
  public int below(int bound) {
    return random.nextInt(bound);
  }

  /** Lets so many things happen, and then waits until all is at rest. */
  public void run(int steps) {
    try {
      for (int i = 0; i < steps; i++) {
        step();
        invariants.forEach(Runnable::run);
      }
      rest();
      invariants.forEach(Runnable::run);
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError(
          e.getMessage() + "; the last first:\n  " + String.join("\n  ", story.reversed()), e);
    }
  }

  private void tell(String what) {
    story.add(what);
    if (story.size() > REMEMBERED) {
      story.remove();
    }
  }

  private void step() {
    switch (random.nextInt(12)) {
      case 0 -> users.get(random.nextInt(users.size())).run();
      case 1 -> world.pass(Duration.ofSeconds(random.nextInt(1, 20)));
      case 2, 3, 4 -> node();
      case 5 -> {
        var at = random.nextInt(views.size());
        views.get(at).catchUp();
      }
      case 6 -> interfere();
      default -> act(random.nextInt(controllers.size()), random.nextInt(8) == 0);
    }
  }

  /** A controller acts upon one of its keys. */
  private void act(int which, boolean isStopped) {
    var controller = controllers.get(which);
    var keys = world.keys(controller);
    if (keys.isEmpty()) {
      return;
    }
    var key = keys.get(random.nextInt(keys.size()));
    var view = views.get(which);
    var plan = controller.reconcile(key, view, world.now());
    var commands = plan.commands();
    rules.forEach(rule -> rule.check(commands, view));
    var last = isStopped ? random.nextInt(commands.size() + 1) : commands.size();
    for (var command : commands.subList(0, last)) {
      if (!(command instanceof Command.Event)) {
        if (random.nextInt(30) == 0) {
          interfere();
        }
        tell(describe(command));
        if (!world.carryOut(command)) {
          break;
        }
        invariants.forEach(Runnable::run);
      }
    }
    if (isStopped) {
      view.catchUp(); // who starts again lists everything
    } else {
      commands.forEach(command -> await(view, command));
    }
  }

  /** What a controller wrote is waited for before it acts upon the same key again. */
  private static void await(LaggingView view, Command command) {
    switch (command) {
      case Command.Create<?> create -> view.catchUp(create.resource());
      case Command.Update<?> update -> view.catchUp(update.resource());
      case Command.UpdateStatus<?> update -> view.catchUp(update.resource());
      case Command.MergePatch<?> patch -> view.catchUp(patch.resource());
      case Command.Delete<?> delete -> view.catchUp(delete.resource());
      default -> {}
    }
  }

  private static String describe(Command command) {
    return switch (command) {
      case Command.Create<?>(var resource, var object) ->
          "create " + resource.plural() + " " + object.getMetadata().getName();
      case Command.Update<?>(var resource, var object) ->
          "update " + resource.plural() + " " + object.getMetadata().getName();
      case Command.UpdateStatus<?>(var resource, var object) ->
          "status of " + resource.plural() + " " + object.getMetadata().getName();
      case Command.MergePatch<?> patch ->
          "patch " + patch.resource().plural() + " " + patch.key() + " " + patch.body();
      case Command.Delete<?> delete ->
          "delete " + delete.resource().plural() + " " + delete.key().name();
      default -> command.toString();
    };
  }

  /** Somebody else writes an object. */
  private void interfere() {
    var kinds = world.resources();
    touch(kinds.get(random.nextInt(kinds.size())));
  }

  private <T extends HasMetadata> void touch(Resource<T> resource) {
    var objects = world.list(resource);
    if (!objects.isEmpty()) {
      var key = ObjectKey.of(objects.get(random.nextInt(objects.size())));
      tell("somebody writes " + resource.plural() + " " + key);
      world.changeAt(resource, key, object -> object);
    }
  }

  /** Something happens to a pod. */
  private void node() {
    var pods = world.list(Resources.PODS);
    if (pods.isEmpty()) {
      return;
    }
    var pod = pods.get(random.nextInt(pods.size()));
    if (Pods.isTerminating(pod)) {
      letGo(pod);
      return;
    }
    switch (random.nextInt(10)) {
      case 0 -> change(pod, "fails", PodStates.ended(1, world.now())::apply);
      case 1 -> change(pod, "is not ready", Chaos::unready);
      default -> makeReady(pod);
    }
  }

  /** A node is done with a pod: what ran in it has ended. */
  private void letGo(Pod pod) {
    if (!pod.getMetadata().getFinalizers().contains("test/grace")) {
      return;
    }
    if (!Pods.hasEnded(pod)) {
      change(pod, "is stopped", PodStates.ended(143, world.now()));
    }
    tell("gone " + pod.getMetadata().getName());
    world.letGo(pod);
  }

  private void makeReady(Pod pod) {
    if (!Pods.hasEnded(pod) && !Pods.isReady(pod)) {
      change(pod, "is ready", PodStates.ready(world.now())::apply);
    }
  }

  private static Pod unready(Pod pod) {
    return Pods.hasEnded(pod) ? pod : PodStates.unready().apply(pod);
  }

  private void change(Pod pod, String how, java.util.function.UnaryOperator<Pod> change) {
    tell(pod.getMetadata().getName() + " " + how);
    world.changeAt(Resources.PODS, ObjectKey.of(pod), change);
  }

  /** Nodes do all that is asked of them, and nobody else does anything, until all is well. */
  private void rest() {
    tell("all is to come to rest");
    int quiet = 0;
    for (int round = 0; round < ROUNDS_TO_REST; round++) {
      views.forEach(LaggingView::catchUp);
      var before = world.version();
      for (int which = 0; which < controllers.size(); which++) {
        for (var key : world.keys(controllers.get(which))) {
          act(which, key);
        }
      }
      for (var pod : world.list(Resources.PODS)) {
        if (Pods.isTerminating(pod)) {
          letGo(pod);
        } else {
          makeReady(pod);
        }
      }
      resting.forEach(Runnable::run);
      quiet = world.version() == before ? quiet + 1 : 0;
      if (quiet == QUIET_ROUNDS) {
        return;
      }
      world.pass(Duration.ofMinutes(1));
    }
    throw new AssertionError("no rest");
  }

  private void act(int which, ObjectKey key) {
    var view = views.get(which);
    view.catchUp();
    var commands = controllers.get(which).reconcile(key, view, world.now()).commands();
    rules.forEach(rule -> rule.check(commands, view));
    for (var command : commands) {
      if (!(command instanceof Command.Event)) {
        tell(describe(command));
        if (!world.carryOut(command)) {
          return;
        }
      }
    }
  }
}
