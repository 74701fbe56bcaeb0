package dev.nauarch.apiserver.authorization;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.apiserver.SecureCluster;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the agent of a node may do, over HTTPS. The pod is on the node n1. */
class NodeAuthorizerTest {

  private static final String SPACE = "/api/v1/namespaces/default/";
  private static final String POD =
      "{'metadata':{'name':'p'},'spec':{'nodeName':'n1','serviceAccountName':'a',"
          + "'imagePullSecrets':[{'name':'pull'}],"
          + "'containers':[{'name':'c','image':'i','envFrom':[{'secretRef':{'name':'all'}},"
          + "{'configMapRef':{'name':'settings'}}],'env':[{'name':'X','valueFrom':{"
          + "'secretKeyRef':{'name':'one','key':'k'}}},{'name':'Y','valueFrom':{"
          + "'configMapKeyRef':{'name':'setting','key':'k'}}}]}],"
          + "'volumes':[{'name':'s','secret':{'secretName':'mounted'}},"
          + "{'name':'m','configMap':{'name':'map'}},{'name':'q','projected':{'sources':["
          + "{'secret':{'name':'projected'}},{'configMap':{'name':'pmap'}}]}},"
          + "{'name':'v','persistentVolumeClaim':{'claimName':'claim'}}]}}";

  @TempDir private static Path directory;
  private static SecureCluster cluster;
  private static SecureCluster.Caller own;
  private static SecureCluster.Caller other;

