package dev.nauarch.apiserver.migration;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.catalog.Catalog;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.migration.Conditions.Condition;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.registry.Registry;
import dev.nauarch.apiserver.registry.Target;
import dev.nauarch.apiserver.registry.WriteOptions;
import dev.nauarch.apiserver.upkeep.Chore;
import dev.nauarch.apiserver.upkeep.KindFollower;
import dev.nauarch.apiserver.watch.WatchEvent;
import dev.nauarch.apiserver.watch.WatchRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Carries out StorageVersionMigrations, of one resource one at a time, the oldest first. Runs on
 * one virtual thread. Two servers over one store may both do so: what one has written is a conflict
 * for the other, which goes on.
 */
public final class StorageMigrations {

  private static final Logger LOG = LoggerFactory.getLogger(StorageMigrations.class);
  private static final String GROUP = "storagemigration.k8s.io";
  private static final String PLURAL = "storageversionmigrations";
  private static final String ACCOUNT = "storage-version-migrator-controller";
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration AT_REST = Duration.ofMinutes(1);

  /** So long a resource may take to come. */
  private static final Duration UNKNOWN_MAX = Duration.ofMinutes(1);

  private static final Condition BEGUN =
      new Condition(Conditions.RUNNING, true, "MigrationRunning", "The migration is running");
  private static final Condition ENDED =
      new Condition(Conditions.RUNNING, false, "MigrationCompleted", "Migration completed");

  private final Registry registry;
  private final Kind kind;
  private final WriteOptions options;
  private final ResourceMigration resources;
  private final DefinitionMigration definitions;

  private StorageMigrations(Registry registry, Kind kind, Supplier<Catalog> catalog) {
    this.registry = registry;
    this.kind = kind;
    this.options =
        new WriteOptions(
            Chore.account(ACCOUNT),
            false,
            WriteOptions.FieldValidation.IGNORE,
            ACCOUNT,
            WriteOptions.Apply.NO,
            warning -> {},
            Json.object());
    this.resources = new ResourceMigration(registry, catalog, options);
    var definitionKind =
        catalog.get().find("apiextensions.k8s.io", "v1", "customresourcedefinitions");
    this.definitions = new DefinitionMigration(registry, definitionKind.orElseThrow(), options);
  }

  /** Starts, where the catalog has the kind. */
  public static Optional<KindFollower> start(Registry registry, Supplier<Catalog> catalog) {
    return catalog
        .get()
        .find(GROUP, "v1", PLURAL)
        .map(
            kind ->
                KindFollower.start(
                    registry,
                    kind,
                    WatchRequest.ALL,
                    "storage-migrations",
                    new StorageMigrations(registry, kind, catalog)::act));
  }

  private Duration act(List<WatchEvent> events) throws InterruptedException {
    return pass() ? AT_REST : RETRY;
  }

  /**
   * Brings each resource's migrations a step further.
   *
   * @return whether nothing is left to do until something changes
   */
  private boolean pass() throws InterruptedException {
    registry.awaitLatest();
    var all = registry.parts().cache().list(GROUP, PLURAL, "");
    all.stream()
        .filter(one -> Conditions.isOver(one) && Conditions.holds(one, Conditions.RUNNING))
        .forEach(this::finish);
    var open =
        all.stream()
            .filter(one -> !Conditions.isOver(one))
            .sorted(
                Comparator.comparing((ObjectNode one) -> !Conditions.holds(one, Conditions.RUNNING))
                    .thenComparing(one -> Json.text(one, "metadata", "creationTimestamp"))
                    .thenComparing(one -> Json.text(one, "metadata", "name")))
            .toList();
    var begun = new HashSet<String>();
    var isDone = true;
    for (var migration : open) {
      if (begun.add(resource(migration))) {
        isDone &= step(migration);
      }
    }
    return isDone;
  }

  private boolean step(ObjectNode migration) throws InterruptedException {
    try {
      if (!Conditions.holds(migration, Conditions.RUNNING)) {
        definitions.begin(resource(migration), Json.text(migration, "metadata", "name"));
        set(migration, BEGUN);
        return true;
      }
      var found = resources.find(migration.at("/spec/resource"));
      if (found.isEmpty()) {
        return unknown(migration);
      }
      var why = ResourceMigration.cannotBeMigrated(found.get());
      if (why.isPresent()) {
        fail(migration, why.get());
        return true;
      }
      if (Json.text(migration, "status", "resourceVersion").isEmpty()) {
        var version = resources.version(found.get());
        change(migration, current -> withVersion(current, version));
        return true;
      }
      return migrate(migration, found.get());
    } catch (ApiException e) {
      LOG.warn("A step of the migration of {} failed: {}", resource(migration), e.getMessage());
      stumbled(migration, e);
      return false;
    }
  }

