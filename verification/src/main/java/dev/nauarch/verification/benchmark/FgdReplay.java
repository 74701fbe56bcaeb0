package dev.nauarch.verification.benchmark;

import dev.nauarch.scheduling.share.Mix;
import dev.nauarch.scheduling.share.Room;
import dev.nauarch.scheduling.share.SharingRule;
import dev.nauarch.scheduling.share.Task;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * The protocol by which the FGD paper was measured: pods are shuffled, and others drawn from the
 * same list with equal chances until those that arrive ask for 130 % of all GPUs. They arrive one
 * after the other, none leaves, and one that fits nowhere is dropped. Of nodes with equal scores
 * the one whose name is the first gets the pod.
 */
final class FgdReplay {

  private static final double LOAD = 1.3;

  /** Shapes that make up so much of the list are typical, processor-only ones among them. */
  private static final double TYPICAL = 0.95;

  private static final int LARGEST = 8;

  private final FgdTrace trace;

  /**
   * What came of it, in percent.
   *
   * @param allocated which part of all GPUs is given away
   * @param largest which part of what pods for 8 GPUs and more asked for was given to them
   */
  record Outcome(double allocated, double largest) {}

  FgdReplay(FgdTrace trace) {
    this.trace = trace;
  }

  /** What rules may know of the pods: their mix, as the paper's does. */
  Mix typical() {
    var counts = new TreeMap<Task, Long>();
    for (var pod : trace.pods()) {
      var shape = new Task(pod.cpuMillis(), 0, pod.devices(), pod.thousandths(), pod.model());
      counts.merge(shape, 1L, Long::sum);
    }
    return Mix.typical(counts, TYPICAL);
  }

  /** The pods that arrive, in their order. */
  List<Task> arrivals(long seed) {
    var random = new SplittableRandom(seed);
    var arriving = new ArrayList<>(trace.pods());
    for (var i = arriving.size() - 1; i > 0; i--) {
      Collections.swap(arriving, i, random.nextInt(i + 1));
    }
    var most = LOAD * trace.capacity();
    var asked = arriving.stream().mapToLong(Task::total).sum();
    while (asked > most) {
      asked -= arriving.remove(random.nextInt(arriving.size())).total();
    }
    while (true) {
      var next = trace.pods().get(random.nextInt(trace.pods().size()));
      if (asked + next.thousandths() > most) {
        return arriving;
      }
      asked += next.total();
      arriving.add(next);
    }
  }

  /** Lets a rule place what arrives. */
  Outcome run(SharingRule rule, long seed) {
    var nodes = new Nodes(trace.nodes(), rule);
    var largestAsked = 0L;
    var largestGiven = 0L;
    for (var pod : arrivals(seed)) {
      var given = nodes.place(pod) ? pod.total() : 0;
      if (pod.devices() >= LARGEST) {
        largestAsked += pod.total();
        largestGiven += given;
      }
    }
    var left = nodes.rooms.stream().mapToLong(Room::left).sum();
    return new Outcome(
        100.0 * (trace.capacity() - left) / trace.capacity(),
        largestAsked == 0 ? 100 : 100.0 * largestGiven / largestAsked);
  }

  /** Nodes with the opinions of a rule, which are asked for again once a node has changed. */
  private static final class Nodes {
    private static final SharingRule.Choice NO_ROOM = new SharingRule.Choice(-1, -1);

    private final List<Room> rooms;
    private final SharingRule rule;
    private final int[] changes;
    private final Map<Task, Opinions> opinionsByTask = new HashMap<>();

    private static final class Opinions {
      private final SharingRule.Choice[] choices;
      private final int[] changes;

      Opinions(int nodes) {
        choices = new SharingRule.Choice[nodes];
        changes = new int[nodes];
        Arrays.fill(changes, -1);
      }
    }

    Nodes(List<Room> empty, SharingRule rule) {
      this.rooms = new ArrayList<>(empty);
      this.rule = rule;
      this.changes = new int[empty.size()];
    }

    boolean place(Task pod) {
      var opinions = opinionsByTask.computeIfAbsent(pod, _ -> new Opinions(changes.length));
      var best = -1;
      var most = -1;
      for (var node = 0; node < changes.length; node++) {
        if (opinions.changes[node] != changes[node] || rule instanceof RandomRule) {
          var room = rooms.get(node);
          opinions.choices[node] = room.fits(pod) ? rule.choose(room, pod) : NO_ROOM;
          opinions.changes[node] = changes[node];
        }
        if (opinions.choices[node].score() > most) {
          most = opinions.choices[node].score();
          best = node;
        }
      }
      if (best < 0) {
        return false;
      }
      rooms.set(best, rooms.get(best).after(pod, opinions.choices[best].device()));
      changes[best]++;
      return true;
    }
  }
}
