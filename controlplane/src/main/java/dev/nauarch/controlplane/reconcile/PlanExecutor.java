package dev.nauarch.controlplane.reconcile;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.ApiException.Reason;
import dev.nauarch.api.FieldError;
import dev.nauarch.api.ModelCodec;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resource;
import dev.nauarch.api.Resources;
import dev.nauarch.client.ClusterClient;
import dev.nauarch.client.DeleteOptions;
import dev.nauarch.client.Patch;
import dev.nauarch.client.Selection;
import dev.nauarch.reconcile.Command;
import dev.nauarch.reconcile.Command.Fact;
import dev.nauarch.reconcile.MergePatches;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/**
 * Carries out plans. Neighbouring commands that make, patch or delete objects of one kind are
 * independent of each other and go out side by side.
 */
final class PlanExecutor implements AutoCloseable {

  private static final int IN_FLIGHT_MAX = 64;

  /** How a plan ended. */
  sealed interface Result {

    /** All was done. */
    record Done() implements Result {}

    /**
     * All was done but what was to be made in a namespace that ends. Nothing can be made there any
     * more, so that trying again is of no use, and nobody need be told.
     */
    record Ending() implements Result {}

    /** The snapshot lagged behind, or somebody else was faster: look again soon. */
    record Outdated(String why) implements Result {}

    /** The cluster refused a command. */
    record Refused(Command command, ApiException why) implements Result {}
  }

  private final ClusterClient client;
  private final EventRecorder events;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Semaphore inFlight = new Semaphore(IN_FLIGHT_MAX);

  PlanExecutor(ClusterClient client, EventRecorder events) {
    this.client = client;
    this.events = events;
  }

  /** Carries out commands in order until one fails. */
  Result execute(String controller, List<Command> commands, OwnWrites writes)
      throws InterruptedException {
    Result all = new Result.Done();
    int from = 0;
    while (from < commands.size()) {
      var to = endOfBatch(commands, from);
      var result =
          commands.get(from) instanceof Command.Create<?>
              ? creates(controller, commands.subList(from, to), writes)
              : batch(controller, commands.subList(from, to), writes);
      if (result instanceof Result.Ending) {
        all = result;
      } else if (!(result instanceof Result.Done)) {
        return result;
      }
      from = to;
    }
    return all;
  }

  /** One first, then twice as many each time: what refuses one object refuses most others too. */
  private Result creates(String controller, List<Command> commands, OwnWrites writes)
      throws InterruptedException {
    int from = 0;
    for (int size = 1; from < commands.size(); size *= 2) {
      var to = Math.min(from + size, commands.size());
      var result = batch(controller, commands.subList(from, to), writes);
      if (!(result instanceof Result.Done)) {
        return result;
      }
      from = to;
    }
    return new Result.Done();
  }

  private static int endOfBatch(List<Command> commands, int from) {
    var first = commands.get(from);
    int to = from + 1;
    while (to < commands.size() && areIndependent(first, commands.get(to))) {
      to++;
    }
    return to;
  }

  private static boolean areIndependent(Command first, Command next) {
    return switch (first) {
      case Command.Create<?> a ->
          next instanceof Command.Create<?> b && same(a.resource(), b.resource());
      case Command.Delete<?> a ->
          next instanceof Command.Delete<?> b && same(a.resource(), b.resource());
      case Command.MergePatch<?> a ->
          next instanceof Command.MergePatch<?> b
              && same(a.resource(), b.resource())
              && !a.key().equals(b.key());
      case Command.Update<?> a -> false;
      case Command.UpdateStatus<?> a -> false;
      case Command.Release<?> a -> false;
      case Command.Rescale a -> false;
      case Command.Evict a -> false;
      case Command.FinalizeNamespace a -> false;
      case Command.Confirm a -> false;
      case Command.Event a -> false;
    };
  }

  private static boolean same(Resource<?> a, Resource<?> b) {
    return a.equals(b);
  }

  private Result batch(String controller, List<Command> commands, OwnWrites writes)
      throws InterruptedException {
    if (commands.size() == 1) {
      return one(controller, commands.getFirst(), writes);
    }
    var running = new ArrayList<Future<Result>>();
    for (var command : commands) {
      inFlight.acquire();
      running.add(
          threads.submit(
              () -> {
                try {
                  return one(controller, command, writes);
                } finally {
                  inFlight.release();
                }
              }));
    }
    Result worst = new Result.Done();
    for (var each : running) {
      var result = resultOf(each);
      if (!(result instanceof Result.Done) && !(worst instanceof Result.Refused)) {
        worst = result;
      }
    }
    return worst;
  }

