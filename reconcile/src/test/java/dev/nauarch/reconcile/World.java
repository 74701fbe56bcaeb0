package dev.nauarch.reconcile;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nauarch.api.ModelCodec;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A cluster in memory for the tests of controllers: it carries plans out as an API server would,
 * with versions, uids, finalizers and refusals, and lets time pass by command.
 */
public final class World implements KeptObjects {

  private static final Set<String> NOT_STORED_AS_ZERO =
      Set.of(
          "active",
          "succeeded",
          "failed",
          "updatedReplicas",
          "readyReplicas",
          "availableReplicas",
          "unavailableReplicas",
          "currentReplicas",
          "numberAvailable",
          "numberUnavailable",
          "updatedNumberScheduled",
          "fullyLabeledReplicas");

  private static final int ROUNDS_MAX = 100;

  private final Map<String, TreeMap<ObjectKey, HasMetadata>> objectsByKind = new TreeMap<>();
  private final Map<String, Set<ObjectKey>> goneByKind = new TreeMap<>();
  private final Set<ObjectKey> usedAgain = new TreeSet<>();
  private final List<Resource<?>> resources = new ArrayList<>();
  private final Map<String, Reading> answers = new HashMap<>();
  private final List<String> events = new ArrayList<>();
  private final Map<Resource<?>, String> refusals = new HashMap<>();
  private final Map<String, String> refusedPatches = new HashMap<>();
  private boolean podsLinger;
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private Instant wakeAt = Instant.MAX;
  private long version;

  /** The present. */
  public Instant now() {
    return now;
  }

  /** Lets time pass. */
  public void pass(Duration time) {
    now = now.plus(time);
  }

  /** How often anything has changed. */
  public long version() {
    return version;
  }

  /** When a controller wants to look again; {@link Instant#MAX} for never. */
  public Instant wakeAt() {
    return wakeAt;
  }

  /** Has deleted pods stay, as on a node that takes its time, until {@link #letGo}. */
  public void letPodsLinger() {
    podsLinger = true;
  }

  /** The node is done with a deleted pod, which goes if nobody else holds it. */
  public void letGo(Pod pod) {
    changeAt(
        dev.nauarch.api.Resources.PODS,
        ObjectKey.of(pod),
        each ->
            each.edit().editMetadata().removeFromFinalizers("test/grace").endMetadata().build());
  }

  /** What users were told, as {@code reason: note}. */
  public List<String> events() {
    return events;
  }

  /** Has objects of a kind collected from the beginning. */
  public void know(Resource<?> resource) {
    if (!resources.contains(resource)) {
      resources.add(resource);
    }
  }

  /** The names that an object got after another of its kind had gone. */
  public Set<ObjectKey> usedAgain() {
    return usedAgain;
  }

  /** Adds an object as a user would; what it needs is filled in. */
  public <T extends HasMetadata> T add(Resource<T> resource, T object) {
    know(resource);
    var stored = copy(resource, object);
    var metadata = stored.getMetadata();
    if (metadata.getNamespace() == null && resource.namespaced()) {
      metadata.setNamespace("default");
    }
    var key = ObjectKey.of(stored);
    if (of(resource).containsKey(key)) {
      throw new IllegalStateException(resource.plural() + " " + key + " exists already");
    }
    if (gone(resource).contains(key)) {
      usedAgain.add(key);
    }
    version++;
    metadata.setUid(resource.plural() + "-" + version);
    metadata.setResourceVersion(Long.toString(version));
    metadata.setGeneration(1L);
    metadata.setCreationTimestamp(Times.format(now));
    of(resource).put(key, stored);
    return stored;
  }

  private <T extends HasMetadata> T copy(Resource<T> resource, HasMetadata object) {
    return ModelCodec.decode(ModelCodec.tree(object), resource.type());
  }

  @Override
  public Map<ObjectKey, HasMetadata> of(Resource<?> resource) {
    return objectsByKind.computeIfAbsent(
        resource.group() + "/" + resource.plural(), kind -> new TreeMap<>());
  }

  @Override
  public Set<ObjectKey> gone(Resource<?> resource) {
    return goneByKind.computeIfAbsent(
        resource.group() + "/" + resource.plural(), kind -> new TreeSet<>());
  }

  /** Changes an object as somebody else would. */
  public <T extends HasMetadata> void change(
      Resource<T> resource, String name, UnaryOperator<T> change) {
    var key = new ObjectKey(resource.namespaced() ? "default" : "", name);
    put(resource, change.apply(copy(resource, get(resource, key).orElseThrow())));
  }

  /** Changes an object as somebody else would, where it is still there. */
  public <T extends HasMetadata> void changeAt(
      Resource<T> resource, ObjectKey key, UnaryOperator<T> change) {
    get(resource, key).ifPresent(found -> put(resource, change.apply(copy(resource, found))));
  }

  /** Changes every pod whose name starts with a text. */
  public void changePods(String prefix, UnaryOperator<Pod> change) {
    for (var pod : list(dev.nauarch.api.Resources.PODS)) {
      if (pod.getMetadata().getName().startsWith(prefix)) {
        put(
            dev.nauarch.api.Resources.PODS,
            change.apply(copy(dev.nauarch.api.Resources.PODS, pod)));
      }
    }
  }

