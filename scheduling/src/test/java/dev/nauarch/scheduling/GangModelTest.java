package dev.nauarch.scheduling;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.scheduling.model.GangState;
import dev.nauarch.scheduling.model.PodState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Gangs in small clusters over random histories, held against a plain search: what must never
 * happen, and what must have happened when everything has come to rest.
 */
class GangModelTest {

  private static final int PRIORITIES = 3;

  /** Each of these found something. */
  private static final long[] SEEDS_THAT_FAILED = {
    79, 94, 134, 189, 202, 225, 337, 387, 735, 771, 1_039, 1_065, 1_140, 1_448, 1_454, 1_685, 2_154
  };

  static LongStream seeds() {
    return LongStream.concat(
        LongStream.of(SEEDS_THAT_FAILED),
        LongStream.range(1, Integer.getInteger("gangs.seeds", 40)));
  }

  /** A gang of alike pods, of which some may come later. */
  private static void createGang(SplittableRandom random, GangCluster cluster) {
    var name = cluster.newName("g");
    var size = 1 + random.nextInt(5);
    var min = 1 + random.nextInt(size);
    var priority = random.nextInt(PRIORITIES);
    var gpus = 1 + random.nextInt(4);
    cluster.createGang(
        name
            + " min="
            + min
            + " priority="
            + priority
            + (random.nextInt(3) > 0 ? " topology=" + GangCluster.RACK : "")
            + (random.nextInt(3) == 0 ? " whole" : ""));
    for (var i = 0; i < size; i++) {
      if (random.nextInt(8) > 0) {
        member(cluster, name, i, gpus, priority);
      }
    }
  }

  private static void member(GangCluster cluster, String gang, int number, int gpus, int priority) {
    cluster.createPod(
        gang + "-" + number + " gang=" + gang + " gpus=" + gpus + " priority=" + priority);
  }

