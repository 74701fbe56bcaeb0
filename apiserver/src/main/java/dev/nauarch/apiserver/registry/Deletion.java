package dev.nauarch.apiserver.registry;

import dev.nauarch.api.ApiException;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.object.StoredObject;
import dev.nauarch.apiserver.port.Admission;
import dev.nauarch.apiserver.port.AdmissionRequest;
import dev.nauarch.apiserver.port.Strategy;
import dev.nauarch.store.Mutation;
import dev.nauarch.store.Outcome;
import dev.nauarch.store.Precondition;
import java.util.Arrays;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * Deletes objects: at once, or, where finalizers or a grace period stand against it, by marking
 * them; the last writer that takes away what stands against it then removes the object.
 */
final class Deletion {

  private static final String FOREGROUND = "foregroundDeletion";
  private static final String ORPHAN = "orphan";

  private final Parts parts;

  Deletion(Parts parts) {
    this.parts = parts;
  }

  Deleted delete(Target target, DeleteRequest request, WriteOptions options, Admission admission) {
    var current = parts.store().get(target.key());
    while (true) {
      var entry = current.orElseThrow(target::notFound);
      var stored = new StoredObject(target.localKey(), entry.value(), entry.revision());
      var served = parts.forms().served(target.kind(), stored);
      var object = Versions.tree(served, target.kind());
      checkPreconditions(target, object, request);
      admit(target, object, options, admission);
      var strategy = parts.strategies().of(target.kind());
      var marked = marked(target, object, request, strategy);
      var isLast = marked.isEmpty();
      if (isLast && strategy.isMarkedFirst() && !Metadata.isBeingDeleted(object)) {
        var ending = object.deepCopy();
        end(target, ending, object, 0);
        marked = Optional.of(ending);
      }
      if (options.isDryRun()) {
        return new Deleted(
            marked.isPresent() ? encoded(target, marked.get(), stored) : served, isLast);
      }
      var mutation = mutation(target, stored, marked);
      if (mutation.isEmpty()) {
        return new Deleted(served, false);
      }
      switch (parts.store().write(mutation.get())) {
        case Outcome.Committed(var revision, var previous) -> {
          if (marked.isEmpty()) {
            strategy.released(object);
            return new Deleted(served.at(revision), true);
          }
          var bytes = Versions.encode(marked.get(), target.kind());
          var written = new StoredObject(target.localKey(), bytes, revision);
          var ended =
              isLast
                  ? removed(target, written, object, strategy)
                  : Optional.of(new Deleted(written, false));
          if (ended.isPresent()) {
            return ended.get();
          }
          current = parts.store().get(target.key());
        }
        case Outcome.Conflict(var now) -> current = now;
      }
    }
  }

  /** Removes what has just been marked; empty where it has changed since. */
  private Optional<Deleted> removed(
      Target target, StoredObject marked, ObjectNode object, Strategy strategy) {
    var at = new Precondition.AtRevision(marked.revision());
    return switch (parts.store().write(new Mutation.Delete(target.key(), at))) {
      case Outcome.Committed(var revision, var previous) -> {
        strategy.released(object);
        yield Optional.of(new Deleted(marked.at(revision), true));
      }
      case Outcome.Conflict(var now) ->
          now.isPresent() ? Optional.empty() : Optional.of(new Deleted(marked, true));
    };
  }

  private static void admit(
      Target target, ObjectNode object, WriteOptions options, Admission admission) {
    var request =
        new AdmissionRequest(
            AdmissionRequest.Operation.DELETE,
            target.kind(),
            target.subresource(),
            target.admission(),
            Optional.empty(),
            Optional.of(object),
            options.context());
    admission.mutate(request);
    admission.validate(request);
  }

