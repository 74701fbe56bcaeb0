package dev.nauarch.apiserver.registry;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.FieldError;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.object.StoredObject;
import dev.nauarch.apiserver.port.Admission;
import dev.nauarch.apiserver.port.AdmissionRequest;
import dev.nauarch.apiserver.port.Reservation;
import dev.nauarch.apiserver.port.Strategy;
import dev.nauarch.store.Entry;
import dev.nauarch.store.Mutation;
import dev.nauarch.store.Outcome;
import dev.nauarch.store.Precondition;
import dev.nauarch.store.StoreException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/** Replaces objects by changed ones: updates and patches of objects and of their subresources. */
final class Replacement {

  private static final String MODIFIED =
      "the object has been modified; please apply your changes to the latest version and try again";

  /**
   * What a change is allowed.
   *
   * @param isPatch whether it changes the object rather than naming another in its place
   * @param needsVersion whether the object must name the resourceVersion that it replaces
   * @param admission who judges it
   */
  record Terms(boolean isPatch, boolean needsVersion, Admission admission) {}

  private final Parts parts;

  Replacement(Parts parts) {
    this.parts = parts;
  }

  /**
   * Replaces an object; a change that does not name a resourceVersion is made again on top of what
   * others wrote meanwhile.
   *
   * @throws ApiException {@code NOT_FOUND} where there is none
   */
  StoredObject replace(Target target, Transformation change, Terms terms, WriteOptions options) {
    return untilDone(target, entry -> attempt(target, entry, change, terms, options));
  }

  /** The same for a change that is the server's own, which nobody defaults, judges or owns. */
  StoredObject rewrite(Target target, Transformation change, WriteOptions options) {
    return untilDone(
        target,
        entry -> {
          var apart = ManagedFieldsApart.of(entry.value());
          var rest = new StoredObject(target.localKey(), apart.rest(), entry.revision());
          var old = Versions.tree(parts.forms().served(target.kind(), rest), target.kind());
          var changed = Versions.encode(change.apply(old), target.kind());
          var bytes = apart.together(parts.forms().stored(target.kind(), changed));
          return options.isDryRun()
              ? new Attempt.Done(new StoredObject(target.localKey(), bytes, entry.revision()))
              : put(target, bytes, bytes, entry.revision());
        });
  }

  private StoredObject untilDone(Target target, Function<Entry, Attempt> attempts) {
    var current = parts.store().get(target.key());
    while (true) {
      switch (attempts.apply(current.orElseThrow(target::notFound))) {
        case Attempt.Done(var object) -> {
          return object;
        }
        case Attempt.Overtaken(var now) -> current = now;
      }
    }
  }

  private sealed interface Attempt {
    record Done(StoredObject object) implements Attempt {}

    record Overtaken(Optional<Entry> now) implements Attempt {}
  }

  private Attempt attempt(
      Target target, Entry entry, Transformation change, Terms terms, WriteOptions options) {
    var kind = target.kind();
    var stored = new StoredObject(target.localKey(), entry.value(), entry.revision());
    var served = parts.forms().served(kind, stored);
    var old = Versions.tree(served, kind);
    var object = change.apply(old);
    Metadata.settleNamespace(object, target);
    checkPreconditions(target, object, old, terms);
    var strategy = parts.strategies().of(kind);
    Creation.refuse(target, parts.schemas().wrongTypes(kind, object, Optional.of(old)));
    parts.schemas().applyDefaults(kind, object);
    keepTheRest(target, object, old);
    var request =
        new AdmissionRequest(
            AdmissionRequest.Operation.UPDATE,
            kind,
            target.subresource(),
            target.admission(),
            Optional.of(object),
            Optional.of(old),
            options.context());
    terms.admission().mutate(request);
    Metadata.settleNamespace(object, target);
    checkVersion(target, object, old, terms);
    Metadata.carryOver(object, old);
    strategy.prepareForUpdate(object, old, target.subresource(), options.user());
    Metadata.countGeneration(object, old, kind);
    if (options.apply() == WriteOptions.Apply.NO) {
      var now = parts.clock().instant();
      object = parts.ownership().update(kind, old, object, writer(target, options, now));
    }
    validate(target, object, old, strategy);
    if (target.subresource().isEmpty()) {
      parts.schemas().warnings(kind, object, old).forEach(options.warnings());
    }
    if (!target.subresource().equals("status")) {
      strategy.warnings(object, old).forEach(options.warnings());
    }
    terms.admission().validate(request.of(object));
    return write(target, stored, old, object, options);
  }

  static FieldOwnership.Writer writer(Target target, WriteOptions options, Instant now) {
    return new FieldOwnership.Writer(
        options.fieldManager(),
        target.subresource(),
        options.apply() == WriteOptions.Apply.FORCED,
        now);
  }

  private static void checkVersion(Target target, ObjectNode object, ObjectNode old, Terms terms) {
    var version = Json.text(object, "metadata", "resourceVersion");
    if (Metadata.isAny(version)) {
      if (terms.needsVersion()) {
        Creation.refuse(
            target,
            List.of(
                FieldError.invalid(
                    "metadata.resourceVersion", "0", "must be specified for an update")));
      }
    } else if (!version.equals(Json.text(old, "metadata", "resourceVersion"))) {
      throw target.conflict(MODIFIED);
    }
  }

