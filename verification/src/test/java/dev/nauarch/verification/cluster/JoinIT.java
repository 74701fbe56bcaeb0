package dev.nauarch.verification.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.ModelCodec;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.client.DeleteOptions;
import dev.nauarch.client.Patch;
import dev.nauarch.client.Selection;
import dev.nauarch.client.remote.Kubeconfig;
import dev.nauarch.client.remote.RemoteClient;
import dev.nauarch.client.remote.RemoteOptions;
import dev.nauarch.launcher.home.ClusterHome;
import dev.nauarch.verification.cluster.TestHosts.Host;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * A cluster of three machines: one has the server, the two others join it, are cut off, die, come
 * back and leave. Needs root.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@SuppressWarnings("NullAway.Init") // set before the first test
class JoinIT {
  private static final String PORT = "22443";

  @TempDir static Path directory;
  private static TestHosts hosts;
  private static Host a;
  private static Host b;
  private static Host c;
  private static Awaiting cluster;
  private static List<String> join;

  @BeforeAll
  static void up() throws Exception {
    hosts = new TestHosts(directory, "198.18." + ProcessHandle.current().pid() % 250);
    a = hosts.add("ja");
    b = hosts.add("jb");
    c = hosts.add("jc");
    a.nau(
            "up",
            "--detach",
            "--no-merge",
            "--port",
            PORT,
            "--models-port",
            "22800",
            "--node-grace-seconds",
            "15",
            "--listen",
            a.address())
        .clean();
    cluster = new Awaiting(reachable(new ClusterHome(a.home())));
    join = joinCommand("1h");
  }

  /** The administrator's access by the address that other machines have. */
  private static RemoteOptions reachable(ClusterHome home) {
    var own = Kubeconfig.read(home.kubeconfig()).options();
    return RemoteOptions.of(
        URI.create("https://" + a.address() + ":" + PORT),
        own.authority().orElseThrow(),
        own.credentials());
  }

  /** What is to be run on another machine, without {@code nau}. */
  private static List<String> joinCommand(String ttl) {
    var printed = a.nau("token", "create", "--ttl", ttl).clean().strip();
    var words = Arrays.asList(printed.split(" ", -1));
    assertEquals(
        List.of("nau", "join", "https://" + a.address() + ":" + PORT), words.subList(0, 3));
    return words.subList(1, words.size());
  }

  @AfterAll
  static void down() throws Exception {
    cluster.close();
    hosts.close();
  }

  private static Program.Ended tries(Host host, List<String> command) {
    var words = new ArrayList<>(command);
    words.add("--detach");
    return host.nau(words.toArray(String[]::new));
  }

  @Test
  @Order(1)
  void whoHasNoGoodTokenOrAnotherClusterInMindIsTurnedAway() {
    var token = join.get(3);
    var otherSecret = token.substring(0, 7) + "0123456789abcdef";
    assertDenied(tries(c, replaced(3, otherSecret)), "is not signed by this token");
    assertDenied(
        tries(c, replaced(3, "zzzzzz.0123456789abcdef")), "does not know the token zzzzzz");
    var hash = join.get(5);
    var otherHash = hash.substring(0, 7) + "0".repeat(64);
    assertDenied(tries(c, replaced(5, otherHash)), "authority is " + hash);
    var malformed = tries(c, replaced(3, "nonsense"));
    assertEquals(2, malformed.code(), malformed::output);
    assertFalse(Files.exists(c.home().resolve("pki").resolve("node-client.pem")));
  }

  private static List<String> replaced(int index, String word) {
    var words = new ArrayList<>(join);
    words.set(index, word);
    return words;
  }

  private static void assertDenied(Program.Ended ended, String why) {
    assertEquals(6, ended.code(), ended::output);
    assertTrue(ended.output().contains(why), ended::output);
  }

