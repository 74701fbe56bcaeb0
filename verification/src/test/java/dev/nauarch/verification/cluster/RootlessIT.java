package dev.nauarch.verification.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.client.DeleteOptions;
import dev.nauarch.client.Patch;
import dev.nauarch.client.remote.Kubeconfig;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * A cluster of somebody who is not root, brought up by the packed command: what works without root
 * works, and what does not is said. Root runs the test, and gives its rights up for the command.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@SuppressWarnings("NullAway.Init") // set before the first test
class RootlessIT {
  /** A user that no machine has. */
  private static final int USER = 61_234;

  private static final String CLAIM =
      """
      {"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"name":"%s"},
       "spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Mi"}}}}
      """;

  private static final String MORE =
      """
      {"apiVersion":"v1","kind":"Pod","metadata":{"name":"more"},
       "spec":{"restartPolicy":"Never",
        "volumes":[{"name":"v","persistentVolumeClaim":{"claimName":"more"}}],
        "containers":[{"name":"c","image":"host","command":["sh","-c","echo x >/more/file"],
         "volumeMounts":[{"name":"v","mountPath":"/more"}]}]}}
      """;

  private static PackedCommand packed;
  private static String saidByUp;
  private static Awaiting cluster;

  @BeforeAll
  static void start() throws Exception {
    packed = PackedCommand.of(USER);
    var up = packed.nau("up", "--detach", "--port", "22443", "--models-port", "22800");
    assertEquals(0, up.code(), up::output);
    saidByUp = up.output();
    cluster = new Awaiting(Kubeconfig.read(packed.home().resolve(".kube/config")).options());
    cluster.apply(Resources.PERSISTENT_VOLUME_CLAIMS, "data", CLAIM.formatted("data"));
    cluster.apply(
        Resources.SERVICES,
        "web",
        """
        {"apiVersion":"v1","kind":"Service","metadata":{"name":"web"},
         "spec":{"type":"NodePort","selector":{"app":"web"},"ports":[
           {"name":"open","port":8080,"targetPort":8081},
           {"name":"root-only","port":80,"targetPort":8081}]}}
        """);
    cluster.apply(Resources.PODS, "web", web());
  }

  private static String web() {
    var script =
        "id -u; hostname; cat /var/run/secrets/kubernetes.io/serviceaccount/namespace; echo;"
            + " echo hello >/scratch/index.html; echo kept >/data/file; cd /scratch;"
            + " exec python3 -m http.server 8081 --bind $IP";
    return """
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"web","labels":{"app":"web"}},
         "spec":{"terminationGracePeriodSeconds":1,
          "volumes":[{"name":"scratch","emptyDir":{}},
            {"name":"data","persistentVolumeClaim":{"claimName":"data"}}],
          "containers":[{"name":"c","image":"host","command":["sh","-c","%s"],
            "env":[{"name":"IP","valueFrom":{"fieldRef":{"fieldPath":"status.podIP"}}}],
            "volumeMounts":[{"name":"scratch","mountPath":"/scratch"},
              {"name":"data","mountPath":"/data"}],
            "readinessProbe":{"httpGet":{"port":8081},"periodSeconds":1}}]}}
        """
        .formatted(script);
  }

  @AfterAll
  static void stop() throws Exception {
    cluster.close();
    packed.nau("down", "--purge");
    packed.close();
  }

  @Test
  @Order(1)
  void whatIsLostWithoutRootIsSaid() throws Exception {
    assertTrue(saidByUp.contains("without root: loopback addresses, no cluster DNS"), saidByUp);
    var doctor = packed.nau("doctor");
    assertEquals(0, doctor.code(), doctor::output);
    for (var said :
        List.of(
            "not root: pods share the machine's network and have loopback addresses",
            "Services work on ports from 1024 on, cluster DNS does not",
            "pods have mounts and processes of their own",
            "limits are not enforced")) {
      assertTrue(doctor.output().contains(said), doctor::output);
    }
  }

  @Test
  @Order(1)
  void whereNoPodCanStartThatIsSaid() throws Exception {
    // In a namespace that allows no further ones, as some machines do.
    var wrapper =
        List.of(
            "unshare",
            "--user",
            "--map-user=1000",
            "--keep-caps",
            "sh",
            "-ec",
            "echo 0 >/proc/sys/user/max_user_namespaces; exec \"$@\"",
            "sh");
    var doctor = packed.nau(wrapper, "doctor");
    assertTrue(doctor.output().contains("without them no pod starts"), doctor::output);
  }

  @Test
  @Order(2)
  void aPodRunsWithItsVolumesAndAnAddressOfLoopback() {
    var pod = ready();
    assertTrue(pod.getStatus().getPodIP().startsWith("127."), pod.getStatus()::toString);
    assertTrue(cluster.log("web").startsWith("0\nweb\ndefault\n"), cluster.log("web"));
  }

