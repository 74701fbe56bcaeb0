package dev.nauarch.verification.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.Resources;
import dev.nauarch.client.remote.Kubeconfig;
import dev.nauarch.launcher.home.ClusterHome;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * A cluster of the packed command whose server is killed while pods run and clients write, and is
 * started again: whatever was there before is there afterwards. Needs root.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@SuppressWarnings("NullAway.Init") // set before the first test
class KilledServerIT {
  private static final String COUNTS = "i=0; while :; do i=$((i+1)); echo $i; sleep 0.05; done";
  private static final String ENDS = "until [ -e /shared/go ]; do sleep 0.05; done; exit 7";
  private static final String SERVES =
      "cd /shared; echo hello >index.html; exec python3 -m http.server 8081";

  /** The length and the checksum of a record. */
  private static final int HEAD_BYTES = 8;

  private static PackedCommand packed;
  private static ClusterHome home;
  private static Awaiting cluster;
  private static WriteLoad load;
  private static Pod counting;
  private static Set<Long> countingProcesses;
  private static int counted;

  @BeforeAll
  static void killAndStartAgain() throws Exception {
    packed = PackedCommand.of(0);
    home = new ClusterHome(packed.home().resolve(".local/share/nau/clusters/dev"));
    Files.createDirectory(packed.home().resolve("shared"));
    up();
    cluster.apply(Resources.SERVICES, "web", SERVICE);
    cluster.apply(Resources.PODS, "counts", pod("counts", COUNTS, "Always"));
    cluster.apply(Resources.PODS, "ends", pod("ends", ENDS, "Never"));
    cluster.apply(Resources.PODS, "web", pod("web", SERVES, "Always"));
    for (var name : List.of("ends", "web")) {
      running(name);
    }
    counting = running("counts");
    countingProcesses = processes("counts");
    counted = counted();
    load = WriteLoad.start(cluster.options(), "killed");
    load.awaitAcknowledged(50);
    var server = home.state().orElseThrow().process().orElseThrow();
    server.destroyForcibly();
    server.onExit().get();
    load.end();
    cluster.close();
    Files.createFile(packed.home().resolve("shared").resolve("go"));
    Awaiting.until("the pod ends", () -> processes("ends").isEmpty());
    leaveHalfAnObject();
    up();
  }

  private static void up() throws Exception {
    var up = packed.nau("up", "--detach", "--port", "26443", "--models-port", "26800");
    assertEquals(0, up.code(), up::output);
    cluster = new Awaiting(Kubeconfig.read(packed.home().resolve(".kube/config")).options());
  }

  /** What a machine that lost its power in the middle of a write may leave at the log's end. */
  private static void leaveHalfAnObject() throws Exception {
    try (var files = Files.list(home.store())) {
      var log =
          files
              .filter(file -> String.valueOf(file.getFileName()).startsWith("log-"))
              .max(Comparator.naturalOrder())
              .orElseThrow();
      var bytes = Files.readAllBytes(log);
      var half = Arrays.copyOfRange(bytes, bytes.length / 2, bytes.length / 2 + 700);
      // By chance a whole record may begin there, which is no half.
      half[HEAD_BYTES] ^= 1;
      Files.write(log, half, StandardOpenOption.APPEND);
    }
  }

  @AfterAll
  static void stop() throws Exception {
    packed.nau("down", "--purge");
    packed.close();
    cluster.close();
  }

  @Test
  @Order(1)
  void everyAcknowledgedObjectIsThereAndNoneIsHalf() {
    load.assertKept(cluster.client());
  }

  @Test
  @Order(1)
  void podsThatRanRunOnAndTheirLogsToo() {
    cluster.await(() -> Optional.of(counted()), now -> now > counted + 20);
    assertAdopted();
    var lines = cluster.log("counts").lines().map(Integer::valueOf).toList();
    assertEquals(IntStream.rangeClosed(1, lines.size()).boxed().toList(), lines, "each line once");
  }

  private static void assertAdopted() {
    var pod = cluster.get(Resources.PODS, "counts").orElseThrow();
    assertEquals(counting.getMetadata().getUid(), pod.getMetadata().getUid());
    assertEquals(counting.getStatus().getPodIP(), pod.getStatus().getPodIP());
    assertEquals(container(counting).getContainerID(), container(pod).getContainerID());
    assertEquals(0, container(pod).getRestartCount());
    assertEquals(countingProcesses, processes("counts"));
  }

  @Test
  @Order(1)
  void aPodThatEndedMeanwhileHasItsTrueExitCode() {
    var pod =
        cluster.await(
            () -> cluster.get(Resources.PODS, "ends"),
            found -> found.getStatus().getPhase().equals("Failed"));
    var end = container(pod).getState().getTerminated();
    assertEquals(7, end.getExitCode());
    assertEquals("Error", end.getReason());
    assertEquals(0, container(pod).getRestartCount());
  }