  private static void checkPreconditions(
      Target target, ObjectNode object, ObjectNode old, Terms terms) {
    checkVersion(target, object, old, terms);
    var metadata = Metadata.of(object);
    var uid = Json.text(metadata, "uid");
    var currentUid = Json.text(old, "metadata", "uid");
    if (!uid.isEmpty() && !uid.equals(currentUid)) {
      if (terms.isPatch()) {
        var error = FieldError.invalid("metadata.uid", "\"" + uid + "\"", "field is immutable");
        Creation.refuse(target, List.of(error));
      }
      throw target.conflict(
          "Precondition failed: UID in precondition: "
              + uid
              + ", UID in object meta: "
              + currentUid);
    }
    var name = Json.text(metadata, "name");
    if (name.isEmpty()) {
      throw ApiException.badRequest(
          "the name of the object ("
              + target.name()
              + " based on URL) was undeterminable: name must be provided");
    }
    if (!name.equals(target.name())) {
      throw ApiException.badRequest(
          "the name of the object ("
              + name
              + ") does not match the name on the URL ("
              + target.name()
              + ")");
    }
  }

  /** A write of the status leaves all else, a write of the object leaves the status. */
  private static void keepTheRest(Target target, ObjectNode object, ObjectNode old) {
    var hasStatus = target.kind().subresource("status").isPresent();
    if (target.subresource().equals("status")) {
      for (var field : List.copyOf(object.properties())) {
        if (!isOfStatus(field.getKey())) {
          object.remove(field.getKey());
        }
      }
      for (var field : old.properties()) {
        if (!isOfStatus(field.getKey())) {
          object.set(field.getKey(), field.getValue());
        }
      }
      Creation.showStatus(target.kind(), object);
    } else if (hasStatus && target.subresource().isEmpty()) {
      var status = old.get("status");
      if (status == null) {
        object.remove("status");
      } else {
        object.set("status", status);
      }
    }
  }

  private static boolean isOfStatus(String field) {
    return switch (field) {
      case "apiVersion", "kind", "metadata", "status" -> true;
      default -> false;
    };
  }

  private void validate(Target target, ObjectNode object, ObjectNode old, Strategy strategy) {
    var errors =
        new ArrayList<FieldError>(MetadataRules.validateUpdate(object, old, target.kind()));
    errors.addAll(parts.schemas().validate(target.kind(), object, Optional.of(old)));
    errors.addAll(strategy.validateUpdate(object, old, target.subresource()));
    Creation.refuse(target.named(Metadata.name(object)), errors);
  }

  private Attempt write(
      Target target, StoredObject stored, ObjectNode old, ObjectNode object, WriteOptions options) {
    var bytes = Versions.encode(object, target.kind());
    var isLast =
        Metadata.isBeingDeleted(object)
            && Metadata.finalizers(object, target.kind()).isEmpty()
            && Metadata.of(object).path("deletionGracePeriodSeconds").asLong(0) == 0;
    if (!isLast
        && Arrays.equals(parts.forms().stored(target.kind(), bytes), stored.stored())
        && !parts.store().isStale(target.key())) {
      return new Attempt.Done(new StoredObject(target.localKey(), bytes, stored.revision()));
    }
    if (options.isDryRun()) {
      return new Attempt.Done(new StoredObject(target.localKey(), bytes, stored.revision()));
    }
    return isLast ? remove(target, stored, bytes, object) : put(target, stored, old, object, bytes);
  }

  private Attempt put(
      Target target, StoredObject stored, ObjectNode old, ObjectNode object, byte[] encoded) {
    var strategy = parts.strategies().of(target.kind());
    var reservation = strategy.reserve(object, old);
    try {
      var bytes =
          reservation.equals(Reservation.NONE) ? encoded : Versions.encode(object, target.kind());
      var form = parts.forms().stored(target.kind(), bytes);
      var attempt = put(target, form, bytes, stored.revision());
      if (attempt instanceof Attempt.Done) {
        reservation.stored();
      } else {
        reservation.abandoned();
      }
      return attempt;
    } catch (StoreException e) {
      Creation.abandon(reservation, e);
      throw e;
    }
  }

  private Attempt put(Target target, byte[] form, byte[] served, long revision) {
    var at = new Precondition.AtRevision(revision);
    return switch (parts.store().write(new Mutation.Put(target.key(), form, at))) {
      case Outcome.Committed(var written, var previous) ->
          new Attempt.Done(new StoredObject(target.localKey(), served, written));
      case Outcome.Conflict(var now) -> new Attempt.Overtaken(now);
    };
  }

  /** The last finalizer of an object that is being deleted has gone, and the object goes too. */
  private Attempt remove(Target target, StoredObject stored, byte[] bytes, ObjectNode object) {
    var at = new Precondition.AtRevision(stored.revision());
    return switch (parts.store().write(new Mutation.Delete(target.key(), at))) {
      case Outcome.Committed(var revision, var previous) -> {
        parts.strategies().of(target.kind()).released(object);
        yield new Attempt.Done(new StoredObject(target.localKey(), bytes, revision));
      }
      case Outcome.Conflict(var now) -> new Attempt.Overtaken(now);
    };
  }
}
