package dev.nauarch.scheduling;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.scheduling.model.GangState;
import dev.nauarch.scheduling.model.PodState;
import dev.nauarch.scheduling.model.PodTerm;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Gangs with wishes about other pods, pods of several sizes, claims of devices and disruption
 * budgets, over random histories.
 */
class GangWishesModelTest {

  private static final int PRIORITIES = 3;
  private static final int DEVICES = 2;

  /** Each of these found something. */
  private static final long[] SEEDS_THAT_FAILED = {1_381, 3_763};

  /** What follows the words for a gang's pods, by gang. */
  private final TreeMap<String, String> wishByGang = new TreeMap<>();

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
    var gpus = 1 + random.nextInt(GangCluster.GPUS);
    var isMixed = random.nextInt(3) == 0;
    wishByGang.put(name, wish(random, name));
    for (var i = 0; i < size; i++) {
      if (random.nextInt(8) > 0) {
        var asked = isMixed ? 1 + random.nextInt(GangCluster.GPUS) : gpus;
        member(cluster, name, i, asked, priority);
      }
    }
  }

  private static String wish(SplittableRandom random, String gang) {
    return " app="
        + gang
        + " team=t"
        + random.nextInt(2)
        + switch (random.nextInt(7)) {
          case 0 -> " apart=app:" + gang + "/kubernetes.io/hostname";
          case 1 -> " apart=team:t0/kubernetes.io/hostname";
          case 2, 3 -> " near=app:" + gang + "/" + GangCluster.RACK;
          case 4 -> " spread=app:" + gang + "/" + GangCluster.RACK;
          case 5 -> " device";
          default -> "";
        };
  }

  private void member(GangCluster cluster, String gang, int number, int gpus, int priority) {
    var name = gang + "-" + number;
    var wish = Objects.requireNonNull(wishByGang.get(gang));
    if (wish.contains(" device")) {
      cluster.createClaim(name);
    }
    cluster.createPod(
        name
            + " gang="
            + gang
            + " gpus="
            + gpus
            + " priority="
            + priority
            + wish.replace(" device", " device=" + name));
  }

  private void change(SplittableRandom random, GangCluster cluster) {
    var choice = random.nextInt(11);
    var pods = List.copyOf(cluster.pods.keySet());
    if (choice < 3) {
      createGang(random, cluster);
    } else if (choice < 4) {
      cluster.createPod(
          cluster.newName("p")
              + " gpus="
              + (1 + random.nextInt(GangCluster.GPUS))
              + " priority="
              + random.nextInt(PRIORITIES)
              + " team=t"
              + random.nextInt(2));
    } else if (choice < 5 && !pods.isEmpty()) {
      var like = Objects.requireNonNull(cluster.pods.get(pods.get(random.nextInt(pods.size()))));
      if (cluster.gangs.containsKey(like.gangKey())) {
        var gpus = GangCluster.gpus(like);
        var number = 100 + random.nextInt(1_000);
        member(cluster, like.membership().gang(), number, gpus, like.priority());
      }
    } else if (choice < 7 && !pods.isEmpty()) {
      cluster.delete(pods.get(random.nextInt(pods.size())));
    } else if (choice < 9) {
      GangHistory.stopSome(random, cluster);
    } else if (choice < 10) {
      cluster.putBudget("team:t" + random.nextInt(2), random.nextInt(3));
    } else if (!cluster.gangs.isEmpty() && random.nextInt(4) == 0) {
      cluster.deleteGang(cluster.gangs.firstKey());
    }
  }

  private static GangCluster cluster(SplittableRandom random, boolean isPrompt) {
    var cluster = new GangCluster(random, isPrompt, 3 + random.nextInt(7), 1 + random.nextInt(3));
    cluster.createDevices(DEVICES);
    return cluster;
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void whateverFailsAndWheneverItCrashesNoWishIsBroken(long seed) {
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
    cluster.observedBy(
        commands -> {
          checkSpread(cluster, commands);
          checkBudgets(cluster, commands);
        });
    GangHistory.calm(
        random,
        cluster,
        () -> change(random, cluster),
        () -> {
          check(cluster);
          checkTogether(cluster);
          GangHistory.checkNobodyFits(cluster, (gang, waiting) -> fits(cluster, gang, waiting));
        });
  }

  private static void check(GangCluster cluster) {
    cluster.checkNodes();
    cluster.checkRacks();
    cluster.checkDevices();
    for (var node : cluster.rackByNode.keySet()) {
      for (var pod : cluster.on(node)) {
        for (var term : pod.neighbours().apart()) {
          assertTrue(
              cluster.on(node).stream()
                  .noneMatch(other -> !other.key().equals(pod.key()) && means(term, other)),
              () -> pod.key() + " is not alone on " + node + ":\n" + cluster.story());
        }
      }
    }
  }

  private static boolean means(PodTerm term, PodState pod) {
    return term.matches(pod, new TreeMap<>());
  }

  /** Pods that have to be beside each other are. */
  private static void checkTogether(GangCluster cluster) {
    for (var gang : cluster.gangs.keySet()) {
      var racks = new TreeSet<String>();
      for (var pod : cluster.members(gang)) {
        if (pod.isBound() && !pod.neighbours().near().isEmpty()) {
          racks.add(rack(cluster, pod.node()));
        }
      }
      assertTrue(racks.size() < 2, () -> gang + " is in " + racks + ":\n" + cluster.story());
    }
  }

  private static String rack(GangCluster cluster, String node) {
    return Objects.requireNonNull(cluster.rackByNode.get(node));
  }

  /** A rack to which pods come has no more of them then than another and one. */
  private static void checkSpread(GangCluster cluster, List<SchedulerCommand> commands) {
    var stopping = new ArrayList<ObjectKey>();
    for (var command : commands) {
      if (command instanceof SchedulerCommand.EvictPod evict) {
        stopping.add(evict.pod());
      } else if (command instanceof SchedulerCommand.CommitGang commit) {
        var members = cluster.members(commit.gang());
        if (!members.isEmpty() && !members.getFirst().neighbours().spread().isEmpty()) {
          checkSpread(cluster, members, stopping, commit);
        }
      }
    }
  }

  private static void checkSpread(
      GangCluster cluster,
      List<PodState> members,
      List<ObjectKey> stopping,
      SchedulerCommand.CommitGang commit) {
    var byRack = new TreeMap<String, Integer>();
    cluster.rackByNode.values().forEach(rack -> byRack.put(rack, 0));
    var coming = new TreeSet<String>();
    for (var pod : members) {
      var node = commit.placement().nodeByPod().get(pod.key().name());
      if (pod.isBound() && !stopping.contains(pod.key())) {
        byRack.merge(rack(cluster, pod.node()), 1, Integer::sum);
      } else if (!pod.isBound() && node != null) {
        byRack.merge(rack(cluster, node), 1, Integer::sum);
        coming.add(rack(cluster, node));
      }
    }
    var least = byRack.values().stream().min(Integer::compare).orElse(0);
    for (var rack : coming) {
      assertTrue(
          Objects.requireNonNull(byRack.get(rack)) <= least + 1,
          () -> commit.gang() + " is not even: " + byRack + "\n" + cluster.story());
    }
  }

  /** A pod that stands alone breaks no budget where there was a node without one. */
  private static void checkBudgets(GangCluster cluster, List<SchedulerCommand> commands) {
    for (var command : commands) {
      if (command instanceof SchedulerCommand.EvictPod evict) {
        var forWhom = evict.message().replaceFirst(".*for default/(p\\S+) .*", "$1");
        var pod = cluster.pods.get(new ObjectKey("default", forWhom));
        var victim = Objects.requireNonNull(cluster.pods.get(evict.pod()));
        if (pod != null && cluster.isProtected(victim)) {
          assertFalse(
              cluster.rackByNode.keySet().stream()
                  .anyMatch(node -> isFree(cluster, pod, node, commands)),
              () -> pod.key() + " breaks a budget for nothing:\n" + cluster.story());
        }
      }
    }
  }

  /** Whether a node could be cleared without anybody whom a budget or a gang may protect. */
  private static boolean isFree(
      GangCluster cluster, PodState pod, String node, List<SchedulerCommand> commands) {
    if (commands.size() > 4 || !cluster.nominated.isEmpty() || !cluster.decided.isEmpty()) {
      return false; // others were decided for as well
    }
    var kept =
        cluster.on(node).stream()
            .filter(
                other ->
                    other.priority() >= pod.priority()
                        || cluster.hasBudget(other)
                        || !other.membership().gang().isEmpty())
            .toList();
    return kept.stream().mapToInt(GangCluster::gpus).sum() + GangCluster.gpus(pod)
            <= GangCluster.GPUS
        && kept.stream()
            .flatMap(other -> other.neighbours().apart().stream())
            .noneMatch(term -> means(term, pod));
  }

  /**
   * Whether a gang's pods fit however they are tried: for each there are as many nodes as there are
   * pods, of which others can take no more than one each.
   */
  private static boolean fits(GangCluster cluster, GangState gang, List<PodState> waiting) {
    var byRack = GangHistory.nodesByRack(cluster);
    var needsOneRack =
        !gang.topologyKey().isEmpty()
            || waiting.stream().anyMatch(pod -> !pod.neighbours().near().isEmpty());
    var racks =
        byRack.keySet().stream()
            .filter(rack -> !needsOneRack || GangHistory.mayUse(cluster, gang, rack))
            .filter(rack -> isRoomy(cluster, waiting, Objects.requireNonNull(byRack.get(rack))))
            .toList();
    var isSpread = waiting.stream().anyMatch(pod -> !pod.neighbours().spread().isEmpty());
    if (isSpread) {
      return racks.size() == byRack.size() && (!needsOneRack || racks.size() == 1);
    }
    return !racks.isEmpty()
        || (!needsOneRack && isRoomy(cluster, waiting, cluster.rackByNode.keySet()));
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
        && cluster.hasDeviceFor(pod, node, DEVICES)
        && cluster.on(node).stream()
            .allMatch(
                other ->
                    pod.neighbours().apart().stream().noneMatch(term -> means(term, other))
                        && other.neighbours().apart().stream().noneMatch(term -> means(term, pod)));
  }
}
