package dev.nauarch.apiserver.strategy.network;

import dev.nauarch.apiserver.object.StorageKey;
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
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Who has which address or port, one key of the store for each that is taken. A key is created only
 * where it is absent, so that two servers over one store never give away the same thing twice.
 * Addresses are objects of their own, as in Kubernetes: whoever lists the IPAddresses sees which
 * are taken, and an address that somebody else has made is not given away. May be called from any
 * thread.
 */
public final class Allocations {

  // A key is written before the object that needs it; for so long a repair leaves it alone.
  private static final Duration UNDECIDED = Duration.ofMinutes(5);
  private static final JsonMapper JSON = new JsonMapper();

  private final Store store;
  private final InstantSource clock;

  /**
   * Whose something is.
   *
   * @param uid of the service: it keeps the end of one service from freeing what its namesake has
   *     just taken
   */
  record Owner(String namespace, String name, String uid) {}

  /** The allocations of one kind of thing; several kinds share the store. */
  enum Pool {
    /** Cluster addresses of services. */
    CLUSTER_IPS(StorageKey.prefix(AddressObjects.GROUP, AddressObjects.PLURAL)) {
      @Override
      byte[] stored(String item, Owner owner, Instant since) {
        return AddressObjects.stored(item, owner, since);
      }

      @Override
      Optional<Owner> owner(ObjectNode made) {
        return AddressObjects.owner(made);
      }

      @Override
      Instant since(ObjectNode made) {
        return AddressObjects.since(made);
      }
    },
    /** Ports that services take on every node. */
    NODE_PORTS(StorageKey.ROOT + "allocations/nodeports/") {
      @Override
      byte[] stored(String item, Owner owner, Instant since) {
        return JsonNodeFactory.instance
            .objectNode()
            .put("namespace", owner.namespace())
            .put("name", owner.name())
            .put("uid", owner.uid())
            .put("since", since.toString())
            .toString()
            .getBytes(StandardCharsets.UTF_8);
      }

      @Override
      Optional<Owner> owner(ObjectNode made) {
        return Optional.of(
            new Owner(
                made.path("namespace").asString(""),
                made.path("name").asString(""),
                made.path("uid").asString("")));
      }

      @Override
      Instant since(ObjectNode made) {
        return Instant.parse(made.path("since").asString(""));
      }
    };

    private final String prefix;

    Pool(String prefix) {
      this.prefix = prefix;
    }

    /** What is stored of something that is taken. */
    abstract byte[] stored(String item, Owner owner, Instant since);

    /** Whose it is; empty for what these allocations have not made. */
    abstract Optional<Owner> owner(ObjectNode made);

    /** Since when it is taken. */
    abstract Instant since(ObjectNode made);
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
  boolean take(Pool pool, String item, Owner owner) {
    var value = pool.stored(item, owner, clock.instant());
    var outcome =
        store.write(new Mutation.Put(pool.prefix + item, value, new Precondition.Absent()));
    return switch (outcome) {
      case Outcome.Committed _ -> true;
      case Outcome.Conflict(var current) ->
          current.map(entry -> isOf(pool, entry, owner)).orElse(false);
    };
  }

  /** Gives something back, where it is still the owner's. */
  void release(Pool pool, String item, Owner owner) {
    store.get(pool.prefix + item).filter(entry -> isOf(pool, entry, owner)).ifPresent(this::delete);
  }

  /**
   * Makes the keys agree with the objects: takes what an object has and nobody holds, and frees
   * what a crash between two writes has left behind.
   *
   * @param ownerByItem what the objects have
   */
  void repair(Pool pool, Map<String, Owner> ownerByItem) {
    ownerByItem.forEach((item, owner) -> take(pool, item, owner));
    for (var entry : store.range(pool.prefix, "", 0, 0).entries()) {
      var made = read(entry);
      var owner = pool.owner(made);
      var wanted = ownerByItem.get(entry.key().substring(pool.prefix.length()));
      if (owner.isPresent()
          && !owner.get().equals(wanted)
          && pool.since(made).plus(UNDECIDED).isBefore(clock.instant())) {
        delete(entry);
      }
    }
  }

  private void delete(Entry entry) {
    store.write(new Mutation.Delete(entry.key(), new Precondition.AtRevision(entry.revision())));
  }

  private static boolean isOf(Pool pool, Entry entry, Owner owner) {
    return pool.owner(read(entry)).filter(owner::equals).isPresent();
  }

  private static ObjectNode read(Entry entry) {
    try {
      return (ObjectNode) JSON.readTree(entry.value());
    } catch (JacksonException e) {
      throw new IllegalStateException("the allocation " + entry.key() + " can't be read", e);
    }
  }
}