  @Test
  @Order(3)
  void commandsRunInTheContainer() throws Exception {
    ready();
    var exec = new Exec(cluster.options());
    var said = exec.run("web", "sh", "-c", "hostname; cat /scratch/index.html /data/file; exit 3");
    assertTrue(said.startsWith("web\nhello\nkept\n"), said);
    assertTrue(said.contains("\"message\":\"3\""), said);
    // The pod's processes and no others: its program, this shell, and what reads them.
    var processes = exec.run("web", "sh", "-c", "ls -d /proc/[0-9]* | wc -l");
    assertTrue(Integer.parseInt(processes.lines().findFirst().orElse("0")) < 8, processes);
  }

  @Test
  @Order(4)
  void aServiceIsReachedAtItsClusterIpItsNodePortAndThroughItsVariables() throws Exception {
    ready();
    var spec = cluster.get(Resources.SERVICES, "web").orElseThrow().getSpec();
    assertTrue(spec.getClusterIP().startsWith("127."), spec.getClusterIP());
    assertEquals("hello\n", get(spec.getClusterIP(), 8080));
    assertEquals("hello\n", get("127.0.0.1", spec.getPorts().getFirst().getNodePort()));
    cluster.apply(Resources.PODS, "caller", caller());
    cluster.await(
        () -> cluster.get(Resources.PODS, "caller"),
        pod -> "Succeeded".equals(pod.getStatus().getPhase()));
    assertEquals("hello\nok", cluster.log("caller").strip());
  }

  private static String caller() {
    var api = "https://$KUBERNETES_SERVICE_HOST:$KUBERNETES_SERVICE_PORT/readyz";
    var ca = "/var/run/secrets/kubernetes.io/serviceaccount/ca.crt";
    return """
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"caller"},
         "spec":{"restartPolicy":"OnFailure","containers":[{"name":"c","image":"host","command":
           ["sh","-ec","curl -sSf http://$WEB_SERVICE_HOST:8080/; curl -sSf --cacert %s %s"]}]}}
        """
        .formatted(ca, api);
  }

  @Test
  @Order(5)
  void theFolderOfADeletedVolumeGoesAndThatOfARetainedOneStays() throws Exception {
    var volumes = packed.home().resolve(".local/share/nau/clusters/dev/volumes");
    var retained = volume("data");
    cluster
        .client()
        .patch(
            Resources.PERSISTENT_VOLUMES,
            new ObjectKey("", retained),
            Patch.merge("{\"spec\":{\"persistentVolumeReclaimPolicy\":\"Retain\"}}"));
    cluster.apply(Resources.PERSISTENT_VOLUME_CLAIMS, "more", CLAIM.formatted("more"));
    cluster.apply(Resources.PODS, "more", MORE);
    cluster.await(
        () -> cluster.get(Resources.PODS, "more"),
        pod -> "Succeeded".equals(pod.getStatus().getPhase()));
    var deleted = volume("more");
    assertTrue(Files.exists(volumes.resolve(deleted).resolve("file")));

    for (var name : List.of("web", "more")) {
      cluster.client().delete(Resources.PODS, key(name), DeleteOptions.DEFAULT);
    }
    for (var name : List.of("data", "more")) {
      cluster.client().delete(Resources.PERSISTENT_VOLUME_CLAIMS, key(name), DeleteOptions.DEFAULT);
    }
    cluster.await(
        () -> Optional.of(cluster.get(Resources.PERSISTENT_VOLUMES, deleted)), Optional::isEmpty);
    assertFalse(Files.exists(volumes.resolve(deleted)));
    cluster.await(
        () -> cluster.get(Resources.PERSISTENT_VOLUMES, retained),
        volume -> "Released".equals(volume.getStatus().getPhase()));
    assertEquals("kept\n", Files.readString(volumes.resolve(retained).resolve("file")));
  }

  private static String volume(String claim) {
    return cluster
        .get(Resources.PERSISTENT_VOLUME_CLAIMS, claim)
        .orElseThrow()
        .getSpec()
        .getVolumeName();
  }

  private static ObjectKey key(String name) {
    return new ObjectKey("default", name);
  }

  @Test
  @Order(6)
  void downLeavesNothing() throws Exception {
    var volumes = packed.home().resolve(".local/share/nau/clusters/dev/volumes");
    assertTrue(Files.isDirectory(volumes));
    var down = packed.nau("down", "--purge");
    assertEquals(0, down.code(), down::output);
    assertEquals(List.of(), packed.processes());
    assertFalse(Files.exists(packed.home().resolve(".local/share/nau/clusters/dev")));
    assertFalse(Files.readString(Path.of("/proc/self/mountinfo")).contains(packed.home() + "/"));
    assertFalse(Files.readString(packed.home().resolve(".kube/config")).contains("nau-dev"));
  }

  private static Pod ready() {
    return cluster.await(
        () -> cluster.get(Resources.PODS, "web"),
        pod ->
            pod.getStatus().getConditions().stream()
                .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True")));
  }

  private static String get(String host, int port) throws IOException, InterruptedException {
    try (var http = HttpClient.newHttpClient()) {
      var request =
          HttpRequest.newBuilder(URI.create("http://" + host + ":" + port + "/"))
              .timeout(Duration.ofSeconds(10));
      return http.send(request.build(), BodyHandlers.ofString(StandardCharsets.UTF_8)).body();
    }
  }
}