  private static Result resultOf(Future<Result> future) throws InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a command broke", e.getCause());
    }
  }

  private Result one(String controller, Command command, OwnWrites writes) {
    try {
      return carryOut(controller, command, writes);
    } catch (ApiException e) {
      return switch (e.reason()) {
        case CONFLICT, ALREADY_EXISTS, NOT_FOUND ->
            new Result.Outdated(e.reason() + ": " + e.getMessage());
        default ->
            command instanceof Command.Create<?>
                    && e.hasCause(FieldError.Type.NAMESPACE_TERMINATING)
                ? new Result.Ending()
                : new Result.Refused(command, e);
      };
    }
  }

  private Result carryOut(String controller, Command command, OwnWrites writes) {
    switch (command) {
      case Command.Create<?> create -> create(create, writes);
      case Command.Update<?> update -> update(update, writes);
      case Command.UpdateStatus<?> update -> updateStatus(update, writes);
      case Command.Release<?> release -> release(release, writes);
      case Command.MergePatch<?> patch -> patch(patch, writes);
      case Command.Delete<?> delete -> delete(delete, writes);
      case Command.Rescale rescale -> rescale(rescale);
      case Command.Evict(var pod, var uid) -> evict(pod, uid);
      case Command.FinalizeNamespace(var namespace) -> finalizeNamespace(namespace);
      case Command.Event event -> events.record(controller, event);
      case Command.Confirm(var fact) -> {
        var contradiction = contradiction(fact);
        if (contradiction.isPresent()) {
          return new Result.Outdated(contradiction.get());
        }
      }
    }
    return new Result.Done();
  }

  private <T extends HasMetadata> void create(Command.Create<T> command, OwnWrites writes) {
    var written = client.create(command.resource(), command.object());
    writes.written(command.resource(), written);
  }

  private <T extends HasMetadata> void update(Command.Update<T> command, OwnWrites writes) {
    writes.written(command.resource(), client.update(command.resource(), command.object()));
  }

  private <T extends HasMetadata> void updateStatus(
      Command.UpdateStatus<T> command, OwnWrites writes) {
    writes.written(command.resource(), client.updateStatus(command.resource(), command.object()));
  }

  private <T extends HasMetadata> void release(Command.Release<T> command, OwnWrites writes) {
    var written = client.updateStatus(command.resource(), command.object());
    var body = MergePatches.withoutFinalizer(written, command.finalizer());
    var patch = Patch.merge("", body);
    writes.written(
        command.resource(), client.patch(command.resource(), ObjectKey.of(written), patch));
  }

  private <T extends HasMetadata> void patch(Command.MergePatch<T> command, OwnWrites writes) {
    var patch = Patch.merge(command.subresource(), command.body());
    writes.written(command.resource(), client.patch(command.resource(), command.key(), patch));
  }

  /** What comes back is a scale, of which no cache will hear. */
  private void rescale(Command.Rescale command) {
    var size = ModelCodec.emptyTree();
    size.putObject("spec").put("replicas", command.replicas());
    var patch = Patch.merge("scale", size.toString());
    client.patch(command.resource().metadata(), command.key(), patch);
  }

  private void evict(ObjectKey pod, String uid) {
    var eviction = ModelCodec.emptyTree();
    eviction.put("apiVersion", "policy/v1").put("kind", "Eviction");
    var metadata = eviction.putObject("metadata");
    metadata.put("namespace", pod.namespace()).put("name", pod.name());
    eviction.putObject("deleteOptions").putObject("preconditions").put("uid", uid);
    client.post(Resources.PODS, pod, "eviction", eviction);
  }

  private <T extends HasMetadata> void delete(Command.Delete<T> command, OwnWrites writes) {
    var options =
        new DeleteOptions(command.graceSeconds(), command.propagation(), command.uid(), "");
    try {
      client.delete(command.resource(), command.key(), options);
    } catch (ApiException e) {
      if (e.reason() != Reason.CONFLICT) {
        throw e;
      }
      // Another object has the name now; the one that was meant is gone.
    }
    writes.deleted(command.resource(), command.key(), command.uid());
  }

  private void finalizeNamespace(HasMetadata namespace) {
    var tree = ModelCodec.tree(namespace);
    tree.withObject("/spec").putArray("finalizers");
    var emptied = ModelCodec.decode(tree, Namespace.class);
    client.updateSubresource(Resources.NAMESPACES, "finalize", emptied);
  }

  private Optional<String> contradiction(Fact fact) {
    return switch (fact) {
      case Fact.Gone(var resource, var key, var uid) ->
          client
              .get(resource, key)
              .filter(object -> object.getMetadata().getUid().equals(uid))
              .map(object -> resource.kind() + " " + key + " is still there");
      case Fact.Absent(var resource, var key) ->
          client.get(resource, key).map(object -> resource.kind() + " " + key + " is there");
      case Fact.Empty(var namespace, var resources) ->
          resources.stream()
              .filter(resource -> holds(resource, namespace))
              .map(resource -> "namespace " + namespace + " still has " + resource.plural())
              .findFirst();
    };
  }

  private boolean holds(Resource<?> resource, String namespace) {
    try {
      return !client.list(resource, Selection.inNamespace(namespace)).items().isEmpty();
    } catch (ApiException e) {
      if (e.reason() == Reason.NOT_FOUND) {
        return false; // the kind is no longer served
      }
      throw e;
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
