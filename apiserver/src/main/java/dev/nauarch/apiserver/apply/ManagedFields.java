package dev.nauarch.apiserver.apply;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** The entries of {@code metadata.managedFields} while a write changes them. */
final class ManagedFields {

  /** Managers that only updated share one entry beyond this number of them. */
  private static final int UPDATERS_MAX = 10;

  private static final String OLD_UPDATES = "ancient-changes";

  /**
   * Who an entry belongs to.
   *
   * @param manager the manager's name
   * @param applies whether it applies; otherwise it updates
   * @param apiVersion the version that it updated; empty for one that applies, which has one entry
   *     whatever version it applies
   * @param subresource the subresource that it writes; empty for none
   */
  record Owner(String manager, boolean applies, String apiVersion, String subresource)
      implements Comparable<Owner> {

    private static final Comparator<Owner> ORDER =
        Comparator.comparing(Owner::manager)
            .thenComparing(Owner::applies)
            .thenComparing(Owner::apiVersion)
            .thenComparing(Owner::subresource);

    @Override
    public int compareTo(Owner other) {
      return ORDER.compare(this, other);
    }

    /** The owner in a conflict's message. */
    @Override
    public String toString() {
      return '"'
          + manager
          + '"'
          + (subresource.isEmpty() ? "" : " with subresource \"" + subresource + '"')
          + (applies ? "" : " using " + apiVersion);
    }
  }

  /**
   * What an owner owns.
   *
   * @param apiVersion the version that its fields are of
   * @param fields its fields
   * @param time when they last changed; null where nobody knows
   */
  record Entry(String apiVersion, FieldSet fields, @Nullable Instant time) {

    Entry with(FieldSet changed) {
      return new Entry(apiVersion, changed, time);
    }
  }

  private final Map<Owner, Entry> entryByOwner;

  private ManagedFields(Map<Owner, Entry> entryByOwner) {
    this.entryByOwner = entryByOwner;
  }

  static ManagedFields none() {
    return new ManagedFields(new TreeMap<>());
  }

  /** Reads {@code metadata.managedFields}; empty where an entry is malformed. */
  static Optional<ManagedFields> parse(JsonNode list) {
    var result = new TreeMap<Owner, Entry>();
    for (var item : list) {
      var operation = item.path("operation").asString("");
      var apiVersion = item.path("apiVersion").asString("");
      var fields = FieldSet.parse(item.path("fieldsV1"));
      var applies = operation.equals("Apply");
      if (!(applies || operation.equals("Update"))
          || apiVersion.isEmpty()
          || !item.path("fieldsType").asString("").equals("FieldsV1")
          || fields.isEmpty()) {
        return Optional.empty();
      }
      var owner =
          new Owner(
              item.path("manager").asString(""),
              applies,
              applies ? "" : apiVersion,
              item.path("subresource").asString(""));
      result.put(owner, new Entry(apiVersion, fields.get(), time(item.path("time"))));
    }
    return Optional.of(new ManagedFields(result));
  }

  private static @Nullable Instant time(JsonNode text) {
    try {
      return text.isString() ? Instant.parse(text.stringValue()) : null;
    } catch (DateTimeException malformed) {
      return null;
    }
  }

  /** The entries as {@code metadata.managedFields}: appliers first, each by time. */
  ArrayNode toJson() {
    var owners = new ArrayList<>(entryByOwner.keySet());
    owners.sort(
        Comparator.comparing((Owner owner) -> !owner.applies())
            .thenComparingLong(this::seconds)
            .thenComparing(Owner::manager)
            .thenComparing(owner -> entry(owner).apiVersion())
            .thenComparing(Owner::subresource));
    var list = JsonNodeFactory.instance.arrayNode();
    for (var owner : owners) {
      var entry = entry(owner);
      var item = list.addObject();
      item.put("manager", owner.manager());
      item.put("operation", owner.applies() ? "Apply" : "Update");
      item.put("apiVersion", entry.apiVersion());
      if (entry.time() != null) {
        item.put("time", entry.time().truncatedTo(ChronoUnit.SECONDS).toString());
      }
      item.put("fieldsType", "FieldsV1");
      item.set("fieldsV1", entry.fields().toJson());
      if (!owner.subresource().isEmpty()) {
        item.put("subresource", owner.subresource());
      }
    }
    return list;
  }

  boolean isEmpty() {
    return entryByOwner.isEmpty();
  }

  ManagedFields copy() {
    return new ManagedFields(new TreeMap<>(entryByOwner));
  }

  /** The entries, to be changed in place. */
  Map<Owner, Entry> entries() {
    return entryByOwner;
  }

  /** Sets an entry, or removes it where it owns nothing. */
  void put(Owner owner, Entry entry) {
    if (entry.fields().isEmpty()) {
      entryByOwner.remove(owner);
    } else {
      entryByOwner.put(owner, entry);
    }
  }

  /** Folds the oldest updaters of each version into one while there are too many. */
  void capUpdaters() {
    var updaters =
        new ArrayList<>(entryByOwner.keySet().stream().filter(o -> !o.applies()).toList());
    updaters.sort(Comparator.comparingLong(this::seconds).thenComparing(Comparator.naturalOrder()));
    var count = updaters.size();
    var oldestByVersion = new TreeMap<String, Owner>();
    for (var updater : updaters) {
      if (count <= UPDATERS_MAX) {
        return;
      }
      var entry = entry(updater);
      var oldest = oldestByVersion.putIfAbsent(entry.apiVersion(), updater);
      if (oldest == null || oldest.equals(updater)) {
        continue;
      }
      var bucket = new Owner(OLD_UPDATES, false, entry.apiVersion(), "");
      var fields = entry(oldest).fields().union(entry.fields());
      var existing = entryByOwner.get(bucket);
      entryByOwner.remove(oldest);
      entryByOwner.remove(updater);
      entryByOwner.put(
          bucket,
          new Entry(
              entry.apiVersion(),
              existing == null ? fields : fields.union(existing.fields()),
              entry.time()));
      oldestByVersion.put(entry.apiVersion(), bucket);
      count--;
    }
  }

  private long seconds(Owner owner) {
    var time = entry(owner).time();
    return time == null ? 0 : time.getEpochSecond();
  }

  private Entry entry(Owner owner) {
    var entry = entryByOwner.get(owner);
    if (entry == null) {
      throw new IllegalArgumentException("no fields are managed by " + owner);
    }
    return entry;
  }
}
