package dev.nauarch.apiserver.admission;

import static dev.nauarch.apiserver.port.MemoryView.tree;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.FieldError;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.port.AdmissionRequest;
import dev.nauarch.apiserver.port.AdmissionRequest.Operation;
import dev.nauarch.apiserver.port.Authorizer;
import dev.nauarch.apiserver.port.MemoryView;
import dev.nauarch.apiserver.port.TestKinds;
import dev.nauarch.apiserver.port.User;
import dev.nauarch.store.memory.MemoryStore;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/** What every cluster's admission fills in and refuses. */
class AdmissionChainTest {

  private static final Kind POD = TestKinds.kind("v1", "Pod", "pods", true);
  private static final Kind NAMESPACE = TestKinds.kind("v1", "Namespace", "namespaces", false);
  private static final Kind CLAIM =
      TestKinds.kind("v1", "PersistentVolumeClaim", "persistentvolumeclaims", true);
  private static final Kind JOB = TestKinds.kind("batch/v1", "Job", "jobs", true);
  private static final Kind PRIORITY_CLASS =
      TestKinds.kind("scheduling.k8s.io/v1", "PriorityClass", "priorityclasses", false);
  private static final User ANN = User.of("ann", List.of());

  private final MemoryView view = new MemoryView();
  private final AdmissionChain chain =
      AdmissionChain.standard(
          new AdmissionChain.Needs(
              view,
              new MemoryStore(),
              new Random(1),
              InstantSource.system(),
              new OwnerPermissions(
                  (_, _) -> new Authorizer.Decision.Allowed(""), (_, _) -> Optional.empty())),
          AdmissionPlugins.DEFAULT,
          List.of());

  AdmissionChainTest() {
    view.put("", "namespaces", tree("{'metadata':{'name':'a'}}"));
    view.put("", "serviceaccounts", tree("{'metadata':{'name':'default','namespace':'a'}}"));
  }

  @Test
  void aPodGetsAccountTokenPriorityAndTolerations() {
    var pod = create(POD, "a", "{'spec':{'containers':[{'name':'c'}]}}");
    var spec = pod.path("spec");
    assertEquals("default", spec.path("serviceAccountName").asString());
    assertEquals("default", spec.path("serviceAccount").asString());
    assertEquals(0, spec.path("priority").asInt());
    assertEquals("PreemptLowerPriority", spec.path("preemptionPolicy").asString());
    assertEquals(2, spec.path("tolerations").size());
    var volume = spec.path("volumes").get(0);
    assertTrue(
        volume.path("name").asString().matches("kube-api-access-[a-z0-9]{5}"), volume::toString);
    assertEquals(3, volume.path("projected").path("sources").size());
    var mount = spec.path("containers").get(0).path("volumeMounts").get(0);
    assertEquals(volume.path("name"), mount.path("name"));
    assertEquals(
        "/var/run/secrets/kubernetes.io/serviceaccount", mount.path("mountPath").asString());
  }

