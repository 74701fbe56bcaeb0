package dev.nauarch.verification.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.Resources;
import dev.nauarch.client.Patch;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Pods, owners and nodes that ask too much: each is told what is wrong with it, and others get
 * their places meanwhile.
 */
@SuppressWarnings("NullAway.Init") // set before the first test
class OddWishesIT {

  private static final String PODS_OF_TEST = "app=odd";
  private static final String SIMULATED = "'nodeSelector':{'nauarch.dev/simulated':'true'},";

  private static SimulatedCluster cluster;

  @BeforeAll
  static void start() throws Exception {
    cluster = SimulatedCluster.start(24243, 3);
  }

  @AfterAll
  static void stop() throws Exception {
    cluster.close();
  }

  @AfterEach
  void clear() throws Exception {
    cluster.deleteAll(Resources.PODS, PODS_OF_TEST);
    Awaiting.until("pods are gone", () -> cluster.pods("odd").isEmpty());
  }

  private static void pod(String name, String spec, String requests) {
    cluster
        .awaiting()
        .apply(
            Resources.PODS,
            name,
            """
            {"apiVersion":"v1","kind":"Pod","metadata":{"name":"%s","labels":{"app":"odd"}},
             "spec":{%s"terminationGracePeriodSeconds":0,
              "containers":[{"name":"c","image":"any/image:1","resources":{"requests":{%s}}}]}}
            """
                .formatted(name, spec.replace('\'', '"'), requests.replace('\'', '"')));
  }

  private static void awaitRunning(String name) {
    cluster
        .awaiting()
        .await(
            () -> cluster.awaiting().get(Resources.PODS, name),
            pod -> "Running".equals(pod.getStatus().getPhase()));
  }

  /** What a pod that waits says of itself. */
  private static String awaitTold(String name) {
    var pod =
        cluster
            .awaiting()
            .await(
                () -> cluster.awaiting().get(Resources.PODS, name),
                each -> !whyUnscheduled(each).isEmpty());
    return whyUnscheduled(pod);
  }

  private static String whyUnscheduled(Pod pod) {
    return pod.getStatus().getConditions().stream()
        .filter(each -> each.getType().equals("PodScheduled") && each.getStatus().equals("False"))
        .map(each -> each.getReason() + ": " + each.getMessage())
        .findFirst()
        .orElse("");
  }

  @Test
  void selectorsThatNoNodeCanHaveKeepNobodyElseWaiting() {
    for (var i = 0; i < 50; i++) {
      pod("nowhere-" + i, "'nodeSelector':{'there':'is','none':'n" + i + "'},", "");
    }
    pod("plain", SIMULATED, "");
    awaitRunning("plain");
    for (var i = 0; i < 50; i++) {
      assertTrue(
          awaitTold("nowhere-" + i).contains("didn't match Pod's node affinity/selector"),
          awaitTold("nowhere-" + i));
    }
  }

  @Test
  void thousandsOfTermsAreJudgedAsOne() {
    var terms =
        IntStream.range(0, 4_000)
            .mapToObj(i -> "{'matchExpressions':[{'key':'k%d','operator':'Exists'}]}".formatted(i))
            .collect(Collectors.joining(","));
    var spec =
        "'affinity':{'nodeAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':"
            + "{'nodeSelectorTerms':[%s]}}},";
    pod("choosy", spec.formatted(terms), "");
    assertTrue(awaitTold("choosy").contains("node affinity/selector"), awaitTold("choosy"));
    var last = ",{'matchExpressions':[{'key':'kubernetes.io/hostname','operator':'Exists'}]}";
    pod("patient", SIMULATED + spec.formatted(terms + last), "");
    pod("plain", SIMULATED, "");
    awaitRunning("patient");
    awaitRunning("plain");
  }

  @ParameterizedTest
  @CsvSource({
    "-1, must be greater than or equal to 0",
    "many, quantities must match the regular expression",
  })
  void amountsThatMakeNoSenseAreRefused(String cpu, String why) {
    var refusal = assertThrows(ApiException.class, () -> pod("odd", "", "'cpu':'" + cpu + "'"));
    assertTrue(refusal.code() == 422 || refusal.code() == 400, refusal::toString);
    assertTrue(String.valueOf(refusal.getMessage()).contains(why), refusal::getMessage);
  }

