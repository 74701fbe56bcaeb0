package dev.nauarch.verification.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * Kubernetes' own sample of an aggregated server, in a pod with an etcd of its own. It asks this
 * cluster who is asking, and what they may do.
 */
class AggregatedServerInterop extends ClusterSuite {
  private static final Path MANIFEST = Path.of("src", "interop", "aggregated.yaml");
  private static final String FLUNDER =
      """
      apiVersion: wardle.example.com/v1beta1
      kind: Flunder
      metadata: {name: one}
      spec: {referenceType: Flunder, flunderReference: other}
      """;

  @Override
  void prepare(Kubectl admin) {
    try {
      var manifest =
          Files.readString(MANIFEST).replace("SERVER", Toolchain.at("sample-apiserver").toString());
      admin.okWith(manifest.replace("NAMESPACE", admin.namespace()), "apply -f -");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    awaitAvailable(admin, true);
  }

  private static void awaitAvailable(Kubectl kubectl, boolean is) {
    for (var version : new String[] {"v1alpha1", "v1beta1"}) {
      var service = "apiservice/" + version + ".wardle.example.com";
      kubectl.ok("wait " + service + " --for=condition=Available=" + is + " --timeout=60s");
    }
  }

  @Test
  void aServerBehindThisOneIsUsedLikeThisOne() throws IOException {
    var kubectl = kubectl();
    var kinds = kubectl.ok("api-resources --api-group=wardle.example.com -o name");
    assertEquals("fischers.wardle.example.com\nflunders.wardle.example.com\n", kinds);
    try (var watch = kubectl.start("get flunders.v1beta1.wardle.example.com -w -o name")) {
      kubectl.okWith(FLUNDER, "create -f -");
      watch.await("flunder.wardle.example.com/one");
    }
    kubectl.ok("label flunders.v1beta1.wardle.example.com one colour=red");
    kubectl.okWith(FLUNDER, "apply --server-side -f -");
    var one = "flunders.v1beta1.wardle.example.com/one";
    assertEquals("red", kubectl.value(one, "{.metadata.labels.colour}"));
    assertEquals("other", kubectl.value(one, "{.spec.flunderReference}"));
    var wrong = FLUNDER.replace("name: one", "name: two").replace("flunderReference", "other");
    var refused = kubectl.runWith(wrong, "create -f -");
    assertTrue(refused.err().contains("unknown field \"spec.other\""), refused::toString);
    var bob = kubectl.run("get flunders.v1beta1.wardle.example.com --as=bob");
    assertTrue(bob.err().contains("(Forbidden)") && bob.err().contains("\"bob\" cannot list"));
    kubectl.ok("delete " + one);
    assertEquals("", kubectl.ok("get flunders.v1beta1.wardle.example.com -o name"));
  }

  @Test
  void itsTypesAreExplainedAndInBothVersionsOfOpenApi() throws IOException {
    var kubectl = kubectl();
    var explained = kubectl.ok("explain flunders.spec --api-version=wardle.example.com/v1beta1");
    assertTrue(explained.contains("flunderReference\t<string>"), explained);
    assertTrue(kubectl.ok("get --raw /openapi/v3").contains("apis/wardle.example.com/v1beta1"));
    var swagger = kubectl.ok("get --raw /openapi/v2");
    assertTrue(
        swagger.contains("/apis/wardle.example.com/v1beta1/namespaces/{namespace}/flunders"));
    assertTrue(swagger.contains("v1beta1.FlunderSpec"));
  }

  @Test
  void whenItIsGoneTheRestIsThereAndItComesBack() throws IOException {
    var kubectl = kubectl();
    var deployment = kubectl.ok("get deployments -A -l apiserver=wardle -o name").strip();
    var namespace =
        kubectl.ok(
            "get deployments -A -l apiserver=wardle -o jsonpath={.items[0].metadata.namespace}");
    kubectl.ok("scale " + deployment + " --replicas=0 -n " + namespace);
    awaitAvailable(kubectl, false);
    var away = kubectl.run("get flunders.v1beta1.wardle.example.com");
    assertEquals(1, away.code());
    assertTrue(away.err().contains("(ServiceUnavailable)"), away::toString);
    assertFalse(kubectl.ok("api-resources -o name").isEmpty());
    assertTrue(kubectl.ok("get --raw /apis").contains("wardle.example.com/v1beta1"));
    kubectl.ok("create configmap meanwhile");
    kubectl.ok("scale " + deployment + " --replicas=1 -n " + namespace);
    awaitAvailable(kubectl, true);
    assertEquals("", kubectl.ok("get flunders.v1beta1.wardle.example.com -o name"));
  }
}