  @Test
  void admittingTwiceChangesNothingMore() {
    var once = create(POD, "a", "{'spec':{'containers':[{'name':'c'}]}}");
    assertEquals(once, create(POD, "a", once.toString()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"pod", "account"})
  void aPodCanGoWithoutAToken(String who) {
    if (who.equals("account")) {
      view.put(
          "",
          "serviceaccounts",
          tree(
              "{'metadata':{'name':'default','namespace':'a'},"
                  + "'automountServiceAccountToken':false}"));
    }
    var own = who.equals("pod") ? "'automountServiceAccountToken':false," : "";
    var pod = create(POD, "a", "{'spec':{" + own + "'containers':[{'name':'c'}]}}");
    assertTrue(pod.path("spec").path("volumes").isMissingNode());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {'runtimeClassName':'gvisor'} | RuntimeClass "gvisor" not found
          {'overhead':{'cpu':'1'}} | Pod Overhead set without corresponding RuntimeClass defined Overhead
          """)
  void aPodIsNotRunWithLessIsolationThanItAsksFor(String spec, String why) {
    var pod = "{'spec':%s}".formatted(spec);
    var refusal = assertThrows(ApiException.class, () -> create(POD, "a", pod));
    assertEquals("pods \"x\" is forbidden: pod rejected: " + why, refusal.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {'nodeSelector':{'b':'2'}} | {'b':'2','a':'1'} | [{'key':'gpu','operator':'Exists'}]
          {'overhead':{'cpu':'250m'}} | {'a':'1'} | [{'key':'gpu','operator':'Exists'}]
          {'tolerations':[{'key':'gpu','operator':'Equal','value':'x'}]} | {'a':'1'} | [{'key':'gpu','operator':'Exists'}]
          {'tolerations':[{'operator':'Exists'}]} | {'a':'1'} | [{'operator':'Exists'}]
          """)
  void aPodGetsWhatItsRuntimeClassSays(String spec, String selector, String tolerations) {
    putRuntimeClass();
    var wanted = tree(spec);
    wanted.put("runtimeClassName", "gvisor");
    var pod = create(POD, "a", "{'spec':%s}".formatted(wanted)).path("spec");
    assertEquals("250m", pod.path("overhead").path("cpu").asString());
    assertEquals(tree(selector), pod.path("nodeSelector"));
    var own =
        pod.path("tolerations")
            .valueStream()
            .filter(each -> !each.path("key").asString("").startsWith("node.kubernetes.io/"))
            .toList();
    assertEquals(tree("{'t':" + tolerations + "}").path("t").valueStream().toList(), own);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {'overhead':{'cpu':'1'}} | pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead
          {'nodeSelector':{'a':'2'}} | conflict: runtimeClass.scheduling.nodeSelector[a] = 1; pod.spec.nodeSelector[a] = 2
          """)
  void aPodCannotDifferFromItsRuntimeClass(String spec, String why) {
    putRuntimeClass();
    var wanted = tree(spec);
    wanted.put("runtimeClassName", "gvisor");
    var pod = "{'spec':%s}".formatted(wanted);
    var refusal = assertThrows(ApiException.class, () -> create(POD, "a", pod));
    assertEquals("pods \"x\" is forbidden: " + why, refusal.getMessage());
  }

  private void putRuntimeClass() {
    view.put(
        "node.k8s.io",
        "runtimeclasses",
        tree(
            "{'metadata':{'name':'gvisor'},'handler':'runsc','overhead':{'podFixed':{'cpu':'250m'}},"
                + "'scheduling':{'nodeSelector':{'a':'1'},"
                + "'tolerations':[{'key':'gpu','operator':'Exists'}]}}"));
  }

  @Test
  void anObjectNeedsANamespaceThatLives() {
    var missing = assertThrows(ApiException.class, () -> create(POD, "b", "{}"));
    assertEquals("namespaces \"b\" not found", missing.getMessage());
    view.put(
        "",
        "namespaces",
        tree("{'metadata':{'name':'a','deletionTimestamp':'2026-11-21T10:00:00Z'}}"));
    var ending = assertThrows(ApiException.class, () -> create(POD, "a", "{}"));
    assertEquals(
        "pods \"x\" is forbidden: unable to create new content in namespace a because it is being"
            + " terminated",
        ending.getMessage());
    assertEquals(
        FieldError.Type.NAMESPACE_TERMINATING, ending.details().causes().getFirst().type());
  }

  @ParameterizedTest
  @CsvSource({"default,false", "kube-system,false", "kube-public,false", "a,true"})
  void someNamespacesAreNeverDeleted(String name, boolean isDeleted) {
    var request =
        new AdmissionRequest(
            Operation.DELETE,
            NAMESPACE,
            "",
            new AdmissionRequest.Target("", name),
            Optional.empty(),
            Optional.of(tree("{}")),
            context(ANN));
    if (isDeleted) {
      chain.validate(request);
    } else {
      assertThrows(ApiException.class, () -> chain.validate(request));
    }
    assertEquals("", request.target().namespace());
  }

  @Test
  void aPodNeedsAnAccountThatExists() {
    var error =
        assertThrows(
            ApiException.class, () -> create(POD, "a", "{'spec':{'serviceAccountName':'no'}}"));
    assertEquals(
        "pods \"x\" is forbidden: error looking up service account a/no: serviceaccount \"no\" not"
            + " found",
        error.getMessage());
  }

  @Test
  void priorityComesFromTheClass() {
    view.put(
        "scheduling.k8s.io",
        "priorityclasses",
        tree("{'metadata':{'name':'high'},'value':1000,'preemptionPolicy':'Never'}"));
    var named = create(POD, "a", "{'spec':{'priorityClassName':'high'}}").path("spec");
    assertEquals(1000, named.path("priority").asInt());
    assertEquals("Never", named.path("preemptionPolicy").asString());
    assertThrows(
        ApiException.class,
        () -> create(POD, "a", "{'spec':{'priorityClassName':'high','priority':5}}"));
    assertThrows(
        ApiException.class, () -> create(POD, "a", "{'spec':{'priorityClassName':'none'}}"));
    view.put(
        "scheduling.k8s.io",
        "priorityclasses",
        tree("{'metadata':{'name':'usual'},'value':7,'globalDefault':true}"));
    var unnamed = create(POD, "a", "{'spec':{}}").path("spec");
    assertEquals("usual", unnamed.path("priorityClassName").asString());
    assertEquals(7, unnamed.path("priority").asInt());
    assertThrows(
        ApiException.class, () -> create(PRIORITY_CLASS, "", "{'globalDefault':true,'value':1}"));
  }

  @Test
  void aClaimGetsTheNewestDefaultClass() {
    storageClass("old", "2026-01-01T00:00:00Z", "true");
    storageClass("new", "2026-02-01T00:00:00Z", "true");
    storageClass("other", "2026-03-01T00:00:00Z", "false");
    assertEquals("new", storageClassOf("{'spec':{}}"));
    assertEquals("", storageClassOf("{'spec':{'storageClassName':''}}"));
    assertEquals("other", storageClassOf("{'spec':{'storageClassName':'other'}}"));
  }

  @Test
  void queuedWorkStartsSuspended() {
    var label = "'labels':{'kueue.x-k8s.io/queue-name':'q'}";
    assertTrue(isSuspended("{'metadata':{" + label + "},'spec':{'suspend':false}}"));
    assertFalse(isSuspended("{'metadata':{},'spec':{}}"));
    assertFalse(
        isSuspended(
            "{'metadata':{"
                + label
                + ",'ownerReferences':[{'kind':'JobSet','controller':true}]},'spec':{}}"));
  }

  @Test
  void anIngressThatNamesNoClassGetsTheDefault() {
    view.put(
        "networking.k8s.io",
        "ingressclasses",
        tree(
            "{'metadata':{'name':'i','annotations':"
                + "{'ingressclass.kubernetes.io/is-default-class':'true'}}}"));
    var kind = TestKinds.kind("networking.k8s.io/v1", "Ingress", "ingresses", true);
    assertEquals("i", create(kind, "a", "{'spec':{}}").at("/spec/ingressClassName").asString());
    var old = "{'metadata':{'annotations':{'kubernetes.io/ingress.class':'o'}},'spec':{}}";
    assertTrue(create(kind, "a", old).at("/spec/ingressClassName").isMissingNode());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {'storageClassName':'grows'} | Bound | .
          {'storageClassName':'grows'} | Pending | Only bound persistent volume claims can be expanded
          {'storageClassName':'stays'} | Bound | only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize
          {} | Bound | only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize
          """)
  void aClaimGrowsWhereItsClassLetsIt(String spec, String phase, String why) {
    for (var name : List.of("grows", "stays")) {
      view.put(
          "storage.k8s.io",
          "storageclasses",
          tree(
              "{'metadata':{'name':'%s'},'allowVolumeExpansion':%s}"
                  .formatted(name, name.equals("grows"))));
    }
    var old = tree("{'spec':" + spec + ",'status':{'phase':'" + phase + "'}}");
    old.withObject("spec").withObject("resources").withObject("requests").put("storage", "1Gi");
    var grown = old.deepCopy();
    grown.withObject("spec").withObject("resources").withObject("requests").put("storage", "2Gi");
    var request =
        new AdmissionRequest(
            Operation.UPDATE,
            CLAIM,
            "",
            new AdmissionRequest.Target("a", "x"),
            Optional.of(grown),
            Optional.of(old),
            new AdmissionRequest.Context(ANN, tree("{}"), false, _ -> {}));
    if (why.equals(".")) {
      chain.validate(request);
    } else {
      var refusal = assertThrows(ApiException.class, () -> chain.validate(request));
      assertEquals("persistentvolumeclaims \"x\" is forbidden: " + why, refusal.getMessage());
    }
    chain.validate(request.of(old));
  }

  private void storageClass(String name, String created, String isDefault) {
    view.put(
        "storage.k8s.io",
        "storageclasses",
        tree(
            "{'metadata':{'name':'"
                + name
                + "','creationTimestamp':'"
                + created
                + "','annotations':{'storageclass.kubernetes.io/is-default-class':'"
                + isDefault
                + "'}}}"));
  }

  private String storageClassOf(String claim) {
    return create(CLAIM, "a", claim).path("spec").path("storageClassName").asString("none");
  }

  private boolean isSuspended(String job) {
    return create(JOB, "a", job).path("spec").path("suspend").asBoolean(false);
  }

  @Test
  void whoReplacesAPodNeedNotRepeatWhatWasFilledIn() {
    var old = create(POD, "a", "{'spec':{'containers':[{'name':'c'}],'priorityClassName':''}}");
    var replaced = replace(old, "{'spec':{'containers':[{'name':'c'}]}}").path("spec");
    assertEquals(0, replaced.path("priority").asInt(-1));
    assertEquals("PreemptLowerPriority", replaced.path("preemptionPolicy").asString());
    assertEquals(old.path("spec").path("tolerations"), replaced.path("tolerations"));
  }

  @Test
  void whatWhoReplacesAPodSaysOfItsPriorityIsLeftToValidation() {
    var old = create(POD, "a", "{'spec':{'containers':[{'name':'c'}]}}");
    var replaced = replace(old, "{'spec':{'priority':7,'preemptionPolicy':'Never'}}").path("spec");
    assertEquals(7, replaced.path("priority").asInt());
    assertEquals("Never", replaced.path("preemptionPolicy").asString());
  }

  private ObjectNode replace(ObjectNode old, String json) {
    var object = tree(json);
    chain.mutate(
        new AdmissionRequest(
            Operation.UPDATE,
            POD,
            "",
            new AdmissionRequest.Target("a", "x"),
            Optional.of(object),
            Optional.of(old),
            context(ANN)));
    return object;
  }

  private ObjectNode create(Kind kind, String namespace, String json) {
    var object = tree(json);
    var request =
        new AdmissionRequest(
            Operation.CREATE,
            kind,
            "",
            new AdmissionRequest.Target(namespace, "x"),
            Optional.of(object),
            Optional.empty(),
            context(ANN));
    chain.mutate(request);
    chain.validate(request);
    return object;
  }

  private static AdmissionRequest.Context context(User user) {
    return new AdmissionRequest.Context(user, tree("{}"), false, _ -> {});
  }
}
