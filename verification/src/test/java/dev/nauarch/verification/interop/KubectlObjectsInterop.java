package dev.nauarch.verification.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;

/** kubectl on objects, built-in ones and those of a custom kind; no command may warn. */
class KubectlObjectsInterop extends KubectlSuite {
  private static final String SETTINGS =
      """
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: settings}
      data: {colour: red, size: small}
      """;

  @Override
  void prepare(Kubectl admin) {
    admin.okWith(Manifests.GAUGE_DEFINITION, "create -f -");
    admin.ok("wait --for=condition=Established crd/gauges.example.com --timeout=30s");
  }

  @Kubectl.Test
  void applyCreatesThenUpdatesThenTakesAwayWhatIsGone(Kubectl kubectl) {
    var created =
        """
        configmap/settings created
        deployment.apps/web created
        service/web created
        gauge.example.com/tank created
        jobset.jobset.x-k8s.io/train created
        """;
    var all = String.join("---\n", SETTINGS, Manifests.WEB, Manifests.GAUGE, Manifests.JOB_SET);
    assertEquals(created, kubectl.okWith(all, "apply -f -"));
    // Of a list in a kind that kubectl has no type for, it can't tell what the server filled in.
    assertEquals(
        created.replace("created", "unchanged").replace("train unchanged", "train configured"),
        kubectl.okWith(all, "apply -f -"));
    var changed =
        all.replace(", size: small", "")
            .replace("replicas: 2", "replicas: 1")
            .replace("level: 10", "level: 20");
    assertEquals(
        """
        configmap/settings configured
        deployment.apps/web configured
        service/web unchanged
        gauge.example.com/tank configured
        jobset.jobset.x-k8s.io/train configured
        """,
        kubectl.okWith(changed, "apply -f -"));
    assertEquals("{\"colour\":\"red\"}", kubectl.value("configmap/settings", "{.data}"));
    assertEquals("1", kubectl.value("deployment/web", "{.spec.replicas}"));
    assertEquals("20 percent", kubectl.value("gg/tank", "{.spec.level} {.spec.unit}"));
    var last = kubectl.ok("apply view-last-applied configmap/settings -o json");
    assertTrue(last.contains("\"colour\": \"red\"") && !last.contains("size"), last);
  }

  @Kubectl.Test
  void serverSideApplyOwnsFieldsAndRefusesThoseOfOthers(Kubectl kubectl) {
    var applied = "configmap/settings serverside-applied\n";
    assertEquals(applied, kubectl.okWith(SETTINGS, "apply --server-side -f -"));
    var others = SETTINGS.replace("red", "blue").replace(", size: small", "");
    var refused = kubectl.runWith(others, "apply --server-side --field-manager=other -f -");
    assertEquals(1, refused.code());
    assertTrue(
        refused.err().contains("conflict with \"kubectl\": .data.colour"), refused::toString);
    assertEquals("red small", kubectl.value("configmap/settings", "{.data.colour} {.data.size}"));
    var force = "apply --server-side --field-manager=other --force-conflicts -f -";
    assertEquals(applied, kubectl.okWith(others, force));
    assertEquals("blue small", kubectl.value("configmap/settings", "{.data.colour} {.data.size}"));
    var fields = kubectl.ok("get configmap settings -o yaml --show-managed-fields");
    assertTrue(fields.contains("manager: kubectl\n"), fields);
    assertTrue(fields.contains("manager: other\n"), fields);
  }

  @Kubectl.Test
  void serverSideApplyMergesListsByKeyInACustomResource(Kubectl kubectl) {
    kubectl.okWith(Manifests.GAUGE, "apply --server-side -f -");
    var other =
        """
        apiVersion: example.com/v1
        kind: Gauge
        metadata: {name: tank}
        spec: {level: 10, marks: [{at: 90, text: nearly full}]}
        """;
    kubectl.okWith(other, "apply --server-side --field-manager=other -f -");
    assertEquals("50 90", kubectl.value("gauge/tank", "{.spec.marks[*].at}"));
    kubectl.okWith(
        other.replace(", marks: [{at: 90, text: nearly full}]", ""),
        "apply --server-side --field-manager=other -f -");
    assertEquals("50", kubectl.value("gauge/tank", "{.spec.marks[*].at}"));
  }

