package dev.nauarch.apiserver.apply;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.patch.JsonValues;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Keeps {@code metadata.managedFields} of one kind's objects, and applies configurations by it
 * (server-side apply). Immutable, and safe to share; no method changes what it is given.
 */
public final class FieldOwners {

  /** Owns what was there when an object without managed fields is first applied to. */
  private static final String BEFORE_FIRST_APPLY = "before-first-apply";

  /** Fields that identify an object or that the server writes; nobody owns them. */
  private static final FieldSet UNOWNED =
      FieldSet.of(
          List.of("apiVersion"),
          List.of("kind"),
          List.of("metadata"),
          List.of("metadata", "name"),
          List.of("metadata", "namespace"),
          List.of("metadata", "creationTimestamp"),
          List.of("metadata", "selfLink"),
          List.of("metadata", "uid"),
          List.of("metadata", "clusterName"),
          List.of("metadata", "generation"),
          List.of("metadata", "managedFields"),
          List.of("metadata", "resourceVersion"));

  private final Kind kind;
  private final OwnershipUpdate update;
  private final JsonNode empty;

  /**
   * @param kind the kind and version that requests are in
   * @param versions all served versions of it
   */
  public FieldOwners(Kind kind, Versions versions) {
    this.kind = kind;
    this.update = new OwnershipUpdate(kind, versions);
    this.empty = EmptyObject.of(kind);
  }

  /** For a kind that is served in one version. */
  public FieldOwners(Kind kind) {
    this(kind, Versions.only(kind));
  }

  /**
   * The object that a create, update or patch is about to store, with its managed fields: the
   * writer owns what it changed.
   *
   * <p>The object may carry managed fields that the client changed; an empty list or one empty item
   * resets them. A subresource can't change them. An object that had none before an update gets
   * none.
   *
   * @param old the stored object; empty (no fields) for a creation
   * @param updated the object that is to be stored
   * @param writer who writes it
   */
  public ObjectNode onWrite(ObjectNode old, ObjectNode updated, Writer writer) {
    var managed = managed(old, updated, writer);
    var plain = withoutManagedFields(updated);
    if (managed.isEmpty() && !old.isEmpty()) {
      return plain;
    }
    var before = old.isEmpty() ? empty : withoutManagedFields(old);
    var after = update.updated(before, plain, managed, writer, UNOWNED);
    after.capUpdaters();
    return keepingTimes(old, plain, after);
  }

  /**
   * The live object with a configuration applied, and its managed fields.
   *
   * @param live the stored object; empty (no fields) where there is none
   * @param applied the configuration, {@link #check checked}
   * @param writer who applies it
   * @param force whether to take over fields that others own
   * @throws ApiException Conflict when others own fields that the configuration would change
   */
  public ObjectNode apply(ObjectNode live, ObjectNode applied, Writer writer, boolean force) {
    var managed =
        ManagedFields.parse(live.path("metadata").path("managedFields"))
            .orElseThrow(() -> ApiException.badRequest("failed to decode managed fields"));
    var plain = withoutManagedFields(live);
    if (live.isEmpty()) {
      plain.set("apiVersion", applied.path("apiVersion"));
      plain.set("kind", applied.path("kind"));
    } else if (managed.isEmpty()) {
      var first = new Writer(BEFORE_FIRST_APPLY, writer.subresource(), writer.now());
      managed = update.updated(empty, plain, managed, first, UNOWNED);
    }
    return switch (outcome(plain, applied, managed, writer, force)) {
      case ApplyOutcome.Conflicted conflicted -> throw conflicted.toException();
      case ApplyOutcome.Applied(var object, var after) ->
          keepingTimes(
              live,
              writer.manager().equals(LastApplied.MANAGER)
                  ? LastApplied.refreshed(object, applied)
                  : object,
              after);
    };
  }