  private static void change(SplittableRandom random, GangCluster cluster) {
    var choice = random.nextInt(10);
    var pods = List.copyOf(cluster.pods.keySet());
    if (choice < 3) {
      createGang(random, cluster);
    } else if (choice < 4) {
      cluster.createPod(
          cluster.newName("p")
              + " gpus="
              + (1 + random.nextInt(4))
              + " priority="
              + random.nextInt(PRIORITIES));
    } else if (choice < 5 && !pods.isEmpty()) {
      var like = Objects.requireNonNull(cluster.pods.get(pods.get(random.nextInt(pods.size()))));
      if (cluster.gangs.containsKey(like.gangKey())) {
        member(
            cluster,
            like.membership().gang(),
            100 + random.nextInt(1_000),
            GangCluster.gpus(like),
            like.priority());
      }
    } else if (choice < 7 && !pods.isEmpty()) {
      cluster.delete(pods.get(random.nextInt(pods.size())));
    } else if (choice < 9) {
      GangHistory.stopSome(random, cluster);
    } else if (!cluster.gangs.isEmpty() && random.nextInt(4) == 0) {
      cluster.deleteGang(cluster.gangs.firstKey());
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void whateverFailsAndWheneverItCrashesGangsStayWholeAndNodesAreNotOvercommitted(long seed) {
    var random = new SplittableRandom(seed);
    var cluster = new GangCluster(random, false, 6, 3);
    GangHistory.disturbed(
        random,
        cluster,
        () -> change(random, cluster),
        () -> {
          cluster.checkNodes();
          cluster.checkRacks();
        });
    // Nothing is lost: who fits at the end is placed at the end.
    checkNobodyFits(cluster);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void whatFitsIsPlacedAndWhoStopsIsNeeded(long seed) {
    var random = new SplittableRandom(seed);
    var cluster = new GangCluster(random, true, 2 + random.nextInt(6), 1 + random.nextInt(3));
    cluster.observedBy(commands -> checkVictims(cluster, commands));
    GangHistory.calm(
        random,
        cluster,
        () -> change(random, cluster),
        () -> {
          cluster.checkNodes();
          cluster.checkRacks();
          checkNobodyFits(cluster);
          checkWhoCouldPreemptDoes(cluster);
        });
  }

  /** No waiting gang, and no waiting pod, would fit as things are. */
  private static void checkNobodyFits(GangCluster cluster) {
    for (var gang : cluster.gangs.values()) {
      for (var waiting : waiting(cluster, gang)) {
        assertFalse(
            fits(cluster, gang, waiting, pod -> true),
            () -> gang.key() + " waits but fits:\n" + cluster.story());
      }
    }
  }

  /** Where nobody is stopping, whoever could make room by stopping others is doing so. */
  private static void checkWhoCouldPreemptDoes(GangCluster cluster) {
    if (cluster.pods.values().stream().anyMatch(pod -> pod.stage() == PodState.Stage.ENDING)) {
      return;
    }
    for (var gang : cluster.gangs.values()) {
      for (var waiting : waiting(cluster, gang)) {
        assertFalse(
            fits(cluster, gang, waiting, pod -> pod.priority() >= waiting.getFirst().priority()),
            () -> gang.key() + " preempts nobody:\n" + cluster.story());
      }
    }
  }

  /** The waiting pods of a gang that has enough of them, one by one if they are placed so. */
  private static List<List<PodState>> waiting(GangCluster cluster, GangState gang) {
    var members = cluster.members(gang.key());
    var waiting = members.stream().filter(pod -> !pod.isBound()).toList();
    if (!gang.isUnit()) {
      return waiting.stream().map(List::of).toList();
    }
    return waiting.isEmpty() || members.size() < gang.minCount() ? List.of() : List.of(waiting);
  }

  /** Whether enough of a gang's alike pods fit, in one rack if it wants that. */
  private static boolean fits(
      GangCluster cluster, GangState gang, List<PodState> waiting, Predicate<PodState> stays) {
    var members = cluster.members(gang.key());
    var bound = (int) members.stream().filter(PodState::isBound).count();
    var needed = Math.max(1, gang.minCount() - bound);
    var fittingByRack = new TreeMap<String, Integer>();
    for (var node : cluster.rackByNode.keySet()) {
      var used =
          cluster.on(node).stream().filter(stays).mapToInt(GangCluster::gpus).sum()
              + held(cluster, node, waiting, stays);
      var fitting = Math.max(0, GangCluster.GPUS - used) / GangCluster.gpus(waiting.getFirst());
      var rack =
          gang.topologyKey().isEmpty() ? "" : Objects.requireNonNull(cluster.rackByNode.get(node));
      fittingByRack.merge(rack, fitting, Integer::sum);
    }
    var taken = new TreeSet<String>();
    for (var node : gang.topologyKey().isEmpty() ? Set.<String>of() : cluster.rackByNode.keySet()) {
      if (cluster.on(node).stream().anyMatch(pod -> pod.gangKey().equals(gang.key()))) {
        taken.add(Objects.requireNonNull(cluster.rackByNode.get(node)));
      }
    }
    return fittingByRack.entrySet().stream()
        .filter(one -> taken.isEmpty() || (taken.size() == 1 && taken.contains(one.getKey())))
        .anyMatch(one -> one.getValue() >= needed);
  }

  /** What is held on a node for pods of others. */
  private static int held(
      GangCluster cluster, String node, List<PodState> own, Predicate<PodState> stays) {
    return cluster.nominated.entrySet().stream()
        .filter(one -> one.getValue().equals(node))
        .map(one -> Objects.requireNonNull(cluster.pods.get(one.getKey())))
        .filter(pod -> !pod.isBound() && !own.contains(pod) && stays.test(pod))
        .mapToInt(GangCluster::gpus)
        .sum();
  }

  /**
   * Of those that a gang has asked to stop in one round, none could have stayed, none is as
   * important as the gang, and without them the gang fits.
   */
  private static void checkVictims(GangCluster cluster, List<SchedulerCommand> commands) {
    var nominated = new TreeMap<>(cluster.nominated);
    var before = new ArrayList<PodState>();
    var victims = new ArrayList<PodState>();
    var forWhom = "";
    for (var command : commands) {
      if (command instanceof SchedulerCommand.NominateNode(var pod, var node)) {
        nominated.put(pod, node);
      } else if (command instanceof SchedulerCommand.EvictPod evict) {
        if (!evict.message().equals(forWhom)) {
          checkVictims(cluster, nominated, forWhom, victims, before);
          before.addAll(victims);
          victims.clear();
          forWhom = evict.message();
        }
        victims.add(Objects.requireNonNull(cluster.pods.get(evict.pod())));
      }
    }
    checkVictims(cluster, nominated, forWhom, victims, before);
  }

  private static void checkVictims(
      GangCluster cluster,
      Map<ObjectKey, String> nominated,
      String forWhom,
      List<PodState> victims,
      List<PodState> before) {
    var name = forWhom.replaceFirst(".*gang default/(\\S+) .*", "$1");
    var gang = cluster.gangs.get(new ObjectKey("default", name));
    if (victims.isEmpty() || gang == null) {
      return;
    }
    var coming =
        cluster.members(gang.key()).stream()
            .filter(pod -> !pod.isBound() && !cluster.decided.containsKey(pod.key()))
            .filter(pod -> !nominated.getOrDefault(pod.key(), "").isEmpty())
            .toList();
    var priority = coming.getFirst().priority();
    assertTrue(
        victims.stream().allMatch(victim -> victim.priority() < priority),
        () -> gang.key() + " stops its equals:\n" + cluster.story());
    var all = new ArrayList<>(before);
    all.addAll(victims);
    var fits = stand(cluster, nominated, coming, all, priority);
    assertTrue(fits, () -> gang.key() + " would not fit without " + victims + cluster.story());
    for (var unit : units(cluster, victims)) {
      var others = new ArrayList<>(all);
      others.removeAll(unit);
      assertFalse(
          stand(cluster, nominated, coming, others, Integer.MIN_VALUE),
          () -> gang.key() + " does not need " + unit + ":\n" + cluster.story());
    }
  }

  private static List<List<PodState>> units(GangCluster cluster, List<PodState> victims) {
    var units = new TreeMap<String, List<PodState>>();
    for (var victim : victims) {
      var whole =
          Optional.ofNullable(cluster.gangs.get(victim.gangKey()))
              .filter(gang -> gang.rank().disruptedWhole());
      var name = whole.map(gang -> "gang " + gang.key()).orElse("pod " + victim.key());
      units.computeIfAbsent(name, ignored -> new ArrayList<>()).add(victim);
      whole.ifPresent(
          gang ->
              assertTrue(
                  cluster.members(gang.key()).stream()
                      .filter(PodState::isBound)
                      .allMatch(victims::contains),
                  () -> gang.key() + " does not stop whole:\n" + cluster.story()));
    }
    return List.copyOf(units.values());
  }

  /** Who stops already is waited for by those of higher priority. */
  private static boolean isThere(PodState pod, int priority) {
    return pod.stage() == PodState.Stage.LIVE || pod.priority() >= priority;
  }

  /**
   * Whether nodes have room for pods where these are nominated, once some others are gone.
   *
   * @param priority places count that are held for pods of this priority or a higher one
   */
  private static boolean stand(
      GangCluster cluster,
      Map<ObjectKey, String> nominated,
      List<PodState> coming,
      List<PodState> gone,
      int priority) {
    var nodes = new TreeSet<String>();
    coming.forEach(pod -> nodes.add(Objects.requireNonNull(nominated.get(pod.key()))));
    for (var node : nodes) {
      var used =
          cluster.on(node).stream()
              .filter(pod -> !gone.contains(pod) && isThere(pod, coming.getFirst().priority()))
              .mapToInt(GangCluster::gpus)
              .sum();
      for (var pod : cluster.pods.values()) {
        var place =
            cluster.decided.containsKey(pod.key())
                ? cluster.decided.get(pod.key())
                : coming.contains(pod) || pod.priority() >= priority
                    ? nominated.get(pod.key())
                    : "";
        if (!pod.isBound() && !gone.contains(pod) && node.equals(place)) {
          used += GangCluster.gpus(pod);
        }
      }
      if (used > GangCluster.GPUS) {
        return false;
      }
    }
    return true;
  }
}