  @Kubectl.Test
  void diffShowsWhatWouldChangeAndChangesNothing(Kubectl kubectl) {
    var both = SETTINGS + "---\n" + Manifests.GAUGE;
    for (var flags : new String[] {"-f -", "--server-side -f -"}) {
      kubectl.okWith(both, "apply " + flags);
      assertEquals("", kubectl.okWith(both, "diff " + flags));
      var other = both.replace("red", "blue").replace("level: 10", "level: 11");
      var changed = kubectl.runWith(other, "diff " + flags);
      assertEquals(1, changed.code(), changed::toString);
      assertEquals("", changed.err());
      for (var line : new String[] {"-  colour: red", "+  colour: blue", "+  level: 11"}) {
        assertTrue(changed.out().contains("\n" + line + "\n"), changed::toString);
      }
      assertEquals("red", kubectl.value("configmap/settings", "{.data.colour}"));
      var created = kubectl.runWith(SETTINGS.replace("settings", "more"), "diff " + flags);
      assertEquals(1, created.code());
      assertTrue(created.out().contains("+  name: more"), created::toString);
      assertEquals("", kubectl.ok("get configmap more --ignore-not-found"));
      kubectl.okWith(both, "delete -f -");
    }
  }

  @Kubectl.Test
  void editWritesWhatTheEditorLeaves(Kubectl kubectl) throws IOException {
    kubectl.okWith(SETTINGS + "---\n" + Manifests.GAUGE, "create -f -");
    assertEquals(
        "configmap/settings edited\n",
        kubectl.editing("s/colour: red/colour: blue/").ok("edit configmap settings"));
    assertEquals("blue", kubectl.value("configmap/settings", "{.data.colour}"));
    assertEquals(
        "gauge.example.com/tank edited\n",
        kubectl.editing("s/level: 10/level: 60/").ok("edit gauge tank --save-config"));
    assertEquals("60", kubectl.value("gauge/tank", "{.spec.level}"));
    kubectl.editing("s/phase: .*//; $ a status: {phase: Full}");
    kubectl.ok("edit gauge tank --subresource=status");
    assertEquals("Full", kubectl.value("gauge/tank", "{.status.phase}"));
  }

  @Kubectl.Test
  void everyTypeOfPatchIsApplied(Kubectl kubectl) {
    kubectl.okWith(SETTINGS + "---\n" + Manifests.WEB + "---\n" + Manifests.GAUGE, "create -f -");
    var containers =
        """
        {"spec":{"template":{"spec":{"containers":[{"name":"main","env":[{"name":"A","value":"b"}]}]}}}}
        """;
    assertEquals(
        "deployment.apps/web patched\n",
        kubectl.ok("patch deployment web --type=strategic --patch", containers));
    var main = "{range .spec.template.spec.containers[*]}{.name} {.image} {.env[*].value}{end}";
    assertEquals("main host b", kubectl.value("deployment/web", main));
    kubectl.ok("patch configmap settings --type=merge --patch", "{\"data\":{\"size\":null}}");
    kubectl.ok(
        "patch configmap settings --type=json --patch",
        "[{\"op\":\"test\",\"path\":\"/data/colour\",\"value\":\"red\"},"
            + "{\"op\":\"add\",\"path\":\"/data/shape\",\"value\":\"round\"}]");
    assertEquals(
        "{\"colour\":\"red\",\"shape\":\"round\"}", kubectl.value("configmap/settings", "{.data}"));
    kubectl.ok("patch gauge tank --type=merge --patch", "{\"spec\":{\"level\":30}}");
    kubectl.ok(
        "patch gauge tank --type=merge --subresource=status --patch",
        "{\"spec\":{\"level\":1},\"status\":{\"phase\":\"Low\"}}");
    assertEquals("30 Low", kubectl.value("gauge/tank", "{.spec.level} {.status.phase}"));
    var refused =
        kubectl.run("patch gauge tank --type=merge --patch", "{\"spec\":{\"level\":101}}");
    assertEquals(1, refused.code());
    assertTrue(refused.err().contains("should be less than or equal to 100"), refused::toString);
  }