  @Test
  @Order(1)
  void anExpiredTokenIsNone() {
    var shortLived = joinCommand("1s");
    Awaiting.until(
        "the token expires",
        () ->
            a.nau("token", "list")
                .clean()
                .lines()
                .noneMatch(line -> line.startsWith(id(shortLived))));
    assertDenied(tries(c, shortLived), "does not know the token");
  }

  private static String id(List<String> command) {
    return command.get(3).substring(0, 6);
  }

  @Test
  @Order(2)
  void machinesThatJoinAreNodesWithRangesOfTheirOwn() {
    for (var host : List.of(b, c)) {
      var joined = tries(host, join);
      assertEquals(0, joined.code(), joined::output);
    }
    var ranges = new TreeSet<String>();
    for (var host : List.of(a, b, c)) {
      var node = ready(host);
      ranges.add(node.getSpec().getPodCIDR());
      assertEquals(host.address(), node.getStatus().getAddresses().getFirst().getAddress());
    }
    assertEquals(Set.of("10.244.0.0/24", "10.244.1.0/24", "10.244.2.0/24"), ranges);
    var again = tries(b, join);
    assertTrue(again.out().contains("runs already"), again::output);
  }

  @Test
  @Order(3)
  void aNameThatAnotherMachineHasIsRefused() {
    var words = new ArrayList<>(join);
    words.addAll(List.of("--node-name", "jb"));
    var refused = c.nau(directory.resolve("other"), words.toArray(String[]::new));
    assertEquals(5, refused.code(), refused::output);
    assertTrue(
        refused.output().contains("node jb is Ready in this cluster already"), refused::output);
  }

  @Test
  @Order(3)
  void theAgentMayDoNothingToOthers() throws Exception {
    var file = b.home().resolve("pki").resolve("node-client.pem");
    assertEquals("rw-------", permissions(file));
    var pem = Files.readString(file);
    var options =
        RemoteOptions.of(
            cluster.options().server(),
            cluster.options().authority().orElseThrow(),
            new RemoteOptions.Credentials.Certificate(
                pem.substring(pem.indexOf("-----BEGIN CERTIFICATE")), pem));
    try (var agent = RemoteClient.connect(options)) {
      assertEquals(403, code(() -> agent.get(Resources.SECRETS, new ObjectKey("default", "none"))));
      assertEquals(
          403,
          code(
              () ->
                  agent.patch(
                      Resources.NODES,
                      new ObjectKey("", "jc"),
                      Patch.merge("{\"metadata\":{\"labels\":{\"x\":\"y\"}}}"))));
    }
  }

  private static String permissions(Path file) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  private static int code(Runnable request) {
    try {
      request.run();
      return 200;
    } catch (ApiException e) {
      return e.code();
    }
  }

  @Test
  @Order(4)
  void podsOfAllMachinesReachEachOtherByAddressAndName() throws Exception {
    cluster.apply(Resources.SERVICES, "web", SERVICE);
    for (var host : List.of(a, b, c)) {
      cluster.apply(Resources.PODS, "on-" + host.name(), pod("on-" + host.name(), host, SERVES));
    }
    for (var host : List.of(a, b, c)) {
      running("on-" + host.name());
      Awaiting.until("it serves", () -> cluster.log("on-" + host.name()).contains("Serving HTTP"));
    }
    var exec = new Exec(cluster.options());
    for (var from : List.of(a, b, c)) {
      for (var to : List.of(a, b, c)) {
        var address = running("on-" + to.name()).getStatus().getPodIP();
        var url = "http://" + address + ":8081/";
        assertEquals("I am on-" + to.name() + "\n", answer(exec, "on-" + from.name(), url));
      }
      assertTrue(
          answer(exec, "on-" + from.name(), "http://web.default:8080/").startsWith("I am on-"));
    }
    assertTrue(cluster.log("on-jc").contains("begins"), cluster.log("on-jc"));
    // What leaves the cluster's range carries the node's address, what stays inside does not.
    assertTrue(cluster.log("on-jb").contains(running("on-jc").getStatus().getPodIP()));
  }

