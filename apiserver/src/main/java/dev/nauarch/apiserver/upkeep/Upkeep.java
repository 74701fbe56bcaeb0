package dev.nauarch.apiserver.upkeep;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.catalog.Catalog;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.object.FieldSelector;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.object.LabelSelector;
import dev.nauarch.apiserver.object.StoredObject;
import dev.nauarch.apiserver.registry.DeleteRequest;
import dev.nauarch.apiserver.registry.Registry;
import dev.nauarch.apiserver.registry.Target;
import dev.nauarch.apiserver.registry.WriteOptions;
import dev.nauarch.apiserver.watch.WatchEvent;
import dev.nauarch.apiserver.watch.WatchRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/** Does chores, each on a virtual thread of its own. */
public final class Upkeep implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);

  /** A clock may jump, so that a time that is far off may be near a moment later. */
  private static final Duration AT_REST = Duration.ofMinutes(1);

  private final Registry registry;
  private final Catalog catalog;
  private final List<KindFollower> followers = new ArrayList<>();

  private Upkeep(Registry registry, Catalog catalog) {
    this.registry = registry;
    this.catalog = catalog;
  }

  /**
   * Starts to do the chores whose objects the catalog has.
   *
   * @param catalog the built-in kinds
   */
  public static Upkeep start(Registry registry, Catalog catalog, List<Chore> chores) {
    var upkeep = new Upkeep(registry, catalog);
    for (var chore : chores) {
      var followed = chore.followed();
      catalog
          .find(followed.group(), followed.version(), followed.plural())
          .ifPresent(kind -> upkeep.start(chore, kind));
    }
    return upkeep;
  }

  private void start(Chore chore, Kind kind) {
    var fields = FieldSelector.parse(chore.followed().fields(), kind);
    var selection = new WatchRequest("", "", LabelSelector.ALL, fields);
    var round = new Round(chore, kind, selection);
    followers.add(
        KindFollower.start(registry, kind, selection, "chore-" + chore.name(), round::act));
  }

  @Override
  public void close() {
    followers.forEach(KindFollower::close);
  }

  /** One chore and when it is due; used by the thread of its follower alone. */
  private final class Round {
    private final Chore chore;
    private final Kind kind;
    private final WatchRequest selection;
    private Optional<Instant> again = Optional.empty();

    Round(Chore chore, Kind kind, WatchRequest selection) {
      this.chore = chore;
      this.kind = kind;
      this.selection = selection;
    }

    Duration act(List<WatchEvent> events) {
      var now = registry.parts().clock().instant();
      var isTime = again.filter(time -> !now.isBefore(time)).isPresent();
      var cache = registry.parts().cache().of(kind.group(), plural(kind));
      var next = run(chore, isTime ? trees(cache, selection) : changed(events, chore), now);
      again = isTime ? next : earlier(again, next);
      return again.map(Upkeep.this::left).orElse(AT_REST);
    }
  }

  private static Optional<Instant> earlier(Optional<Instant> one, Optional<Instant> other) {
    return other.isEmpty() ? one : Due.earlier(one, other.get());
  }

  private Duration left(Instant time) {
    var left = Duration.between(registry.parts().clock().instant(), time);
    if (left.isNegative()) {
      return Duration.ZERO;
    }
    return left.compareTo(AT_REST) < 0 ? left : AT_REST;
  }

  private static List<ObjectNode> trees(
      dev.nauarch.apiserver.watch.ResourceCache cache, WatchRequest selection) {
    return cache.select(selection).stream().map(StoredObject::tree).toList();
  }

  private static List<ObjectNode> changed(List<WatchEvent> events, Chore chore) {
    var objects = new ArrayList<ObjectNode>();
    for (var event : events) {
      if (event instanceof WatchEvent.Changed(var type, var object)
          && (type != WatchEvent.Type.DELETED || chore.seesDeletions())) {
        objects.add(object.tree());
      }
    }
    return objects;
  }

  private Optional<Instant> run(Chore chore, List<ObjectNode> objects, Instant now) {
    if (objects.isEmpty()) {
      return Optional.empty();
    }
    try {
      var due = chore.due(objects, now);
      due.writes().forEach(write -> write(chore, write));
      return due.again();
    } catch (RuntimeException e) {
      // One object that surprises must not end the care for all others.
      LOG.error("The chore {} failed", chore.name(), e);
      return Optional.empty();
    }
  }

  private void write(Chore chore, Write write) {
    try {
      switch (write) {
        case Write.Create(var plural, var object) -> {
          var target = target(chore, plural, namespace(object), "", "");
          registry.create(target, object, options(chore));
        }
        case Write.Change(var plural, var namespace, var name, var subresource, var change) ->
            registry.patch(
                target(chore, plural, namespace, name, subresource),
                current -> change.apply(current.deepCopy()),
                options(chore));
        case Write.Delete(var plural, var namespace, var name, var uid) ->
            registry.delete(
                target(chore, plural, namespace, name, ""),
                new DeleteRequest(OptionalLong.empty(), "", uid, ""),
                options(chore));
      }
    } catch (ApiException e) {
      switch (e.reason()) {
        case NOT_FOUND, ALREADY_EXISTS, CONFLICT ->
            LOG.debug("The chore {} was overtaken: {}", chore.name(), e.getMessage());
        default -> LOG.warn("The chore {} could not write: {}", chore.name(), e.getMessage());
      }
    }
  }

  /** Other resources than the one that is followed are of its group or of the core group. */
  private Target target(
      Chore chore, String plural, String namespace, String name, String subresource) {
    var followed = chore.followed();
    var kind =
        catalog
            .find(followed.group(), followed.version(), plural)
            .or(() -> catalog.find("", "v1", plural));
    return new Target(
        kind.orElseThrow(() -> new IllegalStateException("no resource " + plural)),
        namespace,
        name,
        subresource);
  }

  private static WriteOptions options(Chore chore) {
    return new WriteOptions(
        chore.user(),
        false,
        WriteOptions.FieldValidation.IGNORE,
        chore.name(),
        WriteOptions.Apply.NO,
        warning -> {},
        Json.object());
  }

  private static String plural(Kind kind) {
    return kind.names().plural();
  }

  private static String namespace(ObjectNode object) {
    return Json.text(object, "metadata", "namespace");
  }
}