  private static void checkPreconditions(Target target, ObjectNode object, DeleteRequest request) {
    var uid = Json.text(object, "metadata", "uid");
    if (!request.uid().isEmpty() && !request.uid().equals(uid)) {
      throw conflict(
          target,
          "the UID in the precondition (%s) does not match the UID in record (%s)."
              + " The object might have been deleted and then recreated",
          request.uid(),
          uid);
    }
    var version = Json.text(object, "metadata", "resourceVersion");
    if (!request.resourceVersion().isEmpty() && !request.resourceVersion().equals(version)) {
      throw conflict(
          target,
          "the ResourceVersion in the precondition (%s) does not match the ResourceVersion in"
              + " record (%s). The object might have been modified",
          request.resourceVersion(),
          version);
    }
  }

  /** Names the kind, where every other conflict names the resource, as Kubernetes does. */
  private static ApiException conflict(Target target, String why, String wanted, String found) {
    var kind = target.kind();
    return ApiException.conflict(
        kind.group(), kind.kind(), target.name(), why.formatted(wanted, found));
  }

  /** The object as it waits for its end; empty when nothing stands against removing it now. */
  private Optional<ObjectNode> marked(
      Target target, ObjectNode object, DeleteRequest request, Strategy strategy) {
    var changed = object.deepCopy();
    if (!Metadata.isBeingDeleted(object)) {
      strategy.prepareForDelete(changed, parts.clock().instant());
    }
    var metadata = Metadata.of(changed);
    setPropagation(changed, request, strategy);
    var grace = strategy.gracePeriodSeconds(object, request.graceSeconds().orElse(-1));
    if (Metadata.isBeingDeleted(object)) {
      var before = metadata.path("deletionGracePeriodSeconds").asLong(0);
      grace = Math.min(grace, before);
    }
    var finalizers = Metadata.finalizers(changed, target.kind());
    if (finalizers.isEmpty() && grace == 0) {
      return Optional.empty();
    }
    var isSooner = grace < metadata.path("deletionGracePeriodSeconds").asLong(0);
    if (!Metadata.isBeingDeleted(object) || isSooner) {
      end(target, changed, object, grace);
    }
    if (target.kind().kind().equals("Namespace") && target.kind().group().isEmpty()) {
      Json.childOf(changed, "status").put("phase", "Terminating");
    }
    return Optional.of(changed);
  }

  /** Has an object end in so many seconds, in place. */
  private void end(Target target, ObjectNode changed, ObjectNode before, long grace) {
    var metadata = Metadata.of(changed);
    var end = parts.clock().instant().plusSeconds(grace);
    metadata.put("deletionTimestamp", Metadata.timestamp(end));
    metadata.put("deletionGracePeriodSeconds", grace);
    Metadata.countGeneration(changed, before, target.kind());
  }

  private static void setPropagation(ObjectNode object, DeleteRequest request, Strategy strategy) {
    var metadata = Metadata.of(object);
    var finalizers = Metadata.texts(metadata, "finalizers");
    var before = finalizers.size();
    var wanted =
        switch (request.propagation()) {
          case "Foreground" -> FOREGROUND;
          case "Orphan" -> ORPHAN;
          case "Background" -> "";
          default -> strategy.orphansByDefault() ? ORPHAN : null;
        };
    if (wanted == null) {
      return;
    }
    finalizers.removeIf(
        one -> !one.equals(wanted) && (one.equals(FOREGROUND) || one.equals(ORPHAN)));
    if (!wanted.isEmpty() && !finalizers.contains(wanted)) {
      finalizers.add(wanted);
    } else if (finalizers.size() == before) {
      return;
    }
    Metadata.setTexts(metadata, "finalizers", finalizers);
  }

  private Optional<Mutation> mutation(
      Target target, StoredObject stored, Optional<ObjectNode> marked) {
    var at = new Precondition.AtRevision(stored.revision());
    if (marked.isEmpty()) {
      return Optional.of(new Mutation.Delete(target.key(), at));
    }
    var served = Versions.encode(marked.get(), target.kind());
    var bytes = parts.forms().stored(target.kind(), served);
    return Arrays.equals(bytes, stored.stored())
        ? Optional.empty()
        : Optional.of(new Mutation.Put(target.key(), bytes, at));
  }

  private static StoredObject encoded(Target target, ObjectNode object, StoredObject stored) {
    return new StoredObject(
        target.localKey(), Versions.encode(object, target.kind()), stored.revision());
  }
}
