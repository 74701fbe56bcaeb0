package dev.nauarch.scheduling.fit;

import dev.nauarch.scheduling.cluster.Cluster;
import dev.nauarch.scheduling.cluster.Columns;
import dev.nauarch.scheduling.cluster.Domains;
import dev.nauarch.scheduling.model.PodShape;
import java.util.Arrays;
import java.util.function.IntConsumer;

/**
 * How many pods of one shape there is room for in each domain of nodes. It catches up with the
 * cluster's changes, so a question costs what has changed since the last one, however many nodes
 * and domains there are. Rules about other pods, volumes and devices may leave less room.
 */
final class DomainRoom {

  private final PodShape shape;
  private final Cluster cluster;
  private final Domains domains;
  private final Eligibility eligibility;
  private final Columns.Demand demand;
  private final Progress progress = new Progress();
  private final Runnable whenAll = this::checkAll;
  private final IntConsumer whenOne = this::check;
  private int[] welcome = new int[0];
  private double[][] free = new double[0][];
  private int[] roomByNode = new int[0];
  private int[] domainByNode = new int[0];
  private long[] roomByDomain = new long[0];

  DomainRoom(PodShape shape, Eligibility eligibility, Domains domains, Cluster cluster) {
    this.shape = shape;
    this.eligibility = eligibility;
    this.domains = domains;
    this.cluster = cluster;
    this.demand = cluster.columns().demand(shape);
  }

  /** The room of each domain, by its number, as it is now; not to be changed. */
  long[] byDomain() {
    look();
    if (roomByNode.length < cluster.numbers()) {
      progress.reset();
    }
    progress.follow(cluster.changes(), eligibility.version(), whenAll, whenOne);
    if (roomByDomain.length < domains.count()) {
      roomByDomain = Arrays.copyOf(roomByDomain, domains.count());
    }
    return roomByDomain;
  }

  /** The room of some nodes as it would be now, whether the cluster has noted it or not. */
  long of(int[] nodes) {
    look();
    var room = 0L;
    for (var node : nodes) {
      room += room(node);
    }
    return room;
  }

  private void look() {
    welcome = eligibility.welcome();
    free = new double[demand.columns().length][];
    for (var i = 0; i < free.length; i++) {
      free[i] = cluster.columns().free(demand.columns()[i]);
    }
  }

  private void checkAll() {
    var length = Math.max(64, cluster.numbers() + cluster.numbers() / 4);
    roomByNode = new int[length];
    domainByNode = new int[length];
    Arrays.fill(domainByNode, Domains.NONE);
    roomByDomain = new long[domains.count()];
    for (var node = 0; node < cluster.numbers(); node++) {
      check(node);
    }
  }

  private void check(int node) {
    count(domainByNode[node], -roomByNode[node]);
    domainByNode[node] = domains.of(node);
    roomByNode[node] = domainByNode[node] == Domains.NONE ? 0 : room(node);
    count(domainByNode[node], roomByNode[node]);
  }

  private void count(int domain, int difference) {
    if (domain == Domains.NONE) {
      return;
    }
    if (domain >= roomByDomain.length) {
      roomByDomain = Arrays.copyOf(roomByDomain, domains.count());
    }
    roomByDomain[domain] += difference;
  }

  private int room(int node) {
    var slot = cluster.slot(node);
    if (slot == null || welcome[node] < 0) {
      return 0;
    }
    if (!shape.ports().isEmpty()) {
      return NodeRules.check(shape, slot).isEmpty() ? 1 : 0;
    }
    double most = Integer.MAX_VALUE;
    for (var i = 0; i < free.length; i++) {
      most = Math.min(most, Math.floor(free[i][node] / demand.amounts()[i]));
    }
    return (int) Math.max(0, most);
  }
}
