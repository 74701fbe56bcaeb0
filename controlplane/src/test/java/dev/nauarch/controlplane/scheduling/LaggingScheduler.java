package dev.nauarch.controlplane.scheduling;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resource;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.Command;
import dev.nauarch.reconcile.World;
import dev.nauarch.scheduling.SchedulerCommand;
import dev.nauarch.scheduling.SchedulerCore;
import dev.nauarch.scheduling.SchedulerEvent;
import dev.nauarch.scheduling.SchedulerOptions;
import dev.nauarch.scheduling.translate.ApiRequest;
import dev.nauarch.scheduling.translate.ClaimSteps.Step;
import dev.nauarch.scheduling.translate.NodeTranslation;
import dev.nauarch.scheduling.translate.PodTranslation;
import dev.nauarch.scheduling.translate.VolumeSteps;
import dev.nauarch.scheduling.translate.VolumeTranslation;
import dev.nauarch.scheduling.volume.VolumeCommand;
import dev.nauarch.scheduling.volume.VolumeEvent;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The scheduler of a world, to which the news of each kind come late, and whose requests arrive
 * when they like.
 */
final class LaggingScheduler implements VolumeSteps.Steps<Optional<String>, RuntimeException> {

  /** A kind that it follows, and which versions of which objects it was told of. */
  private static final class Followed<T extends HasMetadata> {
    private final Resource<T> resource;
    private final Function<T, SchedulerEvent> seen;
    private final Function<ObjectKey, SchedulerEvent> gone;
    private final Map<ObjectKey, String> told = new TreeMap<>();

    Followed(
        Resource<T> resource,
        Function<T, SchedulerEvent> seen,
        Function<ObjectKey, SchedulerEvent> gone) {
      this.resource = resource;
      this.seen = seen;
      this.gone = gone;
    }

    List<SchedulerEvent> news(World world) {
      var events = new ArrayList<SchedulerEvent>();
      for (var key : List.copyOf(told.keySet())) {
        if (world.get(resource, key).isEmpty()) {
          told.remove(key);
          events.add(gone.apply(key));
        }
      }
      for (var object : world.list(resource)) {
        var version = object.getMetadata().getResourceVersion();
        if (!version.equals(told.put(ObjectKey.of(object), version))) {
          events.add(seen.apply(object));
        }
      }
      return events;
    }
  }

  private final World world;
  private final List<Followed<?>> kinds = new ArrayList<>();
  private final Deque<Supplier<List<SchedulerEvent>>> requests = new ArrayDeque<>();
  private final List<SchedulerEvent> answers = new ArrayList<>();
  private SchedulerCore core = new SchedulerCore(SchedulerOptions.DEFAULT);

  LaggingScheduler(World world) {
    this.world = world;
    start();
  }

  private void start() {
    core = new SchedulerCore(SchedulerOptions.DEFAULT);
    requests.clear();
    answers.clear();
    kinds.clear();
    kinds.add(
        new Followed<>(
            Resources.NODES,
            node -> new SchedulerEvent.NodeSeen(NodeTranslation.of(node, SchedulerOptions.DEFAULT)),
            key -> new SchedulerEvent.NodeGone(key.name())));
    kinds.add(
        new Followed<>(
            Resources.PODS,
            pod -> new SchedulerEvent.PodSeen(PodTranslation.of(pod, SchedulerOptions.DEFAULT)),
            SchedulerEvent.PodGone::new));
    follow(Resources.PERSISTENT_VOLUME_CLAIMS, VolumeTranslation::of, VolumeEvent.ClaimGone::new);
    follow(
        Resources.PERSISTENT_VOLUMES,
        VolumeTranslation::of,
        key -> new VolumeEvent.VolumeGone(key.name()));
    follow(
        Resources.STORAGE_CLASSES,
        VolumeTranslation::of,
        key -> new VolumeEvent.ClassGone(key.name()));
    follow(
        Resources.CSI_NODES,
        VolumeTranslation::of,
        key -> new VolumeEvent.NodeDriversGone(key.name()));
    for (var i = 0; i < kinds.size(); i++) {
      hear(i);
    }
    tell(List.of(new SchedulerEvent.Synced()));
  }