  @Kubectl.Test
  void getPrintsInEveryForm(Kubectl kubectl) {
    kubectl.okWith(SETTINGS + "---\n" + Manifests.GAUGE, "create -f -");
    kubectl.ok("label configmap settings tier=front");
    assertTrue(
        kubectl.ok("get gauges").matches("NAME +LEVEL\ntank +10\n"), kubectl.ok("get gauges"));
    assertTrue(
        kubectl.ok("get configmap -L tier").contains("NAME               DATA   AGE   TIER\n"));
    assertEquals("configmap/settings\n", kubectl.ok("get configmap -l tier=front -o name"));
    assertEquals(
        "NAME       COLOUR\nsettings   red\n",
        kubectl.ok(
            "get configmap --field-selector=metadata.name=settings -o"
                + " custom-columns=NAME:.metadata.name,COLOUR:.data.colour"));
    assertEquals(
        "kube-root-ca.crt settings",
        kubectl.value(
            "configmap --chunk-size=1 --sort-by=.metadata.name", "{.items[*].metadata.name}"));
    assertTrue(kubectl.ok("get configmap settings -o yaml").contains("\n  colour: red\n"));
    assertTrue(kubectl.ok("get gauge tank -o json").contains("\"level\": 10"));
    assertTrue(kubectl.ok("get gauges -A").contains(kubectl.namespace()));
    assertTrue(kubectl.ok("get configmap,gauges").contains("gauge.example.com/tank"));
    var missing = kubectl.run("get configmap missing");
    assertEquals("Error from server (NotFound): configmaps \"missing\" not found\n", missing.err());
  }

  @Kubectl.Test
  void getWatchesUntilItIsStopped(Kubectl kubectl) throws IOException {
    try (var maps = kubectl.start("get configmap --watch --output-watch-events");
        var gauges = kubectl.start("get gauges --watch-only -o name")) {
      maps.await("ADDED +kube-root-ca.crt ");
      kubectl.okWith(SETTINGS, "create -f -");
      kubectl.ok("label configmap settings a=b");
      kubectl.ok("delete configmap settings");
      maps.await("ADDED +settings .*MODIFIED +settings .*DELETED +settings ");
      kubectl.okWith(Manifests.GAUGE, "create -f -");
      kubectl.ok("scale gauge tank --replicas=3");
      gauges.await("gauge.example.com/tank\ngauge.example.com/tank\n");
    }
  }

  @Kubectl.Test
  void explainDescribesFieldsOfEveryKind(Kubectl kubectl) {
    var limits = kubectl.ok("explain pod.spec.containers.resources.limits");
    assertTrue(limits.contains("FIELD: limits <map[string]Quantity>"), limits);
    assertTrue(limits.contains("maximum amount of compute resources allowed"), limits);
    var level = kubectl.ok("explain gauges.spec.level");
    assertTrue(
        level.contains("How full it is.") && level.contains("GROUP:      example.com"), level);
    var set = kubectl.ok("explain jobset.spec --recursive");
    assertTrue(set.contains("replicatedJobs\t<[]ReplicatedJob>"), set);
    var lease = kubectl.ok("explain lease --api-version=coordination.k8s.io/v1");
    assertTrue(lease.contains("VERSION:    v1"), lease);
  }

  @Kubectl.Test
  void waitReturnsWhenTheConditionHolds(Kubectl kubectl) throws IOException {
    kubectl.okWith(Manifests.GAUGE, "create -f -");
    try (var waits =
        kubectl.start("wait gauge/tank --for=jsonpath={.status.phase}=Full --timeout=60s")) {
      kubectl.ok(
          "patch gauge tank --type=merge --subresource=status --patch",
          "{\"status\":{\"phase\":\"Full\"}}");
      waits.await("gauge.example.com/tank condition met");
    }
    var finalizers = "{\"metadata\":{\"finalizers\":%s}}";
    kubectl.ok("patch gauge tank --type=merge -p", finalizers.formatted("[\"example.com/hold\"]"));
    kubectl.ok("delete gauge tank --wait=false");
    assertEquals(1, kubectl.run("wait gauge/tank --for=delete --timeout=1s").code());
    kubectl.ok("patch gauge tank --type=merge -p", finalizers.formatted("null"));
    kubectl.ok("wait gauge/tank --for=delete --timeout=60s");
    var never = kubectl.run("wait configmap/kube-root-ca.crt --for=condition=Never --timeout=1s");
    assertEquals(1, never.code());
    assertTrue(never.err().contains("timed out waiting for the condition"), never::toString);
  }