  private <T extends HasMetadata> void put(Resource<T> resource, T object) {
    var key = ObjectKey.of(object);
    object.getMetadata().setResourceVersion(Long.toString(++version));
    var metadata = object.getMetadata();
    var before = of(resource).get(key);
    if (before != null && !spec(before).equals(spec(object))) {
      metadata.setGeneration(before.getMetadata().getGeneration() + 1);
    }
    if (metadata.getDeletionTimestamp() != null && metadata.getFinalizers().isEmpty()) {
      of(resource).remove(key);
      gone(resource).add(key);
    } else {
      of(resource).put(key, object);
    }
  }

  private static String spec(HasMetadata object) {
    return ModelCodec.canonical(ModelCodec.tree(object).path("spec"));
  }

  /** Deletes an object as a user would: it stays while it has finalizers. */
  public <T extends HasMetadata> void delete(
      Resource<T> resource, ObjectKey key, String finalizer) {
    get(resource, key)
        .ifPresent(
            found -> {
              var object = copy(resource, found);
              object.getMetadata().setDeletionTimestamp(Times.format(now));
              var isNew = found.getMetadata().getDeletionTimestamp() == null;
              if (podsLinger && isNew && object instanceof Pod) {
                object.getMetadata().getFinalizers().add("test/grace");
              }
              if (!finalizer.isEmpty()
                  && !object.getMetadata().getFinalizers().contains(finalizer)) {
                object.getMetadata().getFinalizers().add(finalizer);
              }
              put(resource, object);
            });
  }

  /** Runs controllers until none wants anything more at this instant. */
  public void settle(Reconciler... reconcilers) {
    for (int round = 0; round < ROUNDS_MAX; round++) {
      var changed = false;
      wakeAt = Instant.MAX;
      for (var reconciler : reconcilers) {
        for (var key : keys(reconciler)) {
          var plan = reconciler.reconcile(key, this, now);
          plan.wakeAt().filter(wakeAt::isAfter).ifPresent(at -> wakeAt = at);
          changed |= !plan.commands().stream().allMatch(Command.Event.class::isInstance);
          carryOut(plan);
        }
      }
      if (!changed) {
        return;
      }
    }
    throw new AssertionError("the controllers do not come to rest; events " + events);
  }

  /** What a controller would look at if it were told of every object. */
  public List<ObjectKey> keys(Reconciler reconciler) {
    var keys = new TreeSet<ObjectKey>();
    for (var trigger : reconciler.triggers()) {
      switch (trigger) {
        case Trigger.Of<?> of -> keys.addAll(keysOf(of));
        case Trigger.OfAny(var any) -> {
          for (var resource : resources()) {
            list(resource).forEach(object -> keys.addAll(any.of(resource, object, false, this)));
          }
        }
      }
    }
    return List.copyOf(keys);
  }

  private <T extends HasMetadata> List<ObjectKey> keysOf(Trigger.Of<T> trigger) {
    return list(trigger.resource()).stream()
        .flatMap(object -> trigger.keys().of(object, this).stream())
        .toList();
  }

  /** Has the cluster refuse to make objects of a kind from now on; null for no longer. */
  public void refuse(Resource<?> resource, @Nullable String why) {
    if (why == null) {
      refusals.remove(resource);
    } else {
      refusals.put(resource, why);
    }
  }

  /** Has the cluster refuse patches of a subresource from now on. */
  public void refusePatches(String subresource, String why) {
    refusedPatches.put(subresource, why);
  }

  /** Has a controller act once upon a key, and hear what the cluster refuses of that. */
  public void act(Reconciler reconciler, ObjectKey key) {
    for (var command : reconciler.reconcile(key, this, now).commands()) {
      var why =
          switch (command) {
            case Command.Create<?> create -> refusals.get(create.resource());
            case Command.MergePatch<?> patch -> refusedPatches.get(patch.subresource());
            default -> null;
          };
      if (why != null) {
        carryOut(reconciler.refused(key, command, why, this, now));
        return;
      }
      if (!carryOut(command)) {
        return;
      }
    }
  }

  /** Carries out a plan until the first command that an API server would refuse. */
  public void carryOut(Plan plan) {
    for (var command : plan.commands()) {
      if (!carryOut(command)) {
        return;
      }
    }
  }

  /** Carries out a command; whether an API server would. */
  public boolean carryOut(Command command) {
    return switch (command) {
      case Command.Create<?> create -> create(create);
      case Command.Update<?> update -> replace(update.resource(), update.object());
      case Command.UpdateStatus<?> update -> replace(update.resource(), update.object());
      case Command.Release<?> release -> release(release);
      case Command.MergePatch<?> patch -> patch(patch);
      case Command.Delete<?> delete -> delete(delete);
      case Command.Rescale rescale -> rescale(rescale);
      case Command.Evict(var pod, var uid) -> {
        delete(dev.nauarch.api.Resources.PODS, pod, "");
        yield true;
      }
      case Command.FinalizeNamespace(var namespace) -> {
        put(
            dev.nauarch.api.Resources.NAMESPACES,
            ((Namespace) namespace)
                .edit()
                .editOrNewMetadata()
                .withFinalizers(List.of())
                .endMetadata()
                .build());
        yield true;
      }
      case Command.Confirm(var fact) -> bearsOut(fact);
      case Command.Event event -> events.add(event.reason() + ": " + event.note());
    };
  }

