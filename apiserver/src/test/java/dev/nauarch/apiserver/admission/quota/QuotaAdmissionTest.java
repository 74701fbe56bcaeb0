package dev.nauarch.apiserver.admission.quota;

import static dev.nauarch.apiserver.port.MemoryView.tree;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.object.StorageKey;
import dev.nauarch.apiserver.object.StoredForm;
import dev.nauarch.apiserver.port.AdmissionRequest;
import dev.nauarch.apiserver.port.AdmissionRequest.Operation;
import dev.nauarch.apiserver.port.MemoryView;
import dev.nauarch.apiserver.port.TestKinds;
import dev.nauarch.apiserver.port.User;
import dev.nauarch.store.Mutation;
import dev.nauarch.store.Precondition;
import dev.nauarch.store.memory.MemoryStore;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** What quotas refuse and count. */
class QuotaAdmissionTest {

  private static final Kind POD = TestKinds.kind("v1", "Pod", "pods", true);
  private static final Kind SERVICE = TestKinds.kind("v1", "Service", "services", true);
  private static final Kind JOB = TestKinds.kind("batch/v1", "Job", "jobs", true);
  private static final Kind QUOTA = TestKinds.kind("v1", "ResourceQuota", "resourcequotas", true);
  private static final String CPU =
      "{'metadata':{},'spec':{'containers':[{'name':'c','resources':"
          + "{'requests':{'cpu':'%s'}}}]},'status':{}}";

  private final MemoryView view = new MemoryView();
  private final MemoryStore store = new MemoryStore();
  private final QuotaAdmission admission = server();
  private final List<String> warnings = new ArrayList<>();

  private QuotaAdmission server() {
    return new QuotaAdmission(view, store, InstantSource.system());
  }

  /** A quota that the controller has counted. */
  private void quota(String name, String spec, String hard, String used) {
    var quota =
        tree(
            "{'metadata':{'name':'%s','namespace':'a'},'spec':%s,'status':{'hard':%s,'used':%s}}"
                .formatted(name, spec, hard, used));
    view.put("", "resourcequotas", quota);
    store.write(
        new Mutation.Put(
            StorageKey.of("", "resourcequotas", "a", name),
            StoredForm.encode(quota, "v1", "ResourceQuota"),
            new Precondition.None()));
  }

  private String used(String name) {
    var entry = store.get(StorageKey.of("", "resourcequotas", "a", name)).orElseThrow();
    return StoredForm.tree(entry.value(), 0)
        .path("status")
        .path("used")
        .toString()
        .replace('"', '\'');
  }

  @Test
  void whatFitsIsChargedAndWhatDoesNotIsRefused() {
    quota("q", "{}", "{'requests.cpu':'2','pods':'10'}", "{'requests.cpu':'1','pods':'1'}");
    create(POD, CPU.formatted("500m"));
    assertEquals("{'pods':'2','requests.cpu':'1500m'}", used("q"));
    assertEquals(
        "pods \"x\" is forbidden: exceeded quota: q, requested: requests.cpu=1, used:"
            + " requests.cpu=1500m, limited: requests.cpu=2",
        refusal(POD, CPU.formatted("1")));
    assertEquals("{'pods':'2','requests.cpu':'1500m'}", used("q"));
  }

  @Test
  void severalAmountsAreNamedInOrder() {
    quota("q", "{}", "{'requests.cpu':'1','pods':'1'}", "{'requests.cpu':'1','pods':'1'}");
    assertEquals(
        "pods \"x\" is forbidden: exceeded quota: q, requested: pods=1,requests.cpu=1, used:"
            + " pods=1,requests.cpu=1, limited: pods=1,requests.cpu=1",
        refusal(POD, CPU.formatted("1")));
  }

  @Test
  void containersMustStateWhatIsLimited() {
    quota("q", "{}", "{'limits.cpu':'2'}", "{'limits.cpu':'0'}");
    assertEquals(
        "pods \"x\" is forbidden: failed quota: q: must specify limits.cpu for: c",
        refusal(POD, CPU.formatted("1")));
  }

  @Test
  void aQuotaThatIsNotCountedYetRefuses() {
    quota("q", "{}", "{'pods':'2','services':'2'}", "{}");
    assertEquals(
        "pods \"x\" is forbidden: status unknown for quota: q, resources: pods",
        refusal(POD, CPU.formatted("1")));
    // The controller has not seen this one at all: nothing holds yet.
    quota("q", "{'hard':{'pods':'0'}}", "{}", "{}");
    create(POD, CPU.formatted("1"));
  }

  @Test
  void scopesChooseWhatIsCounted() {
    quota("ends", "{'scopes':['Terminating']}", "{'pods':'1'}", "{'pods':'0'}");
    quota("stays", "{'scopes':['NotTerminating']}", "{'pods':'1'}", "{'pods':'0'}");
    create(POD, CPU.formatted("1"));
    assertEquals("{'pods':'0'}", used("ends"));
    assertEquals("{'pods':'1'}", used("stays"));
    // A deadline brings a pod into the other scope.
    var old = tree(CPU.formatted("1"));
    var now = old.deepCopy();
    now.withObject("spec").put("activeDeadlineSeconds", 5);
    admission.validate(request(POD, Operation.UPDATE, "", now, Optional.of(old), false));
    assertEquals("{'pods':'1'}", used("ends"));
    admission.validate(request(POD, Operation.UPDATE, "", now, Optional.of(now), false));
    assertEquals("{'pods':'1'}", used("ends"));
  }