  private static String answer(Exec exec, String pod, String url) throws Exception {
    return exec.run(pod, "curl", "-sS", "--max-time", "10", url).lines().findFirst().orElse("")
        + "\n";
  }

  @Test
  @Order(5)
  void anAgentThatIsKilledOrStoppedLeavesItsContainersRunning() throws Exception {
    var before = running("on-jb");
    var processes = processes("on-jb");
    for (var isKilled : List.of(true, false)) {
      var agent = new ClusterHome(b.home()).joined().orElseThrow().process().orElseThrow();
      if (isKilled) {
        agent.destroyForcibly();
      } else {
        agent.destroy();
      }
      agent.onExit().get();
      assertEquals(processes, processes("on-jb"));
      b.nau("join", "--detach").clean();
      var exec = new Exec(cluster.options());
      Awaiting.until("logs through the new agent", () -> cluster.log("on-jb").contains("begins"));
      assertTrue(exec.run("on-jb", "echo", "hello").startsWith("hello\n"));
      var after = running("on-jb");
      assertEquals(container(before).getContainerID(), container(after).getContainerID());
      assertEquals(0, container(after).getRestartCount());
      assertEquals(before.getStatus().getPodIP(), after.getStatus().getPodIP());
      assertEquals(processes, processes("on-jb"));
    }
  }

  @Test
  @Order(6)
  void whatWasMovedFromAMachineThatWasCutOffEndsThereWhenItIsBack() {
    cluster.apply(Resources.DEPLOYMENTS, "moves", set("Deployment", "moves", "jc"));
    cluster.apply(Resources.STATEFUL_SETS, "stays", set("StatefulSet", "stays", "jc"));
    var moved = on(c, "moves");
    var stayed = on(c, "stays");
    c.plug(false);
    cluster.await(() -> node(c), node -> !isReady(node));
    cluster.await(() -> podOf(moved), pod -> pod.getMetadata().getDeletionTimestamp() != null);
    cluster.await(() -> podOf(stayed), pod -> pod.getMetadata().getDeletionTimestamp() != null);
    // Another takes the place of the one, and none that of the other while it may still run.
    cluster.await(
        () -> pods("moves").stream().filter(each -> !isOn(each, c)).findFirst(), JoinIT::isRunning);
    assertEquals(List.of(uid(stayed)), pods("stays").stream().map(JoinIT::uid).toList());
    assertFalse(processes("moves").isEmpty());
    assertFalse(processes("stays").isEmpty());
    assertEquals(2, processes("moves").size());

    c.plug(true);
    ready(c);
    Awaiting.until("it ends where it was", () -> podOf(moved).isEmpty());
    Awaiting.until(
        "no other takes its place before",
        () -> !pods("stays").stream().map(JoinIT::uid).toList().contains(uid(stayed)));
    cluster.await(() -> pods("stays").stream().findFirst(), JoinIT::isRunning);
    Awaiting.until(
        "one of each", () -> processes("moves").size() == 1 && processes("stays").size() == 1);
    // The routes that went with the cable are back.
    var exec = new Exec(cluster.options());
    Awaiting.until(
        "its pods are reached again",
        () -> {
          try {
            var address = running("on-jc").getStatus().getPodIP();
            return answer(exec, "on-ja", "http://" + address + ":8081/").equals("I am on-jc\n");
          } catch (Exception e) {
            return false;
          }
        });
  }