  @BeforeAll
  static void start() throws Exception {
    cluster = SecureCluster.start(directory);
    var admin = cluster.admin();
    for (var node : List.of("n1", "n2")) {
      admin.create("/api/v1/nodes", "{'metadata':{'name':'" + node + "'}}");
    }
    admin.create(SPACE + "serviceaccounts", "{'metadata':{'name':'a'}}");
    admin.create(SPACE + "pods", POD);
    for (var name : List.of("pull", "all", "one", "mounted", "projected", "foreign")) {
      admin.create(SPACE + "secrets", "{'metadata':{'name':'" + name + "'}}");
    }
    for (var name : List.of("settings", "setting", "map", "pmap", "foreign")) {
      admin.create(SPACE + "configmaps", "{'metadata':{'name':'" + name + "'}}");
    }
    admin.create(
        SPACE + "persistentvolumeclaims",
        "{'metadata':{'name':'claim'},'spec':{'volumeName':'volume','accessModes':"
            + "['ReadWriteOnce'],'resources':{'requests':{'storage':'1Gi'}}}}");
    admin.create(
        "/api/v1/persistentvolumes",
        "{'metadata':{'name':'volume'},'spec':{'capacity':{'storage':'1Gi'},'accessModes':"
            + "['ReadWriteOnce'],'claimRef':{'namespace':'default','name':'claim'},"
            + "'csi':{'driver':'d.example.com','volumeHandle':'h','nodeStageSecretRef':"
            + "{'namespace':'kube-system','name':'stage'}}}}");
    admin.create("/api/v1/namespaces/kube-system/secrets", "{'metadata':{'name':'stage'}}");
    own = cluster.by(cluster.certificates().node("n1"));
    other = cluster.by(cluster.certificates().node("n2"));
    own.await(SPACE + "pods/p", answer -> answer.code() == 200);
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @ParameterizedTest
  @CsvSource({
    "secrets/pull",
    "secrets/all",
    "secrets/one",
    "secrets/mounted",
    "secrets/projected",
    "configmaps/settings",
    "configmaps/setting",
    "configmaps/map",
    "configmaps/pmap",
    "serviceaccounts/a",
    "persistentvolumeclaims/claim",
    "pods/p"
  })
  void anAgentReadsWhatItsPodsNeed(String path) throws Exception {
    assertEquals(200, own.get(SPACE + path).code(), path);
    var refused = other.get(SPACE + path);
    assertEquals(403, refused.code(), path);
    assertTrue(
        refused.message().endsWith(": no relationship found between node 'n2' and this object"),
        refused.message());
  }

  @Test
  void anAgentReadsTheVolumesOfItsPodsAndTheirSecrets() throws Exception {
    for (var path :
        List.of(
            "/api/v1/persistentvolumes/volume", "/api/v1/namespaces/kube-system/secrets/stage")) {
      assertEquals(200, own.get(path).code(), path);
      assertEquals(403, other.get(path).code(), path);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "secrets/foreign",
    "configmaps/foreign",
    "secrets/none",
    "secrets",
    "configmaps",
    "serviceaccounts",
    "pods",
    "persistentvolumeclaims",
    "deployments",
    "services/x/proxy",
    "serviceaccounts/default"
  })
  void anAgentReadsNothingElse(String path) throws Exception {
    var prefix = path.equals("deployments") ? "/apis/apps/v1/namespaces/default/" : SPACE;
    assertEquals(403, own.get(prefix + path).code());
  }

  @Test
  void listsAreBoundedToTheNode() throws Exception {
    assertEquals(200, own.get("/api/v1/pods?fieldSelector=spec.nodeName=n1").code());
    assertEquals(403, own.get("/api/v1/pods?fieldSelector=spec.nodeName=n2").code());
    assertEquals(403, own.get("/api/v1/pods?fieldSelector=spec.nodeName!=n2").code());
    var refused = own.get("/api/v1/pods");
    assertTrue(
        refused.message().endsWith(": can only list/watch pods with spec.nodeName field selector"),
        refused.message());
    assertEquals(200, own.get("/api/v1/nodes?fieldSelector=metadata.name=n1").code());
    assertEquals(403, own.get("/api/v1/nodes?fieldSelector=metadata.name=n2").code());
    assertEquals(403, own.get("/api/v1/nodes").code());
    var watch = SPACE + "secrets?fieldSelector=metadata.name=";
    assertEquals(200, own.get(watch + "mounted").code());
    assertEquals(403, own.get(watch + "foreign").code());
  }

  @Test
  void anAgentWritesItsOwnNodeAndLeaseOnly() throws Exception {
    assertEquals(
        200, own.send("PATCH", "/api/v1/nodes/n1/status", "{'status':{'phase':'Running'}}").code());
    assertEquals(
        403, own.send("PATCH", "/api/v1/nodes/n2/status", "{'status':{'phase':'Running'}}").code());
    assertEquals(403, own.delete("/api/v1/nodes/n1").code());
    var leases = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases";
    assertEquals(201, own.send("POST", leases, "{'metadata':{'name':'n1'}}").code());
    assertEquals(403, own.send("POST", leases, "{'metadata':{'name':'n2'}}").code());
    assertEquals(403, other.get(leases + "/n1").code());
    assertEquals(403, own.get(leases).code());
    assertEquals(
        403, own.send("PATCH", SPACE + "pods/p", "{'metadata':{'labels':{'a':'b'}}}").code());
    assertEquals(
        403, other.send("PATCH", SPACE + "pods/p/status", "{'status':{'phase':'Failed'}}").code());
    assertEquals(
        200, own.send("PATCH", SPACE + "pods/p/status", "{'status':{'phase':'Running'}}").code());
  }

  @Test
  void anAgentGetsTokensOfAccountsOfItsPodsOnly() throws Exception {
    var pod = own.get(SPACE + "pods/p").body().path("metadata").path("uid").asString();
    var request =
        "{'spec':{'boundObjectRef':{'apiVersion':'v1','kind':'Pod','name':'p','uid':'"
            + pod
            + "'}}}";
    var path = SPACE + "serviceaccounts/a/token";
    assertEquals(201, own.send("POST", path, request).code());
    assertEquals(403, own.send("POST", path, "{'spec':{}}").code());
    assertEquals(403, other.send("POST", path, request).code());
  }

  @Test
  void theRelationEndsWithThePod() throws Exception {
    cluster.admin().create(SPACE + "secrets", "{'metadata':{'name':'brief'}}");
    cluster
        .admin()
        .create(
            SPACE + "pods",
            "{'metadata':{'name':'brief'},'spec':{'nodeName':'n1','serviceAccountName':'a',"
                + "'containers':[{'name':'c','image':'i'}],'volumes':[{'name':'s','secret':"
                + "{'secretName':'brief'}}]}}");
    own.await(SPACE + "secrets/brief", answer -> answer.code() == 200);
    assertEquals(200, cluster.admin().delete(SPACE + "pods/brief?gracePeriodSeconds=0").code());
    own.await(SPACE + "secrets/brief", answer -> answer.code() == 403);
  }

  @Test
  void anAgentIsKnownByNameAndGroup() throws Exception {
    assertEquals(403, cluster.user("system:node:n1").get(SPACE + "secrets/mounted").code());
    assertEquals(403, cluster.user("n1", "system:nodes").get(SPACE + "secrets/mounted").code());
    var rules =
        own.create(
            "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews",
            "{'spec':{'namespace':'default'}}");
    assertTrue(rules.path("status").path("incomplete").asBoolean());
  }
}
