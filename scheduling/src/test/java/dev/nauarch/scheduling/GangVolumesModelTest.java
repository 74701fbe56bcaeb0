package dev.nauarch.scheduling;

import dev.nauarch.scheduling.model.GangState;
import dev.nauarch.scheduling.model.PodState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Gangs whose pods have volumes, over random histories: claims with a volume at a node or in a
 * rack, such as get theirs together with a node, such as several pods share or only one may have,
 * and nodes that can't have many.
 */
class GangVolumesModelTest {

  private static final int PRIORITIES = 3;

  /** Each of these found something. */
  private static final long[] SEEDS_THAT_FAILED = {193, 655, 1_868};

  /** By gang, what claims its pods have. */
  private final TreeMap<String, Wish> wishByGang = new TreeMap<>();

  private enum Wish {
    NONE,
    /** Each pod has a volume of those that are there. */
    STATIC,
    /** For each pod one is made. */
    MADE,
    /** Each pod has two, one of each kind. */
    BOTH,
    /** Each pod has had one, at a node, in a rack, or anywhere. */
    BOUND,
    /** One is made for all pods. */
    SHARED,
    /** One is made for all pods, and one of them may have it. */
    CONTESTED
  }

  static LongStream seeds() {
    var first = Integer.getInteger("gangs.first", 1);
    return LongStream.concat(
        LongStream.of(SEEDS_THAT_FAILED),
        LongStream.range(first, first + Integer.getInteger("gangs.seeds", 40)));
  }

  private void createGang(SplittableRandom random, GangCluster cluster) {
    var name = cluster.newName("g");
    var size = 1 + random.nextInt(4);
    var priority = random.nextInt(PRIORITIES);
    cluster.createGang(
        name
            + " min="
            + (1 + random.nextInt(size))
            + " priority="
            + priority
            + (random.nextInt(3) == 0 ? " topology=" + GangCluster.RACK : "")
            + (random.nextInt(3) == 0 ? " whole" : ""));
    var wish = Wish.values()[random.nextInt(Wish.values().length)];
    wishByGang.put(name, wish);
    if (wish == Wish.SHARED) {
      cluster.volumes.createOpen(name, "made", "ReadWriteMany");
    } else if (wish == Wish.CONTESTED) {
      cluster.volumes.createOpen(name, "made", "ReadWriteOncePod");
    }
    var gpus = 1 + random.nextInt(GangCluster.GPUS);
    for (var i = 0; i < size; i++) {
      if (random.nextInt(8) > 0) {
        member(random, cluster, name, i, gpus, priority);
      }
    }
  }

  private void member(
      SplittableRandom random,
      GangCluster cluster,
      String gang,
      int number,
      int gpus,
      int priority) {
    var name = gang + "-" + number;
    cluster.createPod(
        "%s gang=%s gpus=%d priority=%d%s"
            .formatted(name, gang, gpus, priority, claims(random, cluster, gang, name)));
  }

  /** Makes the claims of a pod, unless one of its name has had them. */
  private String claims(SplittableRandom random, GangCluster cluster, String gang, String pod) {
    return switch (Objects.requireNonNull(wishByGang.get(gang))) {
      case NONE -> "";
      case STATIC -> {
        cluster.volumes.createOpen(pod, "static", "ReadWriteOnce");
        yield " claim=" + pod;
      }
      case MADE -> {
        cluster.volumes.createOpen(pod, "made", "ReadWriteOnce");
        yield " claim=" + pod;
      }
      case BOTH -> {
        cluster.volumes.createOpen(pod + "-a", "static", "ReadWriteOnce");
        cluster.volumes.createOpen(pod + "-b", "made", "ReadWriteOnce");
        yield " claim=" + pod + "-a claim=" + pod + "-b";
      }
      case BOUND -> {
        cluster.volumes.createBound(pod, "ReadWriteOnce", where(random, cluster));
        yield " claim=" + pod;
      }
      case SHARED, CONTESTED -> " claim=" + gang;
    };
  }

  private static String where(SplittableRandom random, GangCluster cluster) {
    var node = "n" + random.nextInt(cluster.rackByNode.size());
    return switch (random.nextInt(3)) {
      case 0 -> "host=" + node;
      case 1 -> GangCluster.ZONE + "=" + cluster.rackByNode.get(node);
      default -> "";
    };
  }