  @Test
  void updatesAreChargedWithWhatTheyAdd() {
    quota(
        "q",
        "{}",
        "{'services.nodeports':'2','services':'1'}",
        "{'services.nodeports':'1','services':'1'}");
    var one = tree("{'metadata':{},'spec':{'type':'NodePort','ports':[{'port':1}]}}");
    var two = tree("{'metadata':{},'spec':{'type':'NodePort','ports':[{'port':1},{'port':2}]}}");
    admission.validate(request(SERVICE, Operation.UPDATE, "", two, Optional.of(one), false));
    assertEquals("{'services':'1','services.nodeports':'2'}", used("q"));
    // What becomes less is given back by the controller, which sees what is really there.
    admission.validate(request(SERVICE, Operation.UPDATE, "", one, Optional.of(two), false));
    assertEquals("{'services':'1','services.nodeports':'2'}", used("q"));
    var more = tree("{'metadata':{},'spec':{'type':'NodePort','ports':[{},{},{}]}}");
    var request = request(SERVICE, Operation.UPDATE, "", more, Optional.of(two), false);
    assertEquals(
        "services \"x\" is forbidden: exceeded quota: q, requested: services.nodeports=1, used:"
            + " services.nodeports=2, limited: services.nodeports=2",
        assertThrows(ApiException.class, () -> admission.validate(request)).getMessage());
  }

  @Test
  void objectsOfAnyKindAreCountedByNumberWhenTheyAreMade() {
    quota("q", "{}", "{'count/jobs.batch':'1'}", "{'count/jobs.batch':'0'}");
    create(JOB, "{}");
    assertEquals(
        "jobs.batch \"x\" is forbidden: exceeded quota: q, requested: count/jobs.batch=1, used:"
            + " count/jobs.batch=1, limited: count/jobs.batch=1",
        refusal(JOB, "{}"));
    admission.validate(
        request(JOB, Operation.UPDATE, "", tree("{}"), Optional.of(tree("{}")), false));
    admission.validate(request(JOB, Operation.CREATE, "x", tree("{}"), Optional.empty(), false));
  }

  @Test
  void aDryRunIsCheckedAndTakesNothing() {
    quota("q", "{}", "{'pods':'1'}", "{'pods':'0'}");
    var pod = tree(CPU.formatted("1"));
    admission.validate(request(POD, Operation.CREATE, "", pod, Optional.empty(), true));
    assertEquals("{'pods':'0'}", used("q"));
    create(POD, CPU.formatted("1"));
    var dry = request(POD, Operation.CREATE, "", pod, Optional.empty(), true);
    assertThrows(ApiException.class, () -> admission.validate(dry));
  }

  @Test
  void oneQuotaThatRefusesKeepsAllFromBeingCharged() {
    quota("a", "{}", "{'pods':'5'}", "{'pods':'0'}");
    quota("b", "{}", "{'count/pods':'0'}", "{'count/pods':'0'}");
    refusal(POD, CPU.formatted("1"));
    assertEquals("{'pods':'0'}", used("a"));
  }

  @Test
  void twoServersTogetherNeverGiveMoreThanThereIs() throws Exception {
    quota("q", "{}", "{'pods':'40'}", "{'pods':'0'}");
    var servers = List.of(server(), server());
    var creations = new ArrayList<Callable<Boolean>>();
    for (int i = 0; i < 100; i++) {
      var server = servers.get(i % 2);
      creations.add(
          () -> {
            var pod = tree(CPU.formatted("1"));
            try {
              server.validate(request(POD, Operation.CREATE, "", pod, Optional.empty(), false));
              return true;
            } catch (ApiException e) {
              assertEquals(ApiException.Reason.FORBIDDEN, e.reason(), e.getMessage());
              return false;
            }
          });
    }
    int made = 0;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var each : threads.invokeAll(creations)) {
        made += each.get() ? 1 : 0;
      }
    }
    assertEquals(40, made);
    assertEquals("{'pods':'40'}", used("q"));
  }

  @Test
  void aQuotaWhoseRequestsExceedItsLimitsIsWarnedOf() {
    create(
        QUOTA,
        "{'spec':{'hard':{'cpu':'2','limits.cpu':'1','requests.memory':'1Gi','limits.memory':'2Gi',"
            + "'requests.ephemeral-storage':'2Gi','limits.ephemeral-storage':'1Gi'}}}");
    assertEquals(
        List.of(
            "ResourceQuota cpu (2) should be less than limits.cpu (1)",
            "ResourceQuota requests.ephemeral-storage (2Gi) should be less than"
                + " limits.ephemeral-storage (1Gi)"),
        warnings);
  }

  private void create(Kind kind, String object) {
    admission.validate(request(kind, Operation.CREATE, "", tree(object), Optional.empty(), false));
  }

  private String refusal(Kind kind, String object) {
    return String.valueOf(
        assertThrows(ApiException.class, () -> create(kind, object)).getMessage());
  }

  private AdmissionRequest request(
      Kind kind,
      Operation operation,
      String subresource,
      ObjectNode object,
      Optional<ObjectNode> old,
      boolean isDryRun) {
    return new AdmissionRequest(
        operation,
        kind,
        subresource,
        new AdmissionRequest.Target("a", "x"),
        Optional.of(object),
        old,
        new AdmissionRequest.Context(User.ANONYMOUS, tree("{}"), isDryRun, warnings::add));
  }
}
