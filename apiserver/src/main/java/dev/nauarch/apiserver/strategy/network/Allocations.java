package dev.nauarch.apiserver.strategy.network;

import dev.nauarch.store.Entry;
import dev.nauarch.store.Mutation;
import dev.nauarch.store.Outcome;
import dev.nauarch.store.Precondition;
import dev.nauarch.store.Store;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Who has which address or port, one key of the store for each that is taken. A key is created only
 * where it is absent, so that two servers over one store never give away the same thing twice. May
 * be called from any thread.
 */
public final class Allocations {

  private static final String ROOT = "/registry/allocations/";

  // A key is written before the object that needs it; for so long a repair leaves it alone.
  private static final Duration UNDECIDED = Duration.ofMinutes(5);

  private final Store store;
  private final InstantSource clock;
  private final JsonMapper json = new JsonMapper();

  /** The allocations of one kind of thing; several kinds share the store. */
  public enum Pool {
    /** Cluster addresses of services. */
    CLUSTER_IPS("clusterips/"),
    /** Ports that services take on every node. */
    NODE_PORTS("nodeports/");

    private final String prefix;

    Pool(String prefix) {
      this.prefix = prefix;
    }
  }

  /** Allocations kept in a store. */
  public Allocations(Store store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
  }

  /**
   * Takes something.
   *
   * @param owner whose it is then
   * @return whether it was free, or the owner's already
   */
  public boolean take(Pool pool, String item, String owner) {
    var value =
        JsonNodeFactory.instance
            .objectNode()
            .put("owner", owner)
            .put("since", clock.instant().toString());
    var outcome =
        store.write(
            new Mutation.Put(
                key(pool, item),
                value.toString().getBytes(StandardCharsets.UTF_8),
                new Precondition.Absent()));
    return switch (outcome) {
      case Outcome.Committed _ -> true;
      case Outcome.Conflict(var current) ->
          current.map(entry -> owner(entry).equals(owner)).orElse(false);
    };
  }

  /** Gives something back, where it is still the owner's. */
  public void release(Pool pool, String item, String owner) {
    store.get(key(pool, item)).filter(entry -> owner(entry).equals(owner)).ifPresent(this::delete);
  }

  /**
   * Makes the keys agree with the objects: takes what an object has and nobody holds, and frees
   * what a crash between two writes has left behind.
   *
   * @param ownerByItem what the objects have
   */
  public void repair(Pool pool, Map<String, String> ownerByItem) {
    ownerByItem.forEach((item, owner) -> take(pool, item, owner));
    var prefix = ROOT + pool.prefix;
    for (var entry : store.range(prefix, "", 0, 0).entries()) {
      var owner = ownerByItem.get(entry.key().substring(prefix.length()));
      if ((owner == null || !owner.equals(owner(entry))) && isDecided(entry)) {
        delete(entry);
      }
    }
  }

  private boolean isDecided(Entry entry) {
    var since = read(entry).path("since").asString("");
    return since.isEmpty() || Instant.parse(since).plus(UNDECIDED).isBefore(clock.instant());
  }

  private void delete(Entry entry) {
    store.write(new Mutation.Delete(entry.key(), new Precondition.AtRevision(entry.revision())));
  }

  private String owner(Entry entry) {
    return read(entry).path("owner").asString("");
  }

  private ObjectNode read(Entry entry) {
    try {
      return (ObjectNode) json.readTree(entry.value());
    } catch (JacksonException e) {
      throw new IllegalStateException("the allocation " + entry.key() + " can't be read", e);
    }
  }

  private static String key(Pool pool, String item) {
    return ROOT + pool.prefix + item;
  }
}
