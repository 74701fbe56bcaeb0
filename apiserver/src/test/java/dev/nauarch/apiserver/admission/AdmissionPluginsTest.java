package dev.nauarch.apiserver.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.apiserver.ClusterOptions;
import dev.nauarch.apiserver.SecureCluster;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Parts of admission that are switched on and off, over the wire. */
class AdmissionPluginsTest {

  private static final String MAPS = "/api/v1/namespaces/default/configmaps";
  private static final String PODS = "/api/v1/namespaces/default/pods";

  @SuppressWarnings("NullAway.Init") // set before the first test
  private static SecureCluster cluster;

  @SuppressWarnings("NullAway.Init") // set before the first test
  private static SecureCluster.Caller admin;

  @BeforeAll
  static void start(@TempDir Path directory) throws Exception {
    var plugins =
        AdmissionPlugins.of(
            List.of("ExtendedResourceToleration", "OwnerReferencesPermissionEnforcement"),
            List.of("ServiceAccount", "DefaultTolerationSeconds", "ValidatingAdmissionPolicy"));
    cluster =
        SecureCluster.start(directory, InstantSource.system(), options -> with(options, plugins));
    admin = cluster.admin();
  }

  private static ClusterOptions with(ClusterOptions options, AdmissionPlugins plugins) {
    return new ClusterOptions(
        options.server().with(plugins),
        options.trust(),
        options.services(),
        options.serviceAddress(),
        options.servicePort(),
        options.advertisedAddress(),
        options.frontProxy());
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @Test
  void podsTolerateTheTaintsOfWhatTheyAskFor() throws Exception {
    var pod =
        admin.create(
            PODS,
            "{'metadata':{'name':'p'},'spec':{'containers':[{'name':'c','image':'i','resources':{"
                + "'limits':{'example.com/b':1,'example.com/a':1,'cpu':1}}}],'initContainers':[{"
                + "'name':'d','image':'i','resources':{'limits':{'example.com/d':'2'}}}],"
                + "'tolerations':[{'key':'example.com/b','operator':'Exists','effect':'NoSchedule'}]}}");
    assertEquals(
        "[{\"key\":\"example.com/b\",\"operator\":\"Exists\",\"effect\":\"NoSchedule\"},"
            + "{\"effect\":\"NoSchedule\",\"key\":\"example.com/a\",\"operator\":\"Exists\"},"
            + "{\"effect\":\"NoSchedule\",\"key\":\"example.com/d\",\"operator\":\"Exists\"}]",
        pod.at("/spec/tolerations").toString());
    // What is switched off is not done.
    assertFalse(pod.path("spec").has("serviceAccountName"), pod.toString());
  }

  @Test
  void whoSetsOwnersMustBeAllowedTo() throws Exception {
    admin.create("/api/v1/namespaces", "{'metadata':{'name':'owned'}}");
    admin.create(
        "/apis/rbac.authorization.k8s.io/v1/clusterroles",
        "{'metadata':{'name':'writer'},'rules':[{'apiGroups':[''],'resources':['configmaps'],"
            + "'verbs':['create','update','patch','get']}]}");
    admin.create(
        "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
        "{'metadata':{'name':'writer'},'roleRef':{'apiGroup':'rbac.authorization.k8s.io','kind':"
            + "'ClusterRole','name':'writer'},'subjects':[{'kind':'User','name':'ann'}]}");
    var ann = cluster.user("ann");
    var owner = "{'apiVersion':'v1','kind':'%s','name':'s','uid':'u'%s}";
    ann.create(MAPS, map("a", owner.formatted("Secret", "")));
    var blocking = ",'blockOwnerDeletion':true";
    var refused = ann.send("POST", MAPS, map("b", owner.formatted("Secret", blocking)));
    assertEquals(403, refused.code(), refused.text());
    assertTrue(
        refused
            .message()
            .startsWith(
                "configmaps \"b\" is forbidden: cannot set blockOwnerDeletion if an ownerReference"
                    + " refers to a resource you can't set finalizers on: "),
        refused.message());
    refused = ann.send("POST", MAPS, map("b", owner.formatted("Odd", blocking)));
    assertEquals(
        "configmaps \"b\" is forbidden: cannot set blockOwnerDeletion in this case because cannot"
            + " find RESTMapping for APIVersion v1 Kind Odd: no matches for kind \"Odd\" in version"
            + " \"v1\"",
        refused.message());
    refused = ann.send("PATCH", MAPS + "/a", "{'metadata':{'ownerReferences':null}}");
    assertEquals(403, refused.code(), refused.text());
    assertTrue(
        refused.message().contains("cannot set an ownerRef on a resource you can't delete: "),
        refused.message());
    assertEquals(200, ann.send("PATCH", MAPS + "/a", "{'data':{'x':'y'}}").code());
    admin.create(MAPS, map("c", owner.formatted("Secret", blocking)));
  }

  private static String map(String name, String owner) {
    return "{'metadata':{'name':'%s','ownerReferences':[%s]}}".formatted(name, owner);
  }

  @Test
  void aPodGroupIsProtectedFromItsCreationOn() throws Exception {
    var path = "/apis/scheduling.k8s.io/v1beta1/namespaces/default/podgroups";
    var spec = "'spec':{'schedulingPolicy':{'basic':{}}}}";
    var group = admin.create(path, "{'metadata':{'name':'g'}," + spec);
    assertEquals(
        "[\"scheduling.k8s.io/podgroup-protection\"]", group.at("/metadata/finalizers").toString());
    group =
        admin.create(
            path,
            "{'metadata':{'name':'h','finalizers':['example.com/a',"
                + "'scheduling.k8s.io/podgroup-protection']},"
                + spec);
    assertEquals(2, group.at("/metadata/finalizers").size());
  }

  @Test
  void aNewNodeIsTaintedUntilItIsReady() throws Exception {
    var node = admin.create("/api/v1/nodes", "{'metadata':{'name':'n'}}");
    assertEquals(
        "[{\"effect\":\"NoSchedule\",\"key\":\"node.kubernetes.io/not-ready\"}]",
        node.at("/spec/taints").toString());
    node =
        admin.create(
            "/api/v1/nodes",
            "{'metadata':{'name':'m'},'spec':{'taints':[{'key':'node.kubernetes.io/not-ready',"
                + "'effect':'NoSchedule'}]}}");
    assertEquals(1, node.at("/spec/taints").size());
  }

  @Test
  void policiesThatAreSwitchedOffDecideNothing() throws Exception {
    var admission = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolic";
    admin.create(
        admission + "ies",
        "{'metadata':{'name':'never'},'spec':{'matchConstraints':{'resourceRules':[{'operations':"
            + "['*'],'apiGroups':['*'],'apiVersions':['*'],'resources':['*']}]},'validations':[{"
            + "'expression':'false'}]}}");
    admin.create(
        admission + "ybindings",
        "{'metadata':{'name':'never'},'spec':{'policyName':'never','validationActions':['Deny']}}");
    assertEquals(200, admin.get(MAPS + "?limit=1").code());
    admin.create(MAPS, "{'metadata':{'name':'passes'}}");
  }

  @Test
  void namesThatAreNotKnownAreRefused() {
    var unknown =
        assertThrows(
            IllegalArgumentException.class,
            () -> AdmissionPlugins.of(List.of("PodSecurity", "Nonsense"), List.of()));
    var message = String.valueOf(unknown.getMessage());
    assertTrue(
        message.startsWith(
            "--enable-admission-plugins: \"Nonsense\" is not known; known are"
                + " DefaultIngressClass, DefaultStorageClass, "),
        message);
    var both =
        assertThrows(
            IllegalArgumentException.class,
            () -> AdmissionPlugins.of(List.of("PodSecurity"), List.of("Priority", "PodSecurity")));
    assertEquals(
        "--enable-admission-plugins and --disable-admission-plugins both name PodSecurity",
        both.getMessage());
    assertFalse(AdmissionPlugins.DEFAULT.has("ExtendedResourceToleration"));
    assertTrue(AdmissionPlugins.DEFAULT.has("NodeRestriction"));
  }
}