  @Test
  @Order(7)
  void podsOfAMachineThatDiedAreFreedByThoseWhoSayThatItIsOff() throws Exception {
    var stayed = cluster.await(() -> pods("stays").stream().findFirst(), JoinIT::isRunning);
    var host = isOn(stayed, c) ? c : isOn(stayed, b) ? b : a;
    if (host == a) {
      return;
    }
    var agent = new ClusterHome(host.home()).joined().orElseThrow().process().orElseThrow();
    agent.destroyForcibly();
    agent.onExit().get();
    for (var pid : processes("stays")) {
      ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }
    cluster.await(() -> podOf(stayed), pod -> pod.getMetadata().getDeletionTimestamp() != null);
    assertEquals(List.of(uid(stayed)), pods("stays").stream().map(JoinIT::uid).toList());

    taint(host, "node.kubernetes.io/out-of-service");
    var next =
        cluster.await(
            () -> pods("stays").stream().filter(each -> !uid(each).equals(uid(stayed))).findFirst(),
            JoinIT::isRunning);
    assertFalse(isOn(next, host));

    untaint(host);
    host.nau("join", "--detach").clean();
    ready(host);
    Awaiting.until("none is doubled", () -> processes("stays").size() == 1);
  }

  @Test
  @Order(8)
  void aDrainedMachineLeavesAndNothingOfItIsLeft() throws Exception {
    var key = new ObjectKey("", "jb");
    cluster
        .client()
        .patch(Resources.NODES, key, Patch.merge("{\"spec\":{\"unschedulable\":true}}"));
    for (var pod :
        cluster.client().list(Resources.PODS, new Selection("", "", "spec.nodeName=jb")).items()) {
      var eviction = ModelCodec.emptyTree().put("apiVersion", "policy/v1").put("kind", "Eviction");
      eviction.putObject("metadata").put("name", pod.getMetadata().getName());
      cluster.client().post(Resources.PODS, ObjectKey.of(pod), "eviction", eviction);
    }
    Awaiting.until(
        "jb is empty",
        () ->
            cluster
                .client()
                .list(Resources.PODS, new Selection("", "", "spec.nodeName=jb"))
                .items()
                .isEmpty());
    var left = b.nau("down", "--purge");
    assertEquals(0, left.code(), left::output);
    assertTrue(left.out().contains("kubectl delete node jb"), left::output);
    assertTrue(cluster.client().delete(Resources.NODES, key, DeleteOptions.DEFAULT));
    assertEquals("", b.run("ip", "route", "show", "proto", "158"));
    assertEquals("", b.run("nft", "list", "tables"));
    assertFalse(b.run("ip", "-brief", "link").contains("nau"));
    assertFalse(Files.exists(b.home()));
    Awaiting.until(
        "the others forget it", () -> !c.run("ip", "route").contains("via " + b.address()));
    // Its name and its range are free for who comes next.
    var again = tries(b, join);
    assertEquals(0, again.code(), again::output);
    assertNotEquals(Optional.empty(), Optional.ofNullable(ready(b).getSpec().getPodCIDR()));
  }

  private static void taint(Host host, String key) {
    change(host, "[{\"key\":\"" + key + "\",\"effect\":\"NoExecute\"}]");
  }

  private static void untaint(Host host) {
    change(host, "[]");
  }

  private static void change(Host host, String taints) {
    cluster
        .client()
        .patch(
            Resources.NODES,
            new ObjectKey("", host.name()),
            Patch.merge("{\"spec\":{\"taints\":" + taints + "}}"));
  }

  private static Node ready(Host host) {
    return cluster.await(() -> node(host), JoinIT::isReady);
  }

  private static Optional<Node> node(Host host) {
    return cluster.get(Resources.NODES, host.name());
  }

  private static boolean isReady(Node node) {
    return node.getStatus() != null
        && node.getStatus().getConditions().stream()
            .anyMatch(each -> each.getType().equals("Ready") && each.getStatus().equals("True"));
  }

  private static Pod on(Host host, String app) {
    return cluster.await(
        () -> pods(app).stream().filter(each -> isOn(each, host)).findFirst(), JoinIT::isRunning);
  }

  private static boolean isOn(Pod pod, Host host) {
    return host.name().equals(pod.getSpec().getNodeName());
  }

