package dev.nauarch.verification.benchmark;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.scheduling.SchedulerEvent;
import dev.nauarch.scheduling.model.Amounts;
import dev.nauarch.scheduling.model.DeviceNeeds;
import dev.nauarch.scheduling.model.GangState;
import dev.nauarch.scheduling.model.GroupState;
import dev.nauarch.scheduling.model.Neighbours;
import dev.nauarch.scheduling.model.NodeState;
import dev.nauarch.scheduling.model.PodShape;
import dev.nauarch.scheduling.model.PodState;
import dev.nauarch.scheduling.model.PodTerm;
import dev.nauarch.scheduling.model.Requirement;
import dev.nauarch.scheduling.model.SpreadConstraint;
import dev.nauarch.scheduling.model.WeightedPodTerm;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** What is decided: nodes that are there, and pods that come. */
enum DecisionCase {
  TEN_SHAPES("ten-shapes", 5_000, 200_000, 200_000),
  DISTINCT("distinct-shapes", 5_000, 20_000, 30_000),
  SPREAD("spread", 5_000, 5_000, 0),
  SPREAD_PREFERRED("spread-preferred", 5_000, 5_000, 0),
  REPLICAS("replicas", 5_000, 10_000, 0),
  AFFINITY("affinity", 5_000, 5_000, 0),
  ANTI_AFFINITY("anti-affinity", 5_000, 2_000, 0),
  AFFINITY_PREFERRED("affinity-preferred", 5_000, 5_000, 0),
  UNSCHEDULABLE("unschedulable", 5_000, 10_000, 0),
  GANGS("gangs", 5_000, 50_000, 0),
  GANGS_TOPOLOGY("gangs-topology", 5_000, 9_000, 0),
  LARGE("large", 100_000, 100_000, 0);

  private static final Instant CREATED = Instant.parse("2026-01-01T00:00:00Z");
  private static final int ZONES = 10;
  private static final int RACK_NODES = 100;
  private static final String RACK = "topology.kubernetes.io/rack";
  private static final String ZONE = "topology.kubernetes.io/zone";
  private static final String HOST = "kubernetes.io/hostname";

  private final String word;
  private final int nodes;
  private final int pods;
  private final double target;

  DecisionCase(String word, int nodes, int pods, double target) {
    this.word = word;
    this.nodes = nodes;
    this.pods = pods;
    this.target = target;
  }

  String word() {
    return word;
  }

  int nodes() {
    return nodes;
  }

  int pods() {
    return pods;
  }

  /** Pods a second; 0 for none. */
  double target() {
    return target;
  }

  /** How many of the pods find a place. */
  int bound() {
    return this == UNSCHEDULABLE ? pods / 2 : pods;
  }

  /** What there is before the clock starts. */
  List<SchedulerEvent> before() {
    var events = new ArrayList<SchedulerEvent>();
    events.add(new SchedulerEvent.NamespaceSeen("default", new TreeMap<>()));
    for (var i = 0; i < nodes; i++) {
      var name = "node-%06d".formatted(i);
      var labels = new TreeMap<String, String>();
      labels.put(HOST, name);
      labels.put(ZONE, "zone-" + i % ZONES);
      labels.put(RACK, "rack-" + i / RACK_NODES);
      var amounts = new Amounts(32_000, 256L << 30, 0, 110, new TreeMap<>());
      events.add(
          new SchedulerEvent.NodeSeen(new NodeState(name, labels, List.of(), amounts, false)));
    }
    for (var i = 0; i < gangs(); i++) {
      events.add(
          new SchedulerEvent.GangSeen(
              new GangState(
                  new ObjectKey("default", "gang-" + i),
                  "gang",
                  CREATED,
                  pods / gangs(),
                  this == GANGS_TOPOLOGY ? RACK : "",
                  GangState.Rank.OF_ITS_PODS,
                  GangState.Course.NEW)));
    }
    if (this == REPLICAS) {
      var ref = new GroupState.Ref("ReplicaSet", new ObjectKey("default", "web"));
      var selector = List.of(Requirement.equal("app", "web"));
      events.add(new SchedulerEvent.GroupSeen(new GroupState(ref, selector)));
    }
    events.add(new SchedulerEvent.Synced());
    return events;
  }

  private int gangs() {
    return switch (this) {
      case GANGS -> 10;
      case GANGS_TOPOLOGY -> 2_250;
      default -> 0;
    };
  }

  /** The pods that come. */
  List<SchedulerEvent> waiting() {
    var events = new ArrayList<SchedulerEvent>();
    for (var i = 0; i < pods; i++) {
      events.add(new SchedulerEvent.PodSeen(pod(i)));
    }
    return events;
  }

  private PodState pod(int number) {
    var gang = gangs() == 0 ? "" : "gang-" + number / (pods / gangs());
    return new PodState(
        new ObjectKey("default", "pod-%06d".formatted(number)),
        "uid-" + number,
        labels(number),
        new TreeMap<>(),
        PodShape.of(amounts(number)),
        neighbours(),
        0,
        true,
        CREATED,
        "",
        PodState.Stage.LIVE,
        List.of(),
        new PodState.Membership(
            gang, "", "", true, false, this == REPLICAS ? "ReplicaSet/web" : ""),
        DeviceNeeds.NONE);
  }

  private SortedMap<String, String> labels(int number) {
    var labels = new TreeMap<String, String>();
    labels.put("app", this == ANTI_AFFINITY ? "one-each" : "web");
    labels.put("pod-index", Integer.toString(number));
    return labels;
  }

  private Amounts amounts(int number) {
    return switch (this) {
      case TEN_SHAPES -> amounts(100 + 20 * (number % 10), 500);
      case DISTINCT -> amounts(100 + number % 1_000, 500 + number);
      case UNSCHEDULABLE -> amounts(number % 2 == 0 ? 100 : 64_000, 500);
      default -> amounts(100, 500);
    };
  }

  private static Amounts amounts(long cpuMillis, long megabytes) {
    return new Amounts(cpuMillis, megabytes << 20, 0, 1, new TreeMap<>());
  }

  private Neighbours neighbours() {
    return switch (this) {
      case SPREAD -> spread(true);
      case SPREAD_PREFERRED -> spread(false);
      case AFFINITY -> new Neighbours(List.of(term(ZONE)), List.of(), List.of(), List.of());
      case ANTI_AFFINITY -> new Neighbours(List.of(), List.of(term(HOST)), List.of(), List.of());
      case AFFINITY_PREFERRED ->
          new Neighbours(
              List.of(), List.of(), List.of(new WeightedPodTerm(term(HOST), 1)), List.of());
      default -> Neighbours.ANY;
    };
  }

  private Neighbours spread(boolean required) {
    var constraint = new SpreadConstraint(term(ZONE), 5, 1, required, true, false);
    return new Neighbours(List.of(), List.of(), List.of(), List.of(constraint));
  }

  private PodTerm term(String topologyKey) {
    var app = this == ANTI_AFFINITY ? "one-each" : "web";
    return new PodTerm(
        List.of(Requirement.equal("app", app)),
        false,
        List.of("default"),
        List.of(),
        false,
        topologyKey,
        true);
  }
}
