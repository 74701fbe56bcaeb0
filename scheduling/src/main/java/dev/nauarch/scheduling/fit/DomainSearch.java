package dev.nauarch.scheduling.fit;

import dev.nauarch.scheduling.cluster.Cluster;
import dev.nauarch.scheduling.cluster.Domains;
import dev.nauarch.scheduling.cluster.Recent;
import dev.nauarch.scheduling.model.PodShape;
import dev.nauarch.scheduling.model.PodState;
import dev.nauarch.scheduling.model.VolumeNeeds;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds domains of nodes that have room for many pods together.
 *
 * <p>The domain with room for most of them is the best, and of those with room for all the one with
 * the least room, so that what is large and empty stays whole for those that need it.
 */
public final class DomainSearch {

  private static final int INDEX_LIMIT = 64;

  /** So many domains are looked at for whom to stop there, those that lack least. */
  private static final int CLEARED_MAX = 16;

  /**
   * A domain that comes into question.
   *
   * @param number among those of its label
   * @param value that of the label
   * @param fitting for how many of the pods there is room; others may still be in their way
   * @param room how large it is for them
   */
  public record Candidate(int number, String value, long fitting, long room) {}

  private record Asked(PodShape shape, String key) {}

  private static final Comparator<Candidate> BEST_FIRST =
      Comparator.comparingLong(Candidate::fitting)
          .reversed()
          .thenComparingLong(Candidate::room)
          .thenComparing(Candidate::value);

  private final Cluster cluster;
  private final Search search;
  private final Recent<Asked, DomainRoom> roomByAsked = new Recent<>(INDEX_LIMIT);

  /** Over a cluster. */
  public DomainSearch(Cluster cluster, Search search) {
    this.cluster = cluster;
    this.search = search;
  }

  /** The domains into which a label divides the nodes. */
  public Domains domains(String key) {
    return cluster.topology().domains(key);
  }

  /** The nodes of a domain. */
  public Area area(String key, int domain) {
    return Area.of(domains(key).nodes(domain));
  }

  /** How many domains have nodes. */
  public int count(String key) {
    var domains = domains(key);
    var count = 0;
    for (var domain = 0; domain < domains.count(); domain++) {
      count += domains.nodes(domain).length > 0 ? 1 : 0;
    }
    return count;
  }

  /** Whether the room of domains tells exactly for how many of these pods there is a place. */
  public boolean isExact(List<PodState> pods) {
    var first = pods.getFirst();
    return pods.stream().allMatch(pod -> pod.shape().equals(first.shape()))
        && pods.stream().allMatch(search::concernsNodesOnly);
  }

  /** The best domain as far as room tells. */
  public Optional<Candidate> best(String key, List<PodState> pods) {
    var counts = countByShape(pods);
    var domains = domains(key);
    if (counts.size() > 1) {
      return all(key, pods).stream().findFirst();
    }
    var count = pods.size();
    var rooms = room(pods.getFirst().shape(), key).byDomain();
    var best = -1;
    for (var domain = 0; domain < domains.count(); domain++) {
      if (domains.nodes(domain).length > 0
          && (best < 0 || isBetter(domains, rooms, count, domain, best))) {
        best = domain;
      }
    }
    return best < 0 ? Optional.empty() : Optional.of(candidate(key, counts, best));
  }

  private static boolean isBetter(Domains domains, long[] rooms, int count, int one, int other) {
    var byFitting = Long.compare(Math.min(count, rooms[one]), Math.min(count, rooms[other]));
    if (byFitting != 0) {
      return byFitting > 0;
    }
    var byRoom = Long.compare(rooms[one], rooms[other]);
    return byRoom != 0 ? byRoom < 0 : domains.value(one).compareTo(domains.value(other)) < 0;
  }

  /** All domains with nodes, the best first as far as room tells. */
  public List<Candidate> all(String key, List<PodState> pods) {
    var counts = countByShape(pods);
    var domains = domains(key);
    var all = new ArrayList<Candidate>();
    for (var domain = 0; domain < domains.count(); domain++) {
      if (domains.nodes(domain).length > 0) {
        all.add(candidate(key, counts, domain));
      }
    }
    all.sort(BEST_FIRST);
    return all;
  }

  /** What room tells of one domain. */
  public Candidate candidate(String key, List<PodState> pods, int domain) {
    return candidate(key, countByShape(pods), domain);
  }

  /**
   * The domains in which there would be room for enough pods if all of lower priority were gone,
   * those that lack least first.
   *
   * @param needed how many pods must find a place
   */
  public List<Candidate> clearable(
      String key, List<PodState> pods, int needed, List<Candidate> among) {
    var counts = countByShape(pods);
    var priority = pods.getFirst().priority();
    return among.stream()
        .filter(one -> roomWithout(priority, key, counts, one.number) >= needed)
        .limit(CLEARED_MAX)
        .toList();
  }

  private long roomWithout(int priority, String key, Map<PodShape, Integer> counts, int domain) {
    var nodes = domains(key).nodes(domain);
    var lower = new ArrayList<PodState>();
    for (var node : nodes) {
      var slot = cluster.slot(node);
      if (slot != null) {
        slot.pods().stream().filter(pod -> pod.priority() < priority).forEach(lower::add);
      }
    }
    lower.forEach(cluster::lift);
    var fitting = 0L;
    for (var one : counts.entrySet()) {
      fitting += Math.min(one.getValue(), room(one.getKey(), key).of(nodes));
    }
    lower.forEach(cluster::putBack);
    return fitting;
  }

  private Candidate candidate(String key, Map<PodShape, Integer> counts, int domain) {
    var fitting = 0L;
    var room = 0L;
    for (var one : counts.entrySet()) {
      var has = room(one.getKey(), key).byDomain()[domain];
      fitting += Math.min(one.getValue(), has);
      room += has;
    }
    return new Candidate(domain, domains(key).value(domain), fitting, room);
  }

  private Map<PodShape, Integer> countByShape(List<PodState> pods) {
    var counts = new LinkedHashMap<PodShape, Integer>();
    for (var pod : pods) {
      counts.merge(search.ofNodes(pod).shape().with(VolumeNeeds.NONE), 1, Integer::sum);
    }
    return counts;
  }

  private DomainRoom room(PodShape shape, String key) {
    return roomByAsked.get(
        new Asked(shape.with(VolumeNeeds.NONE), key),
        asked ->
            new DomainRoom(
                asked.shape, search.eligibility(asked.shape), domains(asked.key), cluster));
  }
}