  private void change(SplittableRandom random, GangCluster cluster) {
    var choice = random.nextInt(13);
    var pods = List.copyOf(cluster.pods.keySet());
    if (choice < 3) {
      createGang(random, cluster);
    } else if (choice < 4) {
      var name = cluster.newName("p");
      wishByGang.put(name, Wish.values()[random.nextInt(5)]);
      cluster.createPod(
          "%s gpus=%d priority=%d%s"
              .formatted(
                  name,
                  1 + random.nextInt(GangCluster.GPUS),
                  random.nextInt(PRIORITIES),
                  claims(random, cluster, name, name + "-0")));
    } else if (choice < 5 && !pods.isEmpty()) {
      var like = Objects.requireNonNull(cluster.pods.get(pods.get(random.nextInt(pods.size()))));
      if (cluster.gangs.containsKey(like.gangKey())) {
        var number = 100 + random.nextInt(1_000);
        var gpus = GangCluster.gpus(like);
        member(random, cluster, like.membership().gang(), number, gpus, like.priority());
      }
    } else if (choice < 7 && !pods.isEmpty()) {
      cluster.delete(pods.get(random.nextInt(pods.size())));
    } else if (choice < 9) {
      GangHistory.stopSome(random, cluster);
    } else if (choice < 11) {
      // One in a rack would have to say so twice, as a label and as an affinity.
      var where = where(random, cluster);
      cluster.volumes.createFree(where.startsWith("host") ? where : "");
    } else if (choice < 12) {
      var unused = cluster.volumes.unused(cluster.pods.values());
      if (!unused.isEmpty()) {
        cluster.volumes.delete(unused.get(random.nextInt(unused.size())));
      }
    } else if (!cluster.gangs.isEmpty() && random.nextInt(4) == 0) {
      cluster.deleteGang(cluster.gangs.firstKey());
    }
  }

  private static GangCluster cluster(SplittableRandom random, boolean isPrompt) {
    var cluster = new GangCluster(random, isPrompt, 3 + random.nextInt(5), 1 + random.nextInt(3));
    cluster.volumes.begin(cluster.rackByNode.keySet());
    for (var node : cluster.rackByNode.keySet()) {
      for (var i = random.nextInt(4); i > 0; i--) {
        cluster.volumes.createFree("host=" + node);
      }
    }
    return cluster;
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void whateverFailsAndWheneverItCrashesNoVolumeIsGivenTwiceAndNoLimitIsBroken(long seed) {
    var random = new SplittableRandom(seed);
    var cluster = cluster(random, false);
    GangHistory.disturbed(random, cluster, () -> change(random, cluster), () -> check(cluster));
    GangHistory.checkNobodyFits(cluster, (gang, waiting) -> fits(cluster, gang, waiting));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void whatFitsHoweverItIsTriedIsPlaced(long seed) {
    var random = new SplittableRandom(seed);
    var cluster = cluster(random, true);
    GangHistory.calm(
        random,
        cluster,
        () -> change(random, cluster),
        () -> {
          check(cluster);
          GangHistory.checkNobodyFits(cluster, (gang, waiting) -> fits(cluster, gang, waiting));
        });
  }

  private static void check(GangCluster cluster) {
    cluster.checkNodes();
    cluster.checkRacks();
    cluster.volumes.check(cluster.pods.values(), cluster.rackByNode, cluster.story());
  }

  /**
   * Whether a gang's pods fit however they are tried: there are as many nodes as there are pods on
   * which each of them can be, whatever volumes the others get.
   */
  private static boolean fits(GangCluster cluster, GangState gang, List<PodState> waiting) {
    var byRack = GangHistory.nodesByRack(cluster);
    if (gang.topologyKey().isEmpty()) {
      return isRoomy(cluster, waiting, cluster.rackByNode.keySet());
    }
    return byRack.keySet().stream()
        .filter(rack -> GangHistory.mayUse(cluster, gang, rack))
        .anyMatch(rack -> isRoomy(cluster, waiting, Objects.requireNonNull(byRack.get(rack))));
  }

  private static boolean isRoomy(
      GangCluster cluster, List<PodState> waiting, Collection<String> nodes) {
    return GangHistory.isRoomy(waiting, nodes, (pod, node) -> suits(cluster, pod, node, waiting));
  }

  private static boolean suits(GangCluster cluster, PodState pod, String node, List<PodState> own) {
    var there = new ArrayList<>(cluster.on(node));
    there.addAll(GangHistory.nominatedTo(cluster, node, own));
    var used = there.stream().mapToInt(GangCluster::gpus).sum();
    return used + GangCluster.gpus(pod) <= GangCluster.GPUS
        && cluster.volumes.hasRoom(pod, node, there, own.size());
  }
}