  /** Tells in the status why a running migration does not go on for now. */
  private void stumbled(ObjectNode migration, ApiException why) {
    if (!Conditions.holds(migration, Conditions.RUNNING)) {
      return;
    }
    try {
      set(migration, running("; transient error: " + why.getMessage()));
    } catch (ApiException e) {
      LOG.debug("The status could not be written either: {}", e.getMessage());
    }
  }

  private boolean unknown(ObjectNode migration) {
    var since = Json.text(migration, "metadata", "creationTimestamp");
    if (now().isBefore(Instant.parse(since).plus(UNKNOWN_MAX))) {
      return false;
    }
    fail(migration, "resource does not exist in discovery");
    return true;
  }

  private static ObjectNode withVersion(ObjectNode migration, String version) {
    var status = Json.childOf(migration, "status");
    if (!status.has("resourceVersion")) {
      status.put("resourceVersion", version);
    }
    return migration;
  }

  private boolean migrate(ObjectNode migration, Kind resource) throws InterruptedException {
    var through = Long.parseLong(Json.text(migration, "status", "resourceVersion"));
    var progress = resources.rewrite(resource, through);
    switch (progress) {
      case ResourceMigration.Done(var total) ->
          set(
              migration,
              running(total == 0 ? "" : ", " + total + " objects verified migrated"),
              new Condition(
                  Conditions.SUCCEEDED,
                  true,
                  "StorageVersionMigrationSucceeded",
                  "Migration completed"));
      case ResourceMigration.Stopped(var left, var total, var why) when isPassing(why) -> {
        set(migration, running(left(left, total) + "; transient error: " + why.getMessage()));
        return false;
      }
      case ResourceMigration.Stopped(var left, var total, var why) ->
          set(
              migration,
              running(left(left, total)),
              failed(
                  "%d/%d not yet migrated. migration encountered unhandled error: %s"
                      .formatted(left, total, why.getMessage())));
    }
    return true;
  }

  private static String left(int left, int total) {
    return total == 0 ? "" : ", %d/%d objects not yet migrated".formatted(left, total);
  }

  private static boolean isPassing(ApiException why) {
    return switch (why.reason()) {
      case TIMEOUT, TOO_MANY_REQUESTS, SERVICE_UNAVAILABLE, INTERNAL_ERROR -> true;
      default -> false;
    };
  }

  private static Condition running(String further) {
    return new Condition(
        Conditions.RUNNING, true, "MigrationRunning", "The migration is running" + further);
  }

  private static Condition failed(String message) {
    return new Condition(Conditions.FAILED, true, "StorageVersionMigrationFailed", message);
  }

  private void fail(ObjectNode migration, String message) {
    set(migration, failed(message));
  }

  /** A migration that is over no longer runs. */
  private void finish(ObjectNode migration) {
    try {
      definitions.end(resource(migration), Conditions.holds(migration, Conditions.SUCCEEDED));
      var now = now();
      change(
          migration,
          current -> {
            Conditions.set(current, ENDED, now);
            return current;
          });
    } catch (ApiException e) {
      LOG.warn("The end of the migration of {} failed: {}", resource(migration), e.getMessage());
    }
  }

  private void set(ObjectNode migration, Condition... conditions) {
    var now = now();
    change(
        migration,
        current -> {
          if (!Conditions.isOver(current)) {
            List.of(conditions).forEach(condition -> Conditions.set(current, condition, now));
          }
          return current;
        });
  }

  /** Changes the status of that very object; one that is gone is left alone. */
  private void change(ObjectNode migration, UnaryOperator<ObjectNode> change) {
    var name = Json.text(migration, "metadata", "name");
    var uid = Json.text(migration, "metadata", "uid");
    try {
      registry.patch(
          new Target(kind, "", name, "status"),
          current ->
              Json.text(current, "metadata", "uid").equals(uid)
                  ? change.apply(current.deepCopy())
                  : current,
          options);
    } catch (ApiException e) {
      if (e.reason() != ApiException.Reason.NOT_FOUND) {
        throw e;
      }
    }
  }

  /** {@code PLURAL.GROUP}, which is also the name of its definition where it has one. */
  private static String resource(ObjectNode migration) {
    var resource = migration.at("/spec/resource");
    return resource.path("resource").asString("") + "." + resource.path("group").asString("");
  }

  private Instant now() {
    return registry.parts().clock().instant();
  }
}