  private boolean rescale(Command.Rescale command) {
    if (!of(command.resource()).containsKey(command.key())) {
      return false;
    }
    resize(command.resource(), command.key(), command.replicas());
    return true;
  }

  private <T extends HasMetadata> void resize(Resource<T> resource, ObjectKey key, int replicas) {
    for (var known : resources) {
      if (known.plural().equals(resource.plural()) && known.type() != resource.type()) {
        resize(known, key, replicas);
        return;
      }
    }
    changeAt(
        resource,
        key,
        object -> {
          var tree = ModelCodec.tree(object);
          tree.withObjectProperty("spec").put("replicas", replicas);
          return ModelCodec.decode(tree, resource.type());
        });
  }

  /** Has a path be read from now on. */
  public void answer(String path, String json) {
    answers.put(
        path, new Reading.Found(new Tree(ModelCodec.map(ModelCodec.tree(json.getBytes(UTF_8))))));
  }

  /** Has a path fail from now on. */
  public void deny(String path, String why) {
    answers.put(path, new Reading.Failed(why));
  }

  @Override
  public Reading read(String path) {
    return answers.getOrDefault(
        path, new Reading.Failed("the server could not find the requested resource"));
  }

  private <T extends HasMetadata> boolean create(Command.Create<T> command) {
    if (get(command.resource(), ObjectKey.of(command.object())).isPresent()) {
      return false;
    }
    add(command.resource(), command.object());
    return true;
  }

  private <T extends HasMetadata> boolean replace(Resource<T> resource, HasMetadata object) {
    var current = get(resource, ObjectKey.of(object));
    var seen = object.getMetadata().getResourceVersion();
    if (current.isEmpty() || !current.get().getMetadata().getResourceVersion().equals(seen)) {
      return false;
    }
    var tree = ModelCodec.tree(object);
    if (tree.get("status") instanceof ObjectNode status) {
      // The server stores no numbers that mean nothing else when they are absent.
      status
          .properties()
          .removeIf(
              field ->
                  field.getValue().isNumber()
                      && field.getValue().asInt() == 0
                      && NOT_STORED_AS_ZERO.contains(field.getKey()));
    }
    put(resource, ModelCodec.decode(tree, resource.type()));
    return true;
  }

  private <T extends HasMetadata> boolean release(Command.Release<T> command) {
    if (!replace(command.resource(), command.object())) {
      return false;
    }
    changeAt(
        command.resource(),
        ObjectKey.of(command.object()),
        object -> {
          object.getMetadata().getFinalizers().remove(command.finalizer());
          return object;
        });
    return true;
  }

  private <T extends HasMetadata> boolean patch(Command.MergePatch<T> command) {
    var current = get(command.resource(), command.key());
    if (current.isEmpty()) {
      return false;
    }
    var tree = ModelCodec.tree(current.get());
    var patch = ModelCodec.tree(command.body().getBytes(UTF_8));
    var seen = patch.at("/metadata/resourceVersion").asString("");
    if (!seen.isEmpty() && !seen.equals(current.get().getMetadata().getResourceVersion())) {
      return false;
    }
    merge(tree, patch);
    put(command.resource(), ModelCodec.decode(tree, command.resource().type()));
    return true;
  }

  private static void merge(ObjectNode target, ObjectNode patch) {
    for (var field : patch.properties()) {
      if (field.getValue().isNull()) {
        target.remove(field.getKey());
      } else if (field.getValue() instanceof ObjectNode inner) {
        merge(target.withObjectProperty(field.getKey()), inner);
      } else {
        target.set(field.getKey(), field.getValue());
      }
    }
  }

  private <T extends HasMetadata> boolean delete(Command.Delete<T> command) {
    get(command.resource(), command.key())
        .filter(object -> object.getMetadata().getUid().equals(command.uid()))
        .ifPresent(
            object ->
                delete(
                    command.resource(),
                    command.key(),
                    command.propagation().equals("Foreground") ? "foregroundDeletion" : ""));
    return true;
  }

  private boolean bearsOut(Command.Fact fact) {
    return switch (fact) {
      case Command.Fact.Gone(var resource, var key, var uid) ->
          get(resource, key).filter(o -> o.getMetadata().getUid().equals(uid)).isEmpty();
      case Command.Fact.Absent(var resource, var key) -> get(resource, key).isEmpty();
      case Command.Fact.Empty(var namespace, var kinds) ->
          kinds.stream().allMatch(kind -> list(kind, namespace).isEmpty());
    };
  }

  @Override
  public List<Resource<?>> resources() {
    return List.copyOf(resources);
  }
}