  private static Collection<Pod> pods(String app) {
    return cluster
        .client()
        .list(Resources.PODS, new Selection("default", "app=" + app, ""))
        .items();
  }

  private static Optional<Pod> podOf(Pod pod) {
    return cluster
        .get(Resources.PODS, pod.getMetadata().getName())
        .filter(now -> uid(now).equals(uid(pod)));
  }

  private static String uid(Pod pod) {
    return pod.getMetadata().getUid();
  }

  private static Pod running(String name) {
    return cluster.await(() -> cluster.get(Resources.PODS, name), JoinIT::isRunning);
  }

  private static boolean isRunning(Pod pod) {
    return pod.getStatus() != null
        && "Running".equals(pod.getStatus().getPhase())
        && pod.getStatus().getContainerStatuses().stream()
            .allMatch(each -> Boolean.TRUE.equals(each.getReady()));
  }

  private static ContainerStatus container(Pod pod) {
    return pod.getStatus().getContainerStatuses().getFirst();
  }

  /** The processes of all machines that run the script of a pod or set. */
  private static Set<Long> processes(String name) {
    return ProcessHandle.allProcesses()
        .filter(process -> isOf(process, marker(name)))
        .map(ProcessHandle::pid)
        .collect(Collectors.toSet());
  }

  private static boolean isOf(ProcessHandle process, String marker) {
    var words = process.info().arguments().orElse(new String[0]);
    return List.of(words).contains(marker);
  }

  private static String marker(String name) {
    return "nau-join-" + ProcessHandle.current().pid() + "-" + name;
  }

  private static final String SERVES =
      "echo begins; d=$(mktemp -d); cd $d; echo I am $1 >index.html; python3 -m http.server 8081"
          + " 2>&1";
  private static final String LIVES = "trap 'exit 0' TERM; while :; do sleep 0.2; done";

  private static String pod(String name, Host host, String script) {
    return """
    {"apiVersion":"v1","kind":"Pod","metadata":{"name":"%1$s","labels":{"app":"web"}},
     "spec":{"nodeName":"%2$s","terminationGracePeriodSeconds":1,
      "tolerations":[{"operator":"Exists"}],
      "containers":[{"name":"c","image":"host","command":["sh","-c","%3$s","%4$s","%1$s"],
       "env":[{"name":"PYTHONUNBUFFERED","value":"1"}]}]}}
    """
        .formatted(name, host.name(), script, marker(name));
  }

  private static String set(String kind, String name, String preferred) {
    return """
    {"apiVersion":"apps/v1","kind":"%1$s","metadata":{"name":"%2$s"},
     "spec":{"replicas":1,"serviceName":"web","selector":{"matchLabels":{"app":"%2$s"}},
      "template":{"metadata":{"labels":{"app":"%2$s"}},
      "spec":{"terminationGracePeriodSeconds":1,
       "tolerations":[
        {"key":"node.kubernetes.io/unreachable","effect":"NoExecute","tolerationSeconds":1},
        {"key":"node.kubernetes.io/not-ready","effect":"NoExecute","tolerationSeconds":1}],
       "affinity":{"nodeAffinity":{"preferredDuringSchedulingIgnoredDuringExecution":[
        {"weight":100,"preference":{"matchExpressions":[
         {"key":"kubernetes.io/hostname","operator":"In","values":["%3$s"]}]}}]}},
       "containers":[{"name":"c","image":"host","command":["sh","-c","%4$s","%5$s"]}]}}}}
    """
        .formatted(kind, name, preferred, LIVES, marker(name))
        .replace(kind.equals("StatefulSet") ? "\u0000" : "\"serviceName\":\"web\",", "");
  }

  private static final String SERVICE =
      """
      {"apiVersion":"v1","kind":"Service","metadata":{"name":"web"},
       "spec":{"selector":{"app":"web"},"ports":[{"port":8080,"targetPort":8081}]}}
      """;
}