  @Kubectl.Test
  void deleteTakesAwayByNameByLabelByFileAndAll(Kubectl kubectl) {
    kubectl.okWith(SETTINGS + "---\n" + Manifests.GAUGE, "create -f -");
    for (var name : new String[] {"a", "b", "c"}) {
      kubectl.ok("create configmap " + name);
    }
    kubectl.ok("label configmap b c old=yes");
    var deleted = kubectl.ok("delete configmap a");
    assertTrue(deleted.startsWith("configmap \"a\" deleted"), deleted);
    kubectl.ok("delete configmap -l old=yes --cascade=foreground");
    assertEquals(
        "kube-root-ca.crt settings", kubectl.value("configmap", "{.items[*].metadata.name}"));
    kubectl.okWith(SETTINGS, "delete -f -");
    kubectl.ok("delete gauges --all");
    assertEquals("", kubectl.value("gauges", "{.items[*].metadata.name}"));
    assertEquals("", kubectl.ok("delete configmap a --ignore-not-found"));
  }

  @Kubectl.Test
  void createMakesEveryKindThatItHasAFormFor(Kubectl kubectl) {
    kubectl.ok("create configmap made --from-literal=a=b");
    kubectl.ok("create secret generic made --from-literal=a=b");
    kubectl.ok("create serviceaccount made");
    kubectl.ok("create role made --verb=get --resource=pods");
    kubectl.ok("create rolebinding made --role=made --serviceaccount=default:made");
    kubectl.ok("create service clusterip made --tcp=80:8080");
    kubectl.ok("create deployment made --image=host --replicas=0");
    kubectl.ok("create poddisruptionbudget made --selector=app=made --min-available=1");
    assertEquals(
        "YQ==",
        kubectl.okWith(
            "",
            "create secret generic dry --dry-run=server -o",
            "jsonpath={.data.k}",
            "--from-literal=k=a"));
    assertEquals("3", String.valueOf(kubectl.ok("create token made").strip().split("[.]").length));
    assertEquals(
        "configmap/made serviceaccount/made",
        kubectl.ok("get configmap/made serviceaccount/made -o name").strip().replace("\n", " "));
    var strict = kubectl.runWith(SETTINGS + "unknown: 1\n", "create --validate=strict -f -");
    assertEquals(1, strict.code());
    assertTrue(strict.err().contains("unknown field \"unknown\""), strict::toString);
  }

  @Kubectl.Test
  void labelsAnnotationsAndReplacementsAreWritten(Kubectl kubectl) {
    kubectl.okWith(SETTINGS + "---\n" + Manifests.GAUGE, "create -f -");
    assertEquals("configmap/settings labeled\n", kubectl.ok("label configmap settings a=b"));
    assertEquals("configmap/settings unlabeled\n", kubectl.ok("label configmap settings a-"));
    assertEquals("gauge.example.com/tank annotated\n", kubectl.ok("annotate gauge tank a=b c=d"));
    assertEquals(
        "{\"a\":\"b\",\"c\":\"d\"}", kubectl.value("gauge/tank", "{.metadata.annotations}"));
    assertEquals(
        "configmap/settings replaced\n",
        kubectl.okWith(SETTINGS.replace("red", "green"), "replace -f -"));
    assertEquals("green", kubectl.value("configmap/settings", "{.data.colour}"));
    assertEquals(
        "gauge.example.com/tank scaled\n",
        kubectl.ok("scale gauge tank --current-replicas=1 --replicas=4"));
    assertEquals("4", kubectl.value("gauge/tank", "{.spec.replicas}"));
  }
}