  @ParameterizedTest
  @CsvSource({"cpu, 9223372036854775807", "cpu, 1e30", "memory, 99999999999999999999Ei"})
  void amountsThatNoNodeCanHaveWait(String resource, String amount) {
    pod("huge", "", "'%s':'%s'".formatted(resource, amount));
    pod("huge-too", "", "'%s':'%s'".formatted(resource, amount));
    pod("plain", SIMULATED, "'cpu':'1','memory':'1Gi'");
    awaitRunning("plain");
    assertTrue(awaitTold("huge").contains("Insufficient " + resource), awaitTold("huge"));
  }

  private static void map(String name, String owner, String uid) {
    cluster
        .awaiting()
        .apply(
            Resources.CONFIG_MAPS,
            name,
            """
            {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"%s","ownerReferences":[
             {"apiVersion":"v1","kind":"ConfigMap","name":"%s","uid":"%s","blockOwnerDeletion":true}]}}
            """
                .formatted(name, owner, uid));
  }

  private static ConfigMap map(String name) {
    return cluster.awaiting().get(Resources.CONFIG_MAPS, name).orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({"Foreground", "Background"})
  void ownersInACircleGoTogether(String propagation) {
    cluster
        .awaiting()
        .apply(
            Resources.CONFIG_MAPS,
            "first",
            "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"first\"}}");
    map("second", "first", map("first").getMetadata().getUid());
    map("third", "second", map("second").getMetadata().getUid());
    map("first", "third", map("third").getMetadata().getUid());
    cluster.delete(Resources.CONFIG_MAPS, "second", propagation);
    for (var name : new String[] {"first", "second", "third"}) {
      Awaiting.until(
          name + " is gone", () -> cluster.awaiting().get(Resources.CONFIG_MAPS, name).isEmpty());
    }
  }

  /** A node that is ready and is not, again and again. */
  @Test
  void aNodeThatFlapsCostsOthersNothing() {
    cluster.awaiting().apply(Resources.DEPLOYMENTS, "steady", deployment());
    awaitReplicas(30);
    for (var round = 0; round < 30; round++) {
      var isClosed = round % 2 == 0;
      cluster
          .client()
          .patch(
              Resources.NODES,
              SimulatedCluster.nodeKey("sim-1"),
              Patch.merge("", "{\"spec\":{\"unschedulable\":" + isClosed + "}}"));
      cluster.pods("odd").stream()
          .map(pod -> pod.getMetadata().getName())
          .filter(name -> name.startsWith("steady"))
          .findFirst()
          .ifPresent(name -> cluster.delete(Resources.PODS, name, "Background"));
      pod("beside-" + round, "'nodeSelector':{'kubernetes.io/hostname':'sim-0'},", "'cpu':'10m'");
    }
    for (var round = 0; round < 30; round++) {
      awaitRunning("beside-" + round);
    }
    awaitReplicas(30);
    var perNode =
        cluster.pods("odd").stream()
            .collect(
                Collectors.groupingBy(pod -> pod.getSpec().getNodeName(), Collectors.counting()));
    assertEquals(
        60L, perNode.values().stream().mapToLong(Long::longValue).sum(), perNode::toString);
    cluster.delete(Resources.DEPLOYMENTS, "steady", "Foreground");
    Awaiting.until(
        "the deployment is gone",
        () -> cluster.awaiting().get(Resources.DEPLOYMENTS, "steady").isEmpty());
  }

  private static void awaitReplicas(int count) {
    cluster
        .awaiting()
        .await(
            () -> cluster.awaiting().get(Resources.DEPLOYMENTS, "steady"),
            found -> Integer.valueOf(count).equals(found.getStatus().getReadyReplicas()));
  }

  private static String deployment() {
    return """
    {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"steady"},
     "spec":{"replicas":30,"selector":{"matchLabels":{"app":"odd","set":"steady"}},
      "template":{"metadata":{"labels":{"app":"odd","set":"steady"}},
       "spec":{"terminationGracePeriodSeconds":0,"nodeSelector":{"nauarch.dev/simulated":"true"},
        "containers":[{"name":"c","image":"any/image:1"}]}}}}
    """;
  }
}
