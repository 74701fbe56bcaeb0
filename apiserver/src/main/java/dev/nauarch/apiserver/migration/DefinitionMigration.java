package dev.nauarch.apiserver.migration;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.migration.Conditions.Condition;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.registry.Registry;
import dev.nauarch.apiserver.registry.Target;
import dev.nauarch.apiserver.registry.WriteOptions;
import java.time.Instant;
import java.util.function.BiFunction;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Tells in the status of a CustomResourceDefinition that its objects are written anew, and
 * afterwards that they are stored in the one version, if the definition is still the same.
 */
final class DefinitionMigration {

  private static final String MIGRATING = "StorageMigrating";

  private final Registry registry;
  private final Kind definitions;
  private final WriteOptions options;

  DefinitionMigration(Registry registry, Kind definitions, WriteOptions options) {
    this.registry = registry;
    this.definitions = definitions;
    this.options = options;
  }

  /**
   * Says that a migration begins.
   *
   * @param resource {@code PLURAL.GROUP}; nothing happens where no definition is of that name
   */
  void begin(String resource, String migration) {
    change(
        resource,
        (definition, now) -> {
          var message = "Migration " + migration + " is running";
          set(definition, new Condition(MIGRATING, true, "MigrationRunning", message), now);
          return definition;
        });
  }

  /** Says that a migration is over. */
  void end(String resource, boolean isSuccess) {
    change(
        resource,
        (definition, now) -> {
          var isSame =
              generation(Conditions.find(definition, MIGRATING), "observedGeneration")
                  == generation(definition.path("metadata"), "generation");
          var condition =
              isSuccess
                  ? new Condition(MIGRATING, false, "MigrationSucceeded", success(isSame))
                  : new Condition(MIGRATING, false, "MigrationFailed", "The migration has failed");
          set(definition, condition, now);
          if (isSuccess && isSame) {
            storedInOneVersion(definition);
          }
          return definition;
        });
  }

  private static String success(boolean isSame) {
    return "The migration has succeeded"
        + (isSame
            ? " and the stored versions have been updated"
            : " but the stored versions have not been updated due to a generation mismatch");
  }

  private static void set(ObjectNode definition, Condition condition, Instant now) {
    Conditions.set(definition, condition, now)
        .put("observedGeneration", generation(definition.path("metadata"), "generation"));
  }

  private static long generation(JsonNode parent, String field) {
    return parent.path(field).asLong(0);
  }

  private static void storedInOneVersion(ObjectNode definition) {
    for (var version : definition.at("/spec/versions")) {
      if (version.path("storage").asBoolean(false)) {
        Json.childOf(definition, "status")
            .putArray("storedVersions")
            .add(version.path("name").asString(""));
      }
    }
  }

  private void change(String resource, BiFunction<ObjectNode, Instant, ObjectNode> change) {
    try {
      registry.patch(
          new Target(definitions, "", resource, "status"),
          current -> change.apply(current.deepCopy(), registry.parts().clock().instant()),
          options);
    } catch (ApiException e) {
      if (e.reason() != ApiException.Reason.NOT_FOUND) {
        throw e;
      }
    }
  }
}
