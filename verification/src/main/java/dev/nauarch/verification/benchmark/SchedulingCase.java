package dev.nauarch.verification.benchmark;

/** What is scheduled: cases of Kubernetes' scheduler_perf, in its sizes. */
enum SchedulingCase {
  BASIC("basic", 5_000, 1_000, 10_000, 3_500, ""),
  BASIC_LARGE("basic-large", 5_000, 5_000, 50_000, 3_500, ""),
  SPREAD(
      "spread",
      5_000,
      5_000,
      5_000,
      3_000,
      """
      "topologySpreadConstraints":[{"maxSkew":5,"topologyKey":"topology.kubernetes.io/zone",
       "whenUnsatisfiable":"DoNotSchedule","labelSelector":{"matchLabels":{"color":"blue"}}}],
      """),
  SPREAD_PREFERRED(
      "spread-preferred",
      5_000,
      5_000,
      5_000,
      3_000,
      """
      "topologySpreadConstraints":[{"maxSkew":5,"topologyKey":"topology.kubernetes.io/zone",
       "whenUnsatisfiable":"ScheduleAnyway","labelSelector":{"matchLabels":{"color":"blue"}}}],
      """),
  AFFINITY(
      "affinity",
      5_000,
      5_000,
      5_000,
      1_500,
      """
      "affinity":{"podAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":[
       {"topologyKey":"topology.kubernetes.io/zone",
        "labelSelector":{"matchLabels":{"color":"blue"}}}]}},
      """),
  ANTI_AFFINITY(
      "anti-affinity",
      5_000,
      1_000,
      2_000,
      1_500,
      """
      "affinity":{"podAntiAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":[
       {"topologyKey":"kubernetes.io/hostname",
        "labelSelector":{"matchLabels":{"color":"blue"}}}]}},
      """);

  private static final int ZONES = 3;

  private final String word;
  private final int nodes;
  private final int initial;
  private final int pods;
  private final double target;
  private final String wishes;

  SchedulingCase(String word, int nodes, int initial, int pods, double target, String wishes) {
    this.word = word;
    this.nodes = nodes;
    this.initial = initial;
    this.pods = pods;
    this.target = target;
    this.wishes = wishes;
  }

  String word() {
    return word;
  }

  int nodes() {
    return nodes;
  }

  /** How many pods without wishes are bound before the clock starts. */
  int initial() {
    return initial;
  }

  int pods() {
    return pods;
  }

  /** Pods a second, with creation inside the window. */
  double target() {
    return target;
  }

  /** Whether it is measured with pods that were created before, too. */
  boolean isMeasuredBeforehand() {
    return wishes.isEmpty();
  }

  static String node(long number) {
    return """
    {"metadata":{"name":"node-%1$05d","labels":{"topology.kubernetes.io/zone":"zone-%2$d",
     "kubernetes.io/hostname":"node-%1$05d"}},
     "status":{"capacity":{"pods":"110","cpu":"4","memory":"32Gi"},
      "allocatable":{"pods":"110","cpu":"4","memory":"32Gi"},
      "conditions":[{"type":"Ready","status":"True"}],"phase":"Running"}}
    """
        .formatted(number, number % ZONES);
  }

  String pod(String name) {
    return """
    {"metadata":{"name":"%s","labels":{"color":"%s"}},
     "spec":{%s"containers":[{"name":"pause","image":"registry.k8s.io/pause:3.10",
      "ports":[{"containerPort":80}],
      "resources":{"limits":{"cpu":"100m","memory":"500Mi"},
       "requests":{"cpu":"100m","memory":"500Mi"}}}]}}
    """
        .formatted(name, wishes.isEmpty() ? "red" : "blue", wishes);
  }
}
