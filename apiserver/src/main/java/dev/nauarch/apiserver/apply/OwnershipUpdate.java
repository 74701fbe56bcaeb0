package dev.nauarch.apiserver.apply;

import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.apply.ApplyOutcome.Conflict;
import dev.nauarch.apiserver.apply.ManagedFields.Entry;
import dev.nauarch.apiserver.apply.ManagedFields.Owner;
import dev.nauarch.apiserver.patch.JsonValues;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * How ownership changes with a write. Two rules: who changes a field owns it from then on, and an
 * applier owns exactly what its last configuration set.
 *
 * <p>Managers may own fields of other versions than the one that is written; for those the objects
 * are compared in their version.
 */
final class OwnershipUpdate {

  /** Stands for the write itself, so that the writer's earlier fields count as another's. */
  private static final Owner CURRENT = new Owner("current-operation", false, "", "");

  private static final FieldSet STATUS = FieldSet.of(List.of("status"));

  private final Kind kind;
  private final Versions versions;
  private final Shape shape;

  OwnershipUpdate(Kind kind, Versions versions) {
    this.kind = kind;
    this.versions = versions;
    this.shape = Shape.of(kind.schema());
  }

  /**
   * Gives the writer what it changed, and takes it from the others.
   *
   * @param unowned fields that nobody owns
   */
  ManagedFields updated(
      JsonNode old, ObjectNode updated, ManagedFields managed, Writer writer, FieldSet unowned) {
    var result = reconciled(managed);
    var comparison = compare(shape, old, updated, writer.subresource());
    release(result, conflicts(result, CURRENT, comparison, old, updated, writer.subresource()));
    var changed = comparison.modified().union(comparison.added()).difference(unowned);
    if (!changed.isEmpty()) {
      var owner = new Owner(writer.manager(), false, kind.apiVersion(), writer.subresource());
      var previous = result.entries().get(owner);
      result.put(
          owner,
          new Entry(
              kind.apiVersion(),
              previous == null ? changed : previous.fields().union(changed),
              writer.now()));
    }
    return result;
  }

  /** Applies a configuration, or says who else owns what it would change. */
  ApplyOutcome applied(
      ObjectNode live,
      ObjectNode configuration,
      ManagedFields managed,
      Writer writer,
      boolean force,
      FieldSet unowned) {
    var result = reconciled(managed);
    var owner = new Owner(writer.manager(), true, "", writer.subresource());
    var last = result.entries().get(owner);
    var merged = object(Merge.of(shape, live, configuration));
    var fields = reset(FieldSetOf.value(shape, configuration), writer.subresource());
    result.entries().put(owner, new Entry(kind.apiVersion(), fields, null));
    var pruned = last == null ? merged : pruned(merged, result, last);

    var comparison = compare(shape, live, pruned, writer.subresource());
    var losses = conflicts(result, owner, comparison, live, pruned, writer.subresource());
    var conflicts = losses.values().stream().flatMap(loss -> loss.conflicts().stream()).toList();
    if (!force && !conflicts.isEmpty()) {
      return new ApplyOutcome.Conflicted(conflicts);
    }
    release(result, losses);

    var owned = fields.difference(unowned);
    @Nullable Instant time = writer.now();
    if (last != null && last.fields().equals(owned) && JsonValues.same(live, pruned)) {
      time = last.time();
    }
    result.put(owner, new Entry(kind.apiVersion(), owned, time));
    return new ApplyOutcome.Applied(pruned, result);
  }

  /**
   * What one owner loses.
   *
   * @param conflicts fields that it owns and that get another value
   * @param changed the same, as a set
   * @param removed fields that are no longer there
   */
  private record Loss(List<Conflict> conflicts, FieldSet changed, FieldSet removed) {}

  /** What each owner but one loses; owners of versions that are no longer served are dropped. */
  private Map<Owner, Loss> conflicts(
      ManagedFields managed,
      Owner writer,
      Comparison comparison,
      JsonNode old,
      ObjectNode updated,
      String subresource) {
    var comparisonByVersion = new TreeMap<String, Comparison>();
    comparisonByVersion.put(kind.apiVersion(), comparison);
    managed.entries().values().removeIf(entry -> versionShape(entry.apiVersion()).isEmpty());
    var result = new LinkedHashMap<Owner, Loss>();
    for (var entry : managed.entries().entrySet()) {
      if (entry.getKey().equals(writer)) {
        continue;
      }
      var version = entry.getValue().apiVersion();
      var changes =
          comparisonByVersion.computeIfAbsent(
              version, _ -> compareIn(version, old, updated, subresource));
      var lost = entry.getValue().fields().intersection(changes.modified().union(changes.added()));
      var conflicts =
          lost.paths().stream().map(path -> new Conflict(entry.getKey(), path)).toList();
      result.put(entry.getKey(), new Loss(conflicts, lost, changes.removed()));
    }
    return result;
  }

