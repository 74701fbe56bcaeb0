package dev.nauarch.verification.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.verification.cluster.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A chart with hooks and a custom kind in the life of a release, by Helm 3, which merges three ways
 * itself, and Helm 4, which applies on the server.
 */
class HelmInterop extends ClusterSuite {
  private static final Path CHART = Path.of("src", "interop", "charts", "gauges").toAbsolutePath();

  @ParameterizedTest
  @ValueSource(strings = {"helm3", "helm4"})
  void aReleaseIsInstalledUpgradedRolledBackAndUninstalled(String program) throws IOException {
    var kubectl = kubectl();
    var helm = helm(program, kubectl);
    ok(helm, "install fleet " + CHART + " --wait --timeout=90s");
    assertEquals("pre-install of 1\n", kubectl.ok("logs job/fleet-pre-install"));
    assertEquals("red", colour(kubectl));
    assertEquals("1", kubectl.value("deployment/fleet", "{.status.readyReplicas}"));
    assertEquals("10", kubectl.value("dial/fleet", "{.spec.level}"));

    // What others wrote is none of the chart's business, but for the fields that it sets.
    kubectl.ok("annotate configmap/fleet owner=somebody");
    kubectl.ok("patch dial/fleet --type=merge -p {\"spec\":{\"note\":\"kept\"}}");
    kubectl.ok("label service/fleet tier=front");
    ok(helm, "upgrade fleet " + CHART + " --set colour=blue,more=false,replicas=2 --wait");
    assertEquals("post-upgrade of 2\n", kubectl.ok("logs job/fleet-post-upgrade"));
    assertEquals("blue", colour(kubectl));
    assertEquals("", kubectl.ok("get configmap/fleet-more --ignore-not-found"));
    assertEquals("2", kubectl.value("deployment/fleet", "{.status.readyReplicas}"));
    assertOthersFieldsStay(kubectl);

    ok(helm, "rollback fleet 1 --wait");
    assertEquals("red", colour(kubectl));
    assertEquals("more", kubectl.value("configmap/fleet-more", "{.data.text}"));
    assertEquals("1", kubectl.value("deployment/fleet", "{.spec.replicas}"));
    assertOthersFieldsStay(kubectl);
    var history = ok(helm, "history fleet -o json");
    assertTrue(history.contains("Rollback to 1"), history);

    ok(helm, "uninstall fleet --wait");
    // A rollback takes the hooks of what it goes back to.
    assertEquals("post-delete of 1\n", kubectl.ok("logs job/fleet-post-delete"));
    assertEquals("", kubectl.ok("get deployments,services,dials -o name"));
    assertEquals("", kubectl.ok("get configmap/fleet --ignore-not-found"));
    assertEquals("dials.example.com", kubectl.value("crd/dials.example.com", "{.metadata.name}"));
    assertEquals("[]\n", ok(helm, "list -o json"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"helm3", "helm4"})
  void anUpgradeThatTheServerRefusesSaysWhyAndCanBeRolledBack(String program) throws IOException {
    var kubectl = kubectl();
    var helm = helm(program, kubectl);
    ok(helm, "install tank " + CHART + " --wait --timeout=90s");
    var refused = run(helm, "upgrade tank " + CHART + " --set level=101,colour=green --wait");
    assertEquals(1, refused.code(), refused::toString);
    assertTrue(
        refused.err().contains("spec.level: Invalid value: 101")
            && refused.err().contains("should be less than or equal to 100"),
        refused::toString);
    assertEquals("10", kubectl.value("dial/tank", "{.spec.level}"));
    assertTrue(ok(helm, "status tank -o json").contains("\"status\":\"failed\""));
    ok(helm, "rollback tank 1 --wait");
    assertEquals("red", kubectl.value("configmap/tank", "{.data.colour}"));
    ok(helm, "uninstall tank --wait");
  }

  private static void assertOthersFieldsStay(Kubectl kubectl) {
    assertEquals("somebody", kubectl.value("configmap/fleet", "{.metadata.annotations.owner}"));
    assertEquals("kept", kubectl.value("dial/fleet", "{.spec.note}"));
    assertEquals("front", kubectl.value("service/fleet", "{.metadata.labels.tier}"));
  }

  private static String colour(Kubectl kubectl) {
    var inPods = "{.spec.template.spec.containers[0].env[0].value}";
    var colour = kubectl.value("configmap/fleet", "{.data.colour}");
    assertEquals(colour, kubectl.value("deployment/fleet", inPods));
    return colour;
  }

  /** Helm with a home of its own, in the namespace of a kubectl. */
  private Program helm(String program, Kubectl kubectl) throws IOException {
    var home = Files.createTempDirectory(directory(), program);
    var environment =
        Map.of("KUBECONFIG", kubeconfig().toString(), "HELM_NAMESPACE", kubectl.namespace());
    return new Program(List.of(Toolchain.at(program).toString()), home, environment);
  }

  /** Runs it; it must succeed and may not complain. */
  private static String ok(Program helm, String line) {
    return run(helm, line).clean();
  }

  private static Program.Ended run(Program helm, String line) {
    return helm.run("", Stream.of(line.split(" ")).toList());
  }
}
