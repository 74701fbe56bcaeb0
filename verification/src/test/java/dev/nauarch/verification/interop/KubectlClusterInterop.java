package dev.nauarch.verification.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;

/** kubectl on the cluster itself: what it serves, who may do what, its nodes; none may warn. */
class KubectlClusterInterop extends KubectlSuite {
  /** What Kubernetes says too, to everybody who reads them. */
  private static final Map<String, String> WARNINGS =
      Map.of(
          "endpoints",
          "Warning: v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice\n",
          "componentstatuses",
          "Warning: v1 ComponentStatus is deprecated in v1.19+\n");

  @Kubectl.Test
  void theServerSaysWhatItServes(Kubectl kubectl) {
    var resources = kubectl.ok("api-resources");
    assertTrue(resources.matches("(?s).*\npods +po +v1 +true +Pod\n.*"), resources);
    assertTrue(
        resources.matches("(?s).*\njobsets +jobset.x-k8s.io/v1alpha2 +true +JobSet\n.*"),
        resources);
    var verbs = kubectl.ok("api-resources --api-group=apps --verbs=patch,watch -o name");
    assertEquals(
        List.of("controllerrevisions", "daemonsets", "deployments", "replicasets", "statefulsets"),
        verbs.lines().map(name -> name.replace(".apps", "")).toList());
    assertTrue(kubectl.ok("api-versions").contains("\nkueue.x-k8s.io/v1beta2\n"));
    assertTrue(kubectl.ok("cluster-info").contains("Kubernetes control plane"));
    assertEquals("ok", kubectl.ok("get --raw /readyz"));
    for (var kind : kubectl.ok("api-resources --verbs=list -o name").lines().toList()) {
      var listed = kubectl.run("get " + kind + " --all-namespaces -o name");
      assertEquals(0, listed.code(), listed::toString);
      assertEquals(WARNINGS.getOrDefault(kind, ""), listed.err());
    }
  }

  @Kubectl.Test
  void theVersionsOfClientAndServerAreTold(Kubectl kubectl) {
    // The oldest release warns of the distance, as it does of any server of this version.
    var version = kubectl.run("version");
    assertEquals(0, version.code(), version::toString);
    assertTrue(version.out().contains("\nServer Version: v1.37."), version::toString);
    var isFar = version.err().contains("exceeds the supported minor version skew");
    assertEquals(kubectl.release() == Kubectl.Release.OLDEST, isFar, version::toString);
  }

  @Kubectl.Test
  void rightsAreAskedForAndGiven(Kubectl kubectl) {
    assertEquals("yes\n", kubectl.ok("auth can-i create pods"));
    assertTrue(kubectl.ok("auth can-i --list").contains("*.*"));
    assertTrue(kubectl.ok("auth whoami").contains("system:masters"));
    kubectl.ok("create serviceaccount reader");
    kubectl.ok("create role reader --verb=get,list --resource=configmaps");
    var account = kubectl.namespace() + ":reader";
    kubectl.ok("create rolebinding reader --role=reader --serviceaccount=" + account);
    var as = " --as=system:serviceaccount:" + account;
    assertEquals("yes\n", kubectl.ok("auth can-i get configmaps" + as));
    assertEquals("configmap/kube-root-ca.crt\n", kubectl.ok("get configmaps -o name" + as));
    var refused = kubectl.run("auth can-i delete configmaps" + as);
    assertEquals("no\n", refused.out());
    assertEquals("", refused.err());
    var forbidden = kubectl.run("get pods" + as);
    assertEquals(1, forbidden.code());
    assertEquals(
        "Error from server (Forbidden): pods is forbidden: User \"system:serviceaccount:"
            + account
            + "\" cannot list resource \"pods\" in API group \"\" in the namespace \""
            + kubectl.namespace()
            + "\"\n",
        forbidden.err());
    kubectl.ok("describe role reader");
    kubectl.ok("describe rolebinding reader");
  }

  @Kubectl.Test
  void aNodeIsShownCordonedAndTainted(Kubectl kubectl) {
    var name = kubectl.value("nodes", "{.items[0].metadata.name}");
    assertTrue(kubectl.ok("get nodes").matches("(?s)NAME .*\n" + name + " +Ready .*"));
    var shown = kubectl.ok("describe node " + name);
    assertTrue(shown.contains("\nCapacity:\n") && shown.contains("KubeletReady"), shown);
    assertEquals("node/" + name + " cordoned\n", kubectl.ok("cordon " + name));
    assertTrue(kubectl.ok("get nodes").contains(" Ready,SchedulingDisabled "));
    kubectl.ok("uncordon " + name);
    kubectl.ok("taint node " + name + " held=yes:PreferNoSchedule");
    assertEquals("held", kubectl.value("node/" + name, "{.spec.taints[*].key}"));
    kubectl.ok("taint node " + name + " held-");
    kubectl.ok("label node " + name + " zone=a");
    kubectl.ok("label node " + name + " zone-");
  }

  @Kubectl.Test
  void namespacesAndDefinitionsComeAndGo(Kubectl kubectl) {
    var other = kubectl.namespace() + "-more";
    assertEquals("namespace/" + other + " created\n", kubectl.ok("create namespace " + other));
    kubectl.ok("create configmap inside --namespace=" + other);
    assertTrue(kubectl.ok("describe namespace " + other).contains("Active"));
    kubectl.ok("delete namespace " + other);
    assertEquals("", kubectl.ok("get namespace " + other + " --ignore-not-found"));
    kubectl.okWith(Manifests.GAUGE_DEFINITION, "apply -f -");
    kubectl.ok("wait crd/gauges.example.com --for=condition=Established --timeout=30s");
    kubectl.okWith(Manifests.GAUGE, "apply -f -");
    var shown = kubectl.ok("describe gauge tank");
    assertTrue(shown.contains("Level:  10"), shown);
    assertTrue(kubectl.ok("describe crd gauges.example.com").contains("NamesAccepted"));
    assertEquals(
        "customresourcedefinition.apiextensions.k8s.io/gauges.example.com unchanged\n",
        kubectl.okWith(Manifests.GAUGE_DEFINITION, "apply -f -"));
    kubectl.ok("delete crd gauges.example.com");
    kubectl.ok("wait crd/gauges.example.com --for=delete --timeout=30s");
    assertEquals(1, kubectl.run("get gauges").code());
  }

  @Kubectl.Test
  void describeKnowsEveryOtherKind(Kubectl kubectl) {
    kubectl.ok("create secret generic made --from-literal=a=b");
    kubectl.ok("create configmap made --from-literal=a=b");
    kubectl.ok("create job made --image=host -- true");
    kubectl.ok("create priorityclass " + kubectl.namespace() + " --value=5");
    kubectl.ok("create poddisruptionbudget made --selector=app=made --min-available=1");
    for (var object :
        new String[] {
          "secret/made",
          "configmap/made",
          "job/made",
          "serviceaccount/default",
          "poddisruptionbudget/made",
          "priorityclass/" + kubectl.namespace(),
          "clusterqueue/default",
          "localqueue/default --namespace=default",
          "storageclass",
          "service/kubernetes --namespace=default",
          "endpointslices --namespace=default",
          "lease --namespace=kube-node-lease",
          "clusterrole/view",
        }) {
      var shown = kubectl.ok("describe " + object);
      assertTrue(shown.startsWith("Name:"), object + "\n" + shown);
    }
    kubectl.ok("delete priorityclass " + kubectl.namespace());
  }
}
