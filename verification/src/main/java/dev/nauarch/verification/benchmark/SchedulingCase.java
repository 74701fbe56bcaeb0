package dev.nauarch.verification.benchmark;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What is scheduled: cases of Kubernetes' scheduler_perf, in its sizes.
 *
 * @param word its name
 * @param nodes how many alike there are
 * @param setUp what else is there before pods come
 * @param initial pods that are bound, or wait, before the clock starts
 * @param measured the pods from whose creation to whose last binding time is taken
 * @param churn what comes and goes meanwhile
 * @param target pods a second, with creation inside the window
 */
record SchedulingCase(
    String word,
    int nodes,
    List<Made> setUp,
    Pods initial,
    List<Pods> measured,
    Churn churn,
    double target) {

  /** An object and the collection into which it is sent. */
  record Made(String path, String json) {}

  /**
   * Pods that are alike.
   *
   * @param name how their names begin
   * @param json one of them, its name being the name, a dash and {@link ApiBench#DIGITS}
   */
  record Pods(String name, int count, String json) {

    /** Pods that ask for this. */
    static Pods of(String name, int count, String wishes, String milliCpu) {
      return new Pods(name, count, pod(name + "-" + ApiBench.DIGITS, wishes, milliCpu));
    }

    /** The same under another name. */
    Pods named(String other, int howMany) {
      return new Pods(other, howMany, json.replace(name + "-", other + "-"));
    }

    /** The same, another word in the place of the one that begins their names. */
    Pods renamed(String word, String other) {
      return named(name.replace(word, other), count);
    }

    /** The one of a number. */
    String json(int number) {
      return json.replace(ApiBench.DIGITS, "%09d".formatted(number));
    }
  }

  /**
   * Objects that are sent again and again.
   *
   * @param every how long one round takes
   * @param deletes whether those of a round are deleted before the next
   * @param objects what is sent; {@link ApiBench#DIGITS} in a name become the round's number
   */
  record Churn(Duration every, boolean deletes, List<Made> objects) {
    static final Churn NONE = new Churn(Duration.ZERO, false, List.of());
  }

  private static final int ZONES = 3;
  private static final int NODES = 5_000;
  private static final int RACK_NODES = 100;
  private static final String RACK = "topology.kubernetes.io/rack";
  private static final String SMALL = "100m";
  private static final String PODS = ApiBench.NAMESPACE + "pods";
  private static final String CLASSES = "/apis/scheduling.k8s.io/v1/priorityclasses";
  private static final String IMPORTANT = "\"priorityClassName\":\"important\",";
  private static final Made CLASS =
      new Made(CLASSES, "{\"metadata\":{\"name\":\"important\"},\"value\":10}");

  /** Pods without wishes. */
  static final Pods PLAIN = Pods.of("plain", 0, "", SMALL);

  /** All of them. */
  static List<SchedulingCase> all() {
    var all = new ArrayList<SchedulingCase>();
    all.add(plain("basic", 1_000, 10_000));
    all.add(plain("basic-large", 5_000, 50_000));
    all.add(simple("spread", 5_000, 5_000, spread("DoNotSchedule"), 3_000));
    all.add(simple("spread-preferred", 5_000, 5_000, spread("ScheduleAnyway"), 3_000));
    all.add(
        simple(
            "affinity", 5_000, 5_000, near("podAffinity", "topology.kubernetes.io/zone"), 1_500));
    all.add(
        simple(
            "anti-affinity",
            1_000,
            2_000,
            near("podAntiAffinity", "kubernetes.io/hostname"),
            1_500));
    all.add(preemption());
    all.add(
        preemption(
            "preemption-each",
            List.of(Pods.of("measured", 5_000, IMPORTANT, "3000m")),
            Churn.NONE));
    all.add(unschedulable());
    all.add(mixedChurn());
    all.add(daemons());
    all.add(claims());
    all.add(gangs());
    all.add(gangsInRacks());
    return all;
  }

  /** Whether it is measured with pods that were created before, too. */
  boolean isMeasuredBeforehand() {
    return word.startsWith("basic");
  }

  /** How many pods are measured. */
  int pods() {
    return measured.stream().mapToInt(Pods::count).sum();
  }

  /** Pods without wishes. */
  static SchedulingCase plain(String word, int initial, int count) {
    return new SchedulingCase(
        word,
        NODES,
        List.of(),
        PLAIN.named("init", initial),
        List.of(PLAIN.named("measured", count)),
        Churn.NONE,
        3_500);
  }

  private static SchedulingCase simple(
      String word, int initial, int count, String wishes, double target) {
    return new SchedulingCase(
        word,
        NODES,
        List.of(),
        PLAIN.named("init", initial),
        List.of(Pods.of("measured", count, wishes, SMALL)),
        Churn.NONE,
        target);
  }

  /** Pods come, and others that preempt, five a second. */
  private static SchedulingCase preemption() {
    return preemption(
        "preemption",
        List.of(PLAIN.named("measured", 5_000)),
        new Churn(
            Duration.ofMillis(200),
            false,
            List.of(new Made(PODS, pod("urgent-" + ApiBench.DIGITS, IMPORTANT, "3000m")))));
  }

  /** Pods come, and others that fit nowhere, five a second. */
  private static SchedulingCase unschedulable() {
    return new SchedulingCase(
        "unschedulable",
        NODES,
        List.of(CLASS),
        PLAIN.named("init", 100),
        List.of(PLAIN.named("measured", 10_000)),
        new Churn(
            Duration.ofMillis(200),
            false,
            List.of(new Made(PODS, pod("large-" + ApiBench.DIGITS, IMPORTANT, "9")))),
        5_000);
  }

  /** Pods come, and a node, a pod that fits nowhere and a service come and go. */
  private static SchedulingCase mixedChurn() {
    return new SchedulingCase(
        "mixed-churn",
        NODES,
        List.of(CLASS),
        PLAIN,
        List.of(PLAIN.named("measured", 10_000)),
        new Churn(
            Duration.ofSeconds(1),
            true,
            List.of(
                new Made(
                    SchedulingBench.NODES,
                    "{\"metadata\":{\"name\":\"churn-000000000\"},"
                        + "\"status\":{\"capacity\":{\"pods\":\"0\"}}}"),
                new Made(PODS, pod("large-" + ApiBench.DIGITS, IMPORTANT, "9")),
                new Made(
                    ApiBench.NAMESPACE + "services",
                    "{\"metadata\":{\"name\":\"churn-000000000\"},\"spec\":{\"selector\":"
                        + "{\"app\":\"foo\"},\"ports\":[{\"port\":8080}]}}"))),
        5_000);
  }

  /** Pods that name one of many nodes, as those of DaemonSets do. */
  private static SchedulingCase daemons() {
    return new SchedulingCase(
        "daemons",
        15_000,
        List.of(new Made(SchedulingBench.NODES, node("the-node", 0, 90_000))),
        PLAIN,
        List.of(
            new Pods(
                "measured",
                30_000,
                """
                    {"metadata":{"name":"measured-000000000"},"spec":{
                     "affinity":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{
                      "nodeSelectorTerms":[{"matchFields":[
                       {"key":"metadata.name","operator":"In","values":["the-node"]}]}]}}},
                     "containers":[{"name":"pause","image":"registry.k8s.io/pause:3.10"}]}}
                    """)),
        Churn.NONE,
        5_000);
  }

  /** Four pods on each node, three of which must go for one of those that preempt. */
  private static SchedulingCase preemption(String word, List<Pods> measured, Churn churn) {
    var low = Pods.of("init", 20_000, "\"terminationGracePeriodSeconds\":0,", "900m");
    return new SchedulingCase(word, NODES, List.of(CLASS), low, measured, churn, 2_000);
  }

  /** One device for each pod, by a template; ten on each node. */
  private static SchedulingCase claims() {
    var nodes = 500;
    var devices = "/apis/resource.k8s.io/v1/";
    var setUp = new ArrayList<Made>();
    setUp.add(
        new Made(
            devices + "deviceclasses",
            "{\"metadata\":{\"name\":\"test-class\"},\"spec\":{\"selectors\":[{\"cel\":"
                + "{\"expression\":\"device.driver == 'test.example.com'\"}}]}}"));
    setUp.add(
        new Made(
            devices + "namespaces/default/resourceclaimtemplates",
            "{\"metadata\":{\"name\":\"one-device\"},\"spec\":{\"spec\":{\"devices\":{\"requests\":"
                + "[{\"name\":\"req-0\",\"exactly\":{\"deviceClassName\":\"test-class\"}}]}}}}"));
    for (var i = 0; i < nodes; i++) {
      var each =
          IntStream.range(0, 10)
              .mapToObj(number -> "{\"name\":\"instance-" + number + "\"}")
              .toList();
      setUp.add(
          new Made(
              devices + "resourceslices",
              """
              {"metadata":{"name":"slice-%1$05d"},"spec":{"driver":"test.example.com",
               "nodeName":"node-%1$05d","pool":{"name":"node-%1$05d","generation":1,
               "resourceSliceCount":1},"devices":[%2$s]}}
              """
                  .formatted(i, String.join(",", each))));
    }
    var wishes =
        "\"resourceClaims\":[{\"name\":\"resource\",\"resourceClaimTemplateName\":\"one-device\"}],";
    var pods = Pods.of("init", 2_500, wishes, "1m");
    var asking =
        new Pods(
            "init",
            2_500,
            pods.json()
                .replace(
                    "\"resources\":{", "\"resources\":{\"claims\":[{\"name\":\"resource\"}],"));
    return new SchedulingCase(
        "claim-templates",
        nodes,
        setUp,
        asking,
        List.of(asking.named("measured", 2_500)),
        Churn.NONE,
        2_000);
  }

  /** Ten gangs of five thousand pods. */
  private static SchedulingCase gangs() {
    return gangs("gangs", 10, 5_000, "", PLAIN.named("init", 1_000), 5_000);
  }

  /** Many small gangs, each in one of fifty racks. */
  private static SchedulingCase gangsInRacks() {
    var inOneRack = ",\"schedulingConstraints\":{\"topology\":[{\"key\":\"" + RACK + "\"}]}";
    return gangs("gangs-topology", 2_250, 4, inOneRack, PLAIN, 3_000);
  }

  private static SchedulingCase gangs(
      String word, int count, int size, String constraints, Pods initial, double target) {
    var setUp = new ArrayList<Made>();
    var measured = new ArrayList<Pods>();
    for (var i = 0; i < count; i++) {
      setUp.add(
          new Made(
              "/apis/scheduling.k8s.io/v1beta1/namespaces/default/podgroups",
              "{\"metadata\":{\"name\":\"gang-"
                  + i
                  + "\"},\"spec\":{\"schedulingPolicy\":{\"gang\":{\"minCount\":"
                  + size
                  + "}}"
                  + constraints
                  + "}}"));
      var wishes = "\"schedulingGroup\":{\"podGroupName\":\"gang-" + i + "\"},";
      measured.add(Pods.of("measured-" + i, size, wishes, SMALL));
    }
    return new SchedulingCase(word, NODES, setUp, initial, measured, Churn.NONE, target);
  }

  static String node(long number) {
    return node("node-%05d".formatted(number), number % ZONES, 110)
        .replace(
            "\"labels\":{", "\"labels\":{\"" + RACK + "\":\"rack-" + number / RACK_NODES + "\",");
  }

  private static String node(String name, long zone, int pods) {
    return """
    {"metadata":{"name":"%1$s","labels":{"topology.kubernetes.io/zone":"zone-%2$d",
     "kubernetes.io/hostname":"%1$s"}},
     "status":{"capacity":{"pods":"%3$d","cpu":"4","memory":"32Gi"},
      "allocatable":{"pods":"%3$d","cpu":"4","memory":"32Gi"},
      "conditions":[{"type":"Ready","status":"True"}],"phase":"Running"}}
    """
        .formatted(name, zone, pods);
  }

  private static String spread(String otherwise) {
    return """
    "topologySpreadConstraints":[{"maxSkew":5,"topologyKey":"topology.kubernetes.io/zone",
     "whenUnsatisfiable":"%s","labelSelector":{"matchLabels":{"color":"blue"}}}],
    """
        .formatted(otherwise);
  }

  private static String near(String kind, String topologyKey) {
    return """
    "affinity":{"%s":{"requiredDuringSchedulingIgnoredDuringExecution":[
     {"topologyKey":"%s","labelSelector":{"matchLabels":{"color":"blue"}}}]}},
    """
        .formatted(kind, topologyKey);
  }

  private static String pod(String name, String wishes, String milliCpu) {
    return """
    {"metadata":{"name":"%1$s","labels":{"color":"%2$s"}},
     "spec":{%3$s"containers":[{"name":"pause","image":"registry.k8s.io/pause:3.10",
      "ports":[{"containerPort":80}],
      "resources":{"limits":{"cpu":"%4$s","memory":"500Mi"},
       "requests":{"cpu":"%4$s","memory":"500Mi"}}}]}}
    """
        .formatted(name, wishes.isEmpty() ? "red" : "blue", wishes, milliCpu);
  }
}