  @Test
  @Order(1)
  void servicesAndNamesWorkAgainAlsoForNewPods() throws Exception {
    var said = new Exec(cluster.options()).run("counts", "curl", "-sS", "http://web.default:8080/");
    assertTrue(said.startsWith("hello\n"), said);
    cluster.apply(Resources.PODS, "late", pod("late", "curl -sS http://web:8080/", "Never"));
    cluster.await(
        () -> cluster.get(Resources.PODS, "late"),
        pod -> pod.getStatus().getPhase().equals("Succeeded"));
    assertEquals("hello\n", cluster.log("late"));
  }

  @Test
  @Order(2)
  void aServerThatIsToldToEndLosesNoWriteEither() throws Exception {
    var more = WriteLoad.start(cluster.options(), "ended");
    more.awaitAcknowledged(50);
    var server = home.state().orElseThrow().process().orElseThrow();
    server.destroy();
    server.onExit().get();
    more.end();
    cluster.close();
    up();
    load.assertKept(cluster.client());
    more.assertKept(cluster.client());
    running("counts");
    assertAdopted();
  }

  @Test
  @Order(3)
  void downLeavesNothing() throws Exception {
    // nau-TAG-UID, and the table has the same tag.
    var namespace = networkNamespace().orElseThrow();
    var uid = counting.getMetadata().getUid();
    var table = "nauarch-" + namespace.substring("nau-".length(), namespace.indexOf("-" + uid));
    assertTrue(tables().contains(table));
    assertNotEquals(List.of(), controlGroups());
    var down = packed.nau("down", "--purge");
    assertEquals(0, down.code(), down::output);
    assertEquals(Set.of(), processes("counts"));
    assertFalse(ProcessHandle.allProcesses().anyMatch(each -> isBelow(each, packed.home())));
    assertFalse(Files.readString(Path.of("/proc/self/mountinfo")).contains(packed.home() + "/"));
    assertEquals(Optional.empty(), networkNamespace());
    assertFalse(tables().contains(table));
    assertEquals(List.of(), controlGroups());
    assertFalse(Files.exists(home.directory()));
  }

  /** That of the counting pod. */
  private static Optional<String> networkNamespace() throws Exception {
    var uid = counting.getMetadata().getUid();
    try (var names = Files.list(Path.of("/run/netns"))) {
      return names
          .map(path -> String.valueOf(path.getFileName()))
          .filter(name -> name.endsWith(uid))
          .findFirst();
    }
  }

  private static String tables() throws Exception {
    var tables = packed.run(List.of("/usr/sbin/nft", "list", "tables"));
    assertEquals(0, tables.code(), tables::output);
    return tables.output();
  }

  private static List<Path> controlGroups() throws Exception {
    var prefix = "nauarch-" + home.tag("dev") + "-";
    try (var paths = Files.walk(Path.of("/sys/fs/cgroup"), 2)) {
      return paths.filter(path -> String.valueOf(path.getFileName()).startsWith(prefix)).toList();
    }
  }

  private static boolean isBelow(ProcessHandle process, Path directory) {
    return process.info().commandLine().filter(line -> line.contains(directory + "/")).isPresent();
  }

  private static Pod running(String name) {
    return cluster.await(
        () -> cluster.get(Resources.PODS, name),
        pod ->
            pod.getStatus().getPhase().equals("Running")
                && container(pod).getState().getRunning() != null);
  }

  private static ContainerStatus container(Pod pod) {
    return pod.getStatus().getContainerStatuses().getFirst();
  }

  /** The last number that the counting pod has printed; 0 before the first. */
  private static int counted() {
    return cluster.log("counts").lines().mapToInt(Integer::parseInt).max().orElse(0);
  }

  /** The processes of this machine that run a pod's script. */
  private static Set<Long> processes(String pod) {
    return ProcessHandle.allProcesses()
        .filter(process -> process.info().commandLine().orElse("").endsWith(marker(pod)))
        .map(ProcessHandle::pid)
        .collect(Collectors.toSet());
  }

  /** What the script of a pod of this test finds as its own name. */
  private static String marker(String pod) {
    return "nau-killed-" + ProcessHandle.current().pid() + "-" + pod;
  }

  private static String pod(String name, String script, String restart) {
    return """
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"%1$s","labels":{"app":"%1$s"}},
         "spec":{"restartPolicy":"%2$s","terminationGracePeriodSeconds":1,
          "volumes":[{"name":"shared","hostPath":{"path":"%3$s/shared"}}],
          "containers":[{"name":"c","image":"host","command":["sh","-c","%4$s","%5$s"],
           "volumeMounts":[{"name":"shared","mountPath":"/shared"}]}]}}
        """
        .formatted(name, restart, packed.home(), script, marker(name));
  }

  private static final String SERVICE =
      """
      {"apiVersion":"v1","kind":"Service","metadata":{"name":"web"},
       "spec":{"selector":{"app":"web"},"ports":[{"port":8080,"targetPort":8081}]}}
      """;
}
