package dev.nauarch.apiserver.registry;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.FieldError;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.object.StoredObject;
import dev.nauarch.apiserver.port.AdmissionRequest;
import dev.nauarch.apiserver.port.Reservation;
import dev.nauarch.apiserver.port.Strategy;
import dev.nauarch.apiserver.schema.ObjectForm;
import dev.nauarch.store.Mutation;
import dev.nauarch.store.Outcome;
import dev.nauarch.store.Precondition;
import dev.nauarch.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** Creates objects. */
final class Creation {

  private static final int NAMES_TRIED_MAX = 8;

  /** Where the definitions of Kubernetes' own kinds are. */
  private static final String OWN_KINDS = "io.k8s.api.";

  private static final Precondition ABSENT = new Precondition.Absent();

  private final Parts parts;

  Creation(Parts parts) {
    this.parts = parts;
  }

  /**
   * Creates an object.
   *
   * @param target where; an empty name leaves it to the object
   * @param body the object, which becomes the registry's own
   */
  StoredObject create(Target target, ObjectNode body, WriteOptions options) {
    if (options.apply() == WriteOptions.Apply.NO) {
      Metadata.requireUnstored(body);
    }
    Metadata.settleNamespace(body, target);
    settleName(body, target);
    var request = admitted(target, body, options);
    var prefix = Json.text(Metadata.of(body), "generateName");
    if (!Metadata.name(body).isEmpty() || prefix.isEmpty()) {
      return attempt(target, request, body, options);
    }
    for (var tried = 1; ; tried++) {
      var named = tried < NAMES_TRIED_MAX ? body.deepCopy() : body;
      Metadata.of(named).put("name", Metadata.generated(prefix));
      try {
        return attempt(target, request, named, options);
      } catch (ApiException e) {
        if (e.reason() != ApiException.Reason.ALREADY_EXISTS || tried == NAMES_TRIED_MAX) {
          throw e;
        }
      }
    }
  }

  /** Lets admission change the object, which may still be without a name. */
  private AdmissionRequest admitted(Target target, ObjectNode object, WriteOptions options) {
    var kind = target.kind();
    refuse(
        target.named(Metadata.name(object)),
        parts.schemas().wrongTypes(kind, object, Optional.empty()));
    parts.schemas().applyDefaults(kind, object);
    var request =
        new AdmissionRequest(
            AdmissionRequest.Operation.CREATE,
            kind,
            target.subresource(),
            new AdmissionRequest.Target(target.namespace(), Metadata.name(object)),
            Optional.of(object),
            Optional.empty(),
            options.context());
    parts.admission().mutate(request);
    Metadata.settleNamespace(object, target);
    if (!Metadata.isAny(Json.text(object, "metadata", "resourceVersion"))
        && options.apply() == WriteOptions.Apply.NO) {
      // Admission has put it there, of which the client knows nothing.
      throw ApiException.foreign("", 500, Metadata.STORED, ApiException.Details.NONE);
    }
    return request;
  }

  private StoredObject attempt(
      Target unnamed, AdmissionRequest request, ObjectNode body, WriteOptions options) {
    var object = body;
    var kind = unnamed.kind();
    var strategy = parts.strategies().of(kind);
    var now = parts.clock().instant();
    Metadata.begin(object, kind, now);
    if (kind.subresource("status").isPresent() && !isNode(unnamed)) {
      object.remove("status");
    }
    strategy.prepareForCreate(object, options.user());
    if (options.apply() == WriteOptions.Apply.NO) {
      var writer = new FieldOwnership.Writer(options.fieldManager(), "", false, now);
      object = parts.ownership().update(kind, Json.object(), object, writer);
    }
    showStatus(kind, object);
    var target = unnamed.named(Metadata.name(object));
    validate(target, object, strategy);
    parts.schemas().warnings(kind, object, Json.object()).forEach(options.warnings());
    strategy.warnings(object, Json.object()).forEach(options.warnings());
    parts.admission().validate(request.of(object));
    return write(target, object, strategy, options);
  }

  /**
   * Clients in typed languages look into the status of a new object; of Kubernetes' own kinds they
   * always find one, with the numbers that are shown even where they are 0. Nobody owns it yet.
   */
  static void showStatus(Kind kind, ObjectNode object) {
    if (kind.subresource("status").isPresent()
        && kind.schema().definition().startsWith(OWN_KINDS)) {
      var status = Json.childOf(object, "status");
      if (status.isEmpty()) {
        kind.schema().property("status").ifPresent(form -> ObjectForm.fillDefaults(status, form));
      }
    }
  }

  /** A node brings its status with it; every other kind's begins empty. */
  private static boolean isNode(Target target) {
    return target.kind().kind().equals("Node") && target.kind().group().isEmpty();
  }

  private void validate(Target target, ObjectNode object, Strategy strategy) {
    var errors = new ArrayList<FieldError>(MetadataRules.validate(object, target.kind()));
    errors.addAll(parts.schemas().validate(target.kind(), object, Optional.empty()));
    errors.addAll(strategy.validate(object));
    refuse(target, errors);
  }

  static void refuse(Target target, List<FieldError> errors) {
    if (!errors.isEmpty()) {
      // The schema and a kind's own rules may both have found the same thing.
      throw ApiException.invalid(
          target.kind().group(),
          target.kind().kind(),
          target.name(),
          errors.stream().distinct().toList());
    }
  }

  private StoredObject write(
      Target target, ObjectNode object, Strategy strategy, WriteOptions options) {
    if (options.isDryRun()) {
      if (parts.store().get(target.key()).isPresent()) {
        throw exists(target);
      }
      return new StoredObject(target.localKey(), Versions.encode(object, target.kind()), 0);
    }
    var reservation = strategy.reserve(object, Json.object());
    try {
      var bytes = Versions.encode(object, target.kind());
      var stored = parts.forms().stored(target.kind(), bytes);
      var outcome = parts.store().write(new Mutation.Put(target.key(), stored, ABSENT));
      return switch (outcome) {
        case Outcome.Committed(var revision, var previous) -> {
          reservation.stored();
          yield new StoredObject(target.localKey(), bytes, revision);
        }
        case Outcome.Conflict conflict -> throw exists(target);
      };
    } catch (ApiException | StoreException e) {
      abandon(reservation, e);
      throw e;
    }
  }

  /** A write of which nobody knows whether it happened keeps what it took. */
  static void abandon(Reservation reservation, RuntimeException failure) {
    if (!(failure instanceof StoreException e) || e.reason() != StoreException.Reason.UNAVAILABLE) {
      reservation.abandoned();
    }
  }

  private static ApiException exists(Target target) {
    return ApiException.alreadyExists(
        target.kind().group(), target.kind().names().plural(), target.name());
  }

  private static void settleName(ObjectNode body, Target target) {
    if (target.name().isEmpty()) {
      return;
    }
    var own = Metadata.name(body);
    if (own.isEmpty()) {
      Metadata.of(body).put("name", target.name());
    } else if (!own.equals(target.name())) {
      throw ApiException.badRequest(
          "the name of the object ("
              + own
              + ") does not match the name on the URL ("
              + target.name()
              + ")");
    }
  }
}