  private ApplyOutcome outcome(
      ObjectNode live, ObjectNode applied, ManagedFields managed, Writer writer, boolean force) {
    var outcome = update.applied(live, applied, managed, writer, force, UNOWNED);
    if (!(outcome instanceof ApplyOutcome.Conflicted conflicted)
        || !writer.manager().equals(LastApplied.MANAGER)) {
      return outcome;
    }
    // What kubectl applied from the client's side, kubectl may take over.
    var remaining = conflicted.outside(LastApplied.fields(live, kind));
    return remaining.isEmpty()
        ? update.applied(live, applied, managed, writer, true, UNOWNED)
        : new ApplyOutcome.Conflicted(remaining);
  }

  /**
   * Refuses a configuration that is not of the kind's form, or says who owns what.
   *
   * @throws ApiException BadRequest
   */
  public void check(ObjectNode applied) {
    var apiVersion = applied.path("apiVersion").asString("");
    var kindName = applied.path("kind").asString("");
    var type = apiVersion + ", Kind=" + kindName;
    if (!apiVersion.equals(kind.apiVersion()) || !kindName.equals(kind.kind())) {
      throw ApiException.badRequest(
          "invalid object type: " + (apiVersion.contains("/") ? "" : "/") + type);
    }
    var metadata = applied.path("metadata");
    if (metadata.hasNonNull("managedFields")) {
      throw ApiException.badRequest("metadata.managedFields must be nil");
    }
    var problems = FormCheck.problems(Shape.of(kind.schema()), applied);
    if (!problems.isEmpty()) {
      throw ApiException.badRequest(
          "failed to create typed patch object ("
              + metadata.path("namespace").asString("")
              + "/"
              + metadata.path("name").asString("")
              + "; "
              + type
              + "): "
              + (problems.size() == 1
                  ? problems.getFirst()
                  : "errors:\n  " + String.join("\n  ", problems)));
    }
  }

  /** The entries that a write starts from: the client's where they are sound, else the stored. */
  private static ManagedFields managed(ObjectNode old, ObjectNode updated, Writer writer) {
    var stored =
        ManagedFields.parse(old.path("metadata").path("managedFields"))
            .orElseGet(ManagedFields::none);
    if (!writer.subresource().isEmpty()) {
      return stored;
    }
    var sent = updated.path("metadata").path("managedFields");
    if (sent.isArray() && (sent.isEmpty() || (sent.size() == 1 && sent.path(0).isEmpty()))) {
      return ManagedFields.none();
    }
    return ManagedFields.parse(sent).filter(entries -> !entries.isEmpty()).orElse(stored);
  }

  /**
   * The object with its managed fields. A write that changes nothing else does not change their
   * times either, so that it is no write at all.
   */
  private static ObjectNode keepingTimes(ObjectNode old, ObjectNode plain, ManagedFields managed) {
    var result = withoutManagedFields(plain);
    if (managed.isEmpty()) {
      return result;
    }
    var metadata = (ObjectNode) result.path("metadata");
    var before = old.path("metadata").path("managedFields");
    var after = managed.toJson();
    var isSame =
        !old.isEmpty()
            && JsonValues.same(withoutTimes(before), withoutTimes(after))
            && JsonValues.same(withoutManagedFields(old), result);
    metadata.set("managedFields", isSame ? before : after);
    return result;
  }

  private static JsonNode withoutTimes(JsonNode entries) {
    var result = JsonNodeFactory.instance.arrayNode();
    for (var entry : entries) {
      var copy = result.addObject();
      copy.setAll((ObjectNode) entry);
      copy.remove("time");
    }
    return result;
  }

  /** A copy of the object and its metadata, sharing everything else. */
  private static ObjectNode withoutManagedFields(ObjectNode object) {
    var result = JsonNodeFactory.instance.objectNode();
    result.setAll(object);
    if (object.get("metadata") instanceof ObjectNode metadata) {
      var copy = JsonNodeFactory.instance.objectNode();
      copy.setAll(metadata);
      copy.remove("managedFields");
      result.set("metadata", copy);
    }
    return result;
  }
}
