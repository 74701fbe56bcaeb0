package dev.nauarch.scheduling.device;

import dev.nauarch.scheduling.device.Outcome.Pick;
import dev.nauarch.scheduling.device.Outcome.Possible;
import dev.nauarch.scheduling.device.Outcome.Refused;
import dev.nauarch.scheduling.model.NodeState;
import dev.nauarch.scheduling.share.Room;
import dev.nauarch.scheduling.share.Task;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Chooses devices for claims on one node: the first choice, in the order of pools, slices and
 * devices, in which all claims have all they ask for; of devices that are shared the fullest comes
 * first. Made for one attempt, and thrown away after it.
 */
final class Allocator {

  /** So many devices may one claim have. */
  static final int RESULTS_MAX = 32;

  /** A request of the largest list of alternatives ranks so high with its first. */
  private static final int ALTERNATIVES_MAX = 8;

  /** So many devices are tried before an attempt counts as hopeless. */
  private static final int TRIES_MAX = 100_000;

  private static final Refused CANNOT = new Refused("cannot allocate all claims");

  /** Ends an attempt that no other choice of devices can save. */
  private static final class Hopeless extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private Hopeless(String why) {
      super(why, null, false, false);
    }
  }

  /** A device, and the pool that it is in. */
  private record Candidate(Pool pool, Device device) {}

  private final Inventory inventory;
  private final NodeState node;
  private final List<ClaimPlan> claims;
  private final List<List<Pick>> picks = new ArrayList<>();
  private final List<List<Constraint>> constraints = new ArrayList<>();
  private final Takings takings;
  private final IdentityHashMap<Wish, List<Candidate>> candidatesByWish = new IdentityHashMap<>();
  private final List<Pool> pools;
  private int rank;
  private int tries;

  private Allocator(Inventory inventory, Usage usage, NodeState node, List<ClaimPlan> claims) {
    this.inventory = inventory;
    this.takings = new Takings(usage);
    this.node = node;
    this.claims = claims;
    this.pools = inventory.poolsFor(node.name());
    for (var claim : claims) {
      picks.add(new ArrayList<>());
      constraints.add(claim.constraints().stream().map(Constraint::new).toList());
    }
  }

  /** Tries to find devices for claims on a node. */
  static Outcome allocate(
      Inventory inventory, Usage usage, NodeState node, List<ClaimPlan> claims) {
    var attempt = new Allocator(inventory, usage, node, claims);
    try {
      if (attempt.request(0, 0)) {
        return new Possible(List.copyOf(attempt.picks), attempt.rank, attempt.stakes());
      }
    } catch (Hopeless hopeless) {
      return new Refused(String.valueOf(hopeless.getMessage()));
    }
    return attempt.pools.stream().anyMatch(pool -> !pool.problem().isEmpty())
        ? new Refused("invalid resource pools were encountered")
        : CANNOT;
  }

  /** Serves this request of this claim, and all behind it. */
  private boolean request(int claim, int index) {
    if (claim == claims.size()) {
      return true;
    }
    var requests = claims.get(claim).requests();
    if (index == requests.size()) {
      return request(claim + 1, 0);
    }
    var alternatives = requests.get(index);
    for (int i = 0; i < alternatives.size(); i++) {
      var worth = alternatives.size() > 1 ? ALTERNATIVES_MAX - i : 0;
      rank += worth;
      if (wish(claim, index, alternatives.get(i))) {
        return true;
      }
      rank -= worth;
    }
    return false;
  }

  private boolean wish(int claim, int index, Wish wish) {
    var candidates = candidates(wish);
    var count = wish.all() ? candidates.size() : wish.count();
    if (count == 0 || count > RESULTS_MAX - picks.get(claim).size()) {
      return false;
    }
    return wish.all()
        ? all(claim, index, wish, candidates, 0)
        : some(claim, index, wish, tightestFirst(wish, candidates), 0, (int) count);
  }

  /** Shared devices that are in use first, of these the fullest, so that others stay whole. */
  private List<Candidate> tightestFirst(Wish wish, List<Candidate> candidates) {
    if (wish.admin() || candidates.stream().noneMatch(one -> one.device.isShared())) {
      return candidates;
    }
    var left = new HashMap<DeviceId, Integer>();
    for (var one : candidates) {
      var free = takings.left(one.pool, one.device);
      left.put(one.device.id(), free == 0 ? Integer.MAX_VALUE : free);
    }
    var ordered = new ArrayList<>(candidates);
    ordered.sort(
        Comparator.<Candidate, Boolean>comparing(one -> one.pool.hasConditions())
            .thenComparing(one -> left.get(one.device.id())));
    return ordered;
  }

  private List<Stake> stakes() {
    var stakes = new ArrayList<Stake>();
    for (int claim = 0; claim < claims.size(); claim++) {
      var chosen = picks.get(claim);
      for (var wish : chosen.stream().map(Pick::wish).distinct().toList()) {
        if (!wish.admin()) {
          stakes.add(
              stake(claim, wish, chosen.stream().filter(one -> one.wish().equals(wish)).toList()));
        }
      }
    }
    return stakes;
  }

  private Stake stake(int claim, Wish wish, List<Pick> chosen) {
    // What several nodes can reach is not what one of them has left.
    var usable =
        candidates(wish).stream()
            .filter(one -> one.pool.isLocal() && !isTainted(wish, one.device))
            .toList();
    var before =
        usable.stream().mapToInt(one -> takings.leftBefore(one.pool, one.device)).toArray();
    var after = usable.stream().mapToInt(one -> takings.left(one.pool, one.device)).toArray();
    var first = chosen.getFirst();
    var taken =
        first.consumed() == null ? Task.WHOLE : Leftover.taken(first.device(), first.consumed());
    return new Stake(
        claim,
        wish.deviceClass(),
        chosen.size(),
        Math.max(1, taken),
        new Room(0, 0, "", before),
        new Room(0, 0, "", after));
  }

  private boolean all(int claim, int index, Wish wish, List<Candidate> candidates, int from) {
    if (from == candidates.size()) {
      return request(claim, index + 1);
    }
    if (!take(claim, wish, candidates.get(from))) {
      return false;
    }
    if (all(claim, index, wish, candidates, from + 1)) {
      return true;
    }
    giveBack(claim, wish, candidates.get(from));
    return false;
  }

  private boolean some(
      int claim, int index, Wish wish, List<Candidate> candidates, int from, int missing) {
    if (missing == 0) {
      return request(claim, index + 1);
    }
    for (int i = from; i <= candidates.size() - missing; i++) {
      if (take(claim, wish, candidates.get(i))) {
        if (some(claim, index, wish, candidates, i + 1, missing - 1)) {
          return true;
        }
        giveBack(claim, wish, candidates.get(i));
      }
    }
    return false;
  }

  /** All devices that match a wish, whoever uses them. */
  private List<Candidate> candidates(Wish wish) {
    var known = candidatesByWish.get(wish);
    if (known != null) {
      return known;
    }
    var found = new ArrayList<Candidate>();
    var deviceClass = inventory.deviceClass(wish.deviceClass());
    if (deviceClass == null) {
      throw new Hopeless(
          "request " + wish.name() + ": device class " + wish.deviceClass() + " does not exist");
    }
    var ofClass = Wish.expressions(deviceClass.getSpec().getSelectors());
    for (var pool : pools) {
      var here = pool.isLocal() || isNear(pool);
      if (wish.all() && here && pool.isIncomplete()) {
        throw new Hopeless(asksForAll(wish, pool) + "being updated");
      }
      if (wish.all() && here && !pool.problem().isEmpty()) {
        throw new Hopeless(asksForAll(wish, pool) + "invalid");
      }
      if (!pool.isIncomplete() && pool.problem().isEmpty()) {
        for (var device : pool.devicesFor(node.name())) {
          if (device.reach().matches(node)
              && holds("class " + wish.deviceClass(), ofClass, device)
              && holds("request " + wish.name(), wish.selectors(), device)) {
            found.add(new Candidate(pool, device));
          }
        }
      }
    }
    candidatesByWish.put(wish, found);
    return found;
  }

  private boolean isNear(Pool pool) {
    return pool.devicesFor(node.name()).stream().anyMatch(each -> each.reach().matches(node));
  }

  private static String asksForAll(Wish wish, Pool pool) {
    return "request "
        + wish.name()
        + ": asks for all devices, but resource pool "
        + pool.key().driver()
        + "/"
        + pool.key().name()
        + " is currently ";
  }

  private boolean holds(String whose, List<String> selectors, Device device) {
    for (int i = 0; i < selectors.size(); i++) {
      var answer = device.ask(selectors.get(i), inventory.expressions());
      if (!answer.problem().isEmpty()) {
        throw new Hopeless(whose + ": selector #" + i + ": " + answer.problem());
      }
      if (!answer.matches()) {
        return false;
      }
    }
    return true;
  }

  /** Gives the device to the claim, unless it is taken or may not be. */
  private boolean take(int claim, Wish wish, Candidate candidate) {
    if (++tries > TRIES_MAX) {
      throw new Hopeless("timed out trying to allocate devices");
    }
    var device = candidate.device;
    if (isTainted(wish, device)) {
      return false;
    }
    var consumed =
        wish.capacity().isEmpty() && !device.isShared()
            ? Optional.<SortedMap<String, Quantity>>of(new TreeMap<>())
            : Consumption.of(wish.capacity(), device.capacity());
    if (consumed.isEmpty() || !isFree(claim, wish, device, consumed.get())) {
      return false;
    }
    var takesCounters = !wish.admin() && takings.takesCounters(device);
    if (takesCounters && !takings.takeCounters(candidate.pool, device)) {
      return false;
    }
    if (!agree(claim, wish, device)) {
      if (takesCounters) {
        takings.giveCounters(candidate.pool, device);
      }
      return false;
    }
    var share = device.isShared() ? consumed.get() : null;
    if (!wish.admin()) {
      takings.take(device, share);
    }
    picks.get(claim).add(new Pick(wish, device, share));
    return true;
  }

  private void giveBack(int claim, Wish wish, Candidate candidate) {
    var device = candidate.device;
    picks.get(claim).removeLast();
    constraints.get(claim).forEach(constraint -> constraint.remove(wish));
    if (!wish.admin()) {
      takings.giveBack(device);
      if (takings.takesCounters(device)) {
        takings.giveCounters(candidate.pool, device);
      }
    }
  }

  private boolean isTainted(Wish wish, Device device) {
    return inventory.taints(device).stream()
        .filter(taint -> !"None".equals(taint.getEffect()))
        .anyMatch(taint -> !wish.tolerates(taint));
  }

  private boolean isFree(
      int claim, Wish wish, Device device, SortedMap<String, Quantity> consumed) {
    var id = device.id();
    if (wish.admin()) {
      return device.isShared()
          || picks.get(claim).stream().noneMatch(pick -> pick.device().id().equals(id));
    }
    return takings.isFree(device, consumed);
  }

  /** Adds the device to all constraints of the claim, or to none. */
  private boolean agree(int claim, Wish wish, Device device) {
    var all = constraints.get(claim);
    for (int i = 0; i < all.size(); i++) {
      if (!all.get(i).add(wish, device)) {
        for (int j = 0; j < i; j++) {
          all.get(j).remove(wish);
        }
        return false;
      }
    }
    return true;
  }
}
