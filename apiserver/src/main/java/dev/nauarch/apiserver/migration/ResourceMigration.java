package dev.nauarch.apiserver.migration;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.catalog.Catalog;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.discovery.ApiVersions;
import dev.nauarch.apiserver.object.StoredObject;
import dev.nauarch.apiserver.registry.ListPage;
import dev.nauarch.apiserver.registry.ListQuery;
import dev.nauarch.apiserver.registry.Registry;
import dev.nauarch.apiserver.registry.Target;
import dev.nauarch.apiserver.registry.WriteOptions;
import dev.nauarch.apiserver.watch.WatchRequest;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes the objects of a resource anew by changes that change nothing. */
final class ResourceMigration {

  private static final List<String> VERBS = List.of("update", "patch", "list");

  /** How far it came. */
  sealed interface Progress {}

  /** All objects lie as they would be written now. */
  record Done(int total) implements Progress {}

  /**
   * An object could not be written.
   *
   * @param left how many are still to be written
   */
  record Stopped(int left, int total, ApiException why) implements Progress {}

  private final Registry registry;
  private final Supplier<Catalog> catalog;
  private final WriteOptions options;

  ResourceMigration(Registry registry, Supplier<Catalog> catalog, WriteOptions options) {
    this.registry = registry;
    this.catalog = catalog;
    this.options = options;
  }

  /** The kind of a resource in its preferred version. */
  Optional<Kind> find(JsonNode resource) {
    var group = resource.path("group").asString("");
    var plural = resource.path("resource").asString("");
    return catalog.get().kinds().stream()
        .filter(kind -> kind.group().equals(group) && kind.names().plural().equals(plural))
        .min(Comparator.comparing(Kind::version, ApiVersions.PREFERRED_FIRST));
  }

  /** Why the objects of a kind can't be migrated; empty where they can. */
  static Optional<String> cannotBeMigrated(Kind kind) {
    return kind.verbs().containsAll(VERBS)
        ? Optional.empty()
        : Optional.of(
            "resource \"%s, Resource=%s\" does not support discovery operations: [%s]"
                .formatted(kind.apiVersion(), kind.names().plural(), String.join(" ", VERBS)));
  }

  /** The version of the list of objects. */
  String version(Kind kind) {
    return Long.toString(list(kind).revision());
  }

  private ListPage list(Kind kind) {
    return registry.list(kind, ListQuery.latest(WatchRequest.ALL));
  }

  /**
   * Writes all objects anew that nobody has written since a version.
   *
   * @throws InterruptedException when the server is closed meanwhile
   */
  Progress rewrite(Kind kind, long through) throws InterruptedException {
    List<StoredObject> all;
    try {
      all = list(kind).objects();
    } catch (ApiException e) {
      return new Stopped(0, 0, e);
    }
    var left = all.stream().filter(object -> object.revision() <= through).toList();
    for (var i = 0; i < left.size(); i++) {
      if (Thread.interrupted()) {
        throw new InterruptedException("a migration was under way");
      }
      try {
        rewrite(kind, left.get(i));
      } catch (ApiException e) {
        switch (e.reason()) {
          // It was written by somebody else, in the form of today, or deleted.
          case CONFLICT, NOT_FOUND -> {}
          default -> {
            return new Stopped(left.size() - i, all.size(), e);
          }
        }
      }
    }
    return new Done(all.size());
  }

  private void rewrite(Kind kind, StoredObject object) {
    registry.patch(
        Target.of(kind, object.namespace(), object.name()),
        current -> atVersion(current.deepCopy(), object.revision()),
        options);
  }

  private static ObjectNode atVersion(ObjectNode object, long revision) {
    object.withObject("metadata").put("resourceVersion", Long.toString(revision));
    return object;
  }
}