  private static void release(ManagedFields managed, Map<Owner, Loss> lossByOwner) {
    lossByOwner.forEach(
        (owner, loss) -> {
          var entry = managed.entries().get(owner);
          if (entry != null) {
            var kept = entry.fields().difference(loss.changed()).difference(loss.removed());
            managed.put(owner, entry.with(kept));
          }
        });
  }

  private Comparison compareIn(
      String version, JsonNode old, ObjectNode updated, String subresource) {
    return compare(
        versionShape(version).orElse(shape),
        inVersion(object(old), version),
        inVersion(updated, version),
        subresource);
  }

  private Comparison compare(Shape in, JsonNode old, JsonNode updated, String subresource) {
    return Comparison.of(in, old, updated).map(set -> reset(set, subresource));
  }

  /** The set without what this endpoint does not write, whatever the client sends. */
  private FieldSet reset(FieldSet set, String subresource) {
    if (kind.subresource("status").isEmpty()) {
      return set;
    }
    if (!subresource.equals("status")) {
      return set.recursiveDifference(STATUS);
    }
    return set.only(List.of("metadata", "status"));
  }

  /**
   * The merged object without what the applier set last time, does not set now, and nobody else
   * owns.
   */
  private ObjectNode pruned(ObjectNode merged, ManagedFields managed, Entry last) {
    var version = last.apiVersion();
    var found = versionShape(version);
    if (found.isEmpty() || last.fields().isEmpty()) {
      return merged;
    }
    var in = found.get();
    var inLast = inVersion(merged, version);
    var lastFields = last.fields().withDeclaredParents(in);
    var result = object(Removal.from(in, inLast, lastFields));
    for (var owners : fieldsByVersion(managed, version).entrySet()) {
      result = withOwnedBack(merged, inVersion(result, owners.getKey()), owners);
    }
    // What was pruned though the applier never owned it comes back.
    var prunedSet = FieldSetOf.value(in, inVersion(result, version)).withDeclaredParents(in);
    var mergedSet = FieldSetOf.value(in, inLast).withDeclaredParents(in);
    var gone = mergedSet.difference(prunedSet).intersection(lastFields);
    return inVersion(object(Removal.from(in, inLast, gone)), kind.apiVersion());
  }

  private ObjectNode withOwnedBack(
      ObjectNode merged, ObjectNode pruned, Map.Entry<String, FieldSet> owned) {
    var in = versionShape(owned.getKey()).orElse(shape);
    var whole = inVersion(merged, owned.getKey());
    var wholeSet = FieldSetOf.value(in, whole).withDeclaredParents(in);
    var kept =
        FieldSetOf.value(in, pruned)
            .withDeclaredParents(in)
            .union(owned.getValue().withDeclaredParents(in));
    return object(Removal.from(in, whole, wholeSet.difference(kept)));
  }

  /** All owned fields by version, the given version first. */
  private Map<String, FieldSet> fieldsByVersion(ManagedFields managed, String first) {
    var result = new LinkedHashMap<String, FieldSet>();
    var entries = new ArrayList<>(managed.entries().values());
    entries.sort(
        (a, b) -> Boolean.compare(b.apiVersion().equals(first), a.apiVersion().equals(first)));
    for (var entry : entries) {
      if (versionShape(entry.apiVersion()).isPresent()) {
        result.merge(entry.apiVersion(), entry.fields(), FieldSet::union);
      }
    }
    return result;
  }

  /** The entries as the schemas of today see them: what became atomic is owned as a whole. */
  private ManagedFields reconciled(ManagedFields managed) {
    var result = managed.copy();
    result
        .entries()
        .replaceAll(
            (_, entry) ->
                versionShape(entry.apiVersion())
                    .map(in -> entry.with(entry.fields().withWholes(in)))
                    .orElse(entry));
    return result;
  }

  private Optional<Shape> versionShape(String apiVersion) {
    return apiVersion.equals(kind.apiVersion())
        ? Optional.of(shape)
        : versions.schema(apiVersion).map(Shape::of);
  }

  private ObjectNode inVersion(ObjectNode object, String apiVersion) {
    return object.path("apiVersion").asString("").equals(apiVersion) || !object.has("apiVersion")
        ? object
        : versions.convert(object, apiVersion);
  }

  private static ObjectNode object(@Nullable JsonNode value) {
    return value instanceof ObjectNode object ? object : JsonNodeFactory.instance.objectNode();
  }
}