  private <T extends HasMetadata> void follow(
      Resource<T> resource, Function<T, VolumeEvent> seen, Function<ObjectKey, VolumeEvent> gone) {
    kinds.add(
        new Followed<>(
            resource,
            object -> new SchedulerEvent.ForVolumes(seen.apply(object)),
            key -> new SchedulerEvent.ForVolumes(gone.apply(key))));
  }

  /** Another one takes over; what this one has under way is lost. */
  void restart() {
    start();
  }

  int kinds() {
    return kinds.size();
  }

  /** The news of one kind arrive, and answers that were on their way. */
  void hear(int kind) {
    var events = new ArrayList<SchedulerEvent>(answers);
    answers.clear();
    events.addAll(kinds.get(kind).news(world));
    events.add(new SchedulerEvent.Woken());
    tell(events);
  }

  /**
   * The oldest request arrives.
   *
   * @param isHeard whether its answer is heard before anything else
   */
  void carryOut(boolean isHeard) {
    if (!requests.isEmpty()) {
      var events = requests.remove().get();
      if (isHeard) {
        tell(events);
      } else {
        answers.addAll(events);
      }
    }
  }

  /** All news are heard and all requests arrive, until nothing is left. */
  void settle() {
    for (var kind = 0; kind < kinds.size(); kind++) {
      hear(kind);
    }
    while (!requests.isEmpty()) {
      carryOut(true);
    }
  }

  private void tell(List<SchedulerEvent> events) {
    for (var command : core.on(events, world.now())) {
      switch (command) {
        case SchedulerCommand.BindPod bind -> requests.add(() -> bind(bind));
        case SchedulerCommand.ForVolumes(var wanted) ->
            requests.add(() -> List.of(new SchedulerEvent.ForVolumes(write(wanted))));
        case SchedulerCommand.EvictPod evict ->
            requests.add(
                () -> {
                  world.delete(Resources.PODS, evict.pod(), "");
                  return List.of();
                });
        default -> {}
      }
    }
  }

  private List<SchedulerEvent> bind(SchedulerCommand.BindPod bind) {
    var pod =
        world
            .get(Resources.PODS, bind.pod())
            .filter(each -> each.getMetadata().getUid().equals(bind.uid()))
            .filter(each -> each.getMetadata().getDeletionTimestamp() == null)
            .filter(each -> each.getSpec().getNodeName() == null);
    if (pod.isEmpty()) {
      return List.of(
          new SchedulerEvent.BindFailed(
              bind.pod(), bind.uid(), SchedulerEvent.Failure.OVERTAKEN, "gone"));
    }
    world.changeAt(Resources.PODS, bind.pod(), each -> placed(each, bind.node()));
    return List.of();
  }

  private static Pod placed(Pod pod, String node) {
    return pod.edit().editSpec().withNodeName(node).endSpec().build();
  }

  private VolumeEvent.Written write(VolumeCommand wanted) {
    var facts = new ArrayList<VolumeEvent>();
    Optional<String> failure = Optional.empty();
    for (var write : wanted.writes()) {
      if (failure.isEmpty()) {
        failure = VolumeSteps.take(write, this, facts::add);
      }
    }
    return new VolumeEvent.Written(
        wanted.pod(), wanted.uid(), wanted.writes(), facts, failure.orElse(""), false);
  }

  @Override
  public <T extends HasMetadata> Optional<String> change(
      Resource<T> resource, ObjectKey key, Function<T, Step> next, Consumer<T> last) {
    for (var found = world.get(resource, key);
        found.isPresent();
        found = world.get(resource, key)) {
      switch (next.apply(found.get())) {
        case Step.Done() -> {
          last.accept(found.get());
          return Optional.empty();
        }
        case Step.Overtaken(var why) -> {
          last.accept(found.get());
          return Optional.of(why);
        }
        case Step.Change(var request) -> patch(resource, request);
      }
    }
    return Optional.of(resource.kind() + " " + key + " is gone");
  }

  private <T extends HasMetadata> void patch(Resource<T> resource, ApiRequest.PatchObject request) {
    world.carryOut(
        new Command.MergePatch<>(resource, request.key(), request.subresource(), request.body()));
  }
}
