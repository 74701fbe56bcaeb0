package dev.nauarch.apiserver.admission;

import static dev.nauarch.apiserver.port.MemoryView.tree;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.nauarch.api.ApiException;
import dev.nauarch.api.catalog.Kind;
import dev.nauarch.apiserver.object.Json;
import dev.nauarch.apiserver.port.AdmissionRequest;
import dev.nauarch.apiserver.port.AdmissionRequest.Operation;
import dev.nauarch.apiserver.port.MemoryView;
import dev.nauarch.apiserver.port.TestKinds;
import dev.nauarch.apiserver.port.User;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/** What the agent of the node {@code n} may write. */
class NodeRestrictionTest {

  private static final User AGENT = User.of("system:node:n", List.of("system:nodes"));
  private static final Map<String, Kind> KINDS =
      Map.of(
          "nodes", TestKinds.kind("v1", "Node", "nodes", false),
          "pods", TestKinds.kind("v1", "Pod", "pods", true),
          "claims", TestKinds.kind("v1", "PersistentVolumeClaim", "persistentvolumeclaims", true),
          "accounts", TestKinds.kind("v1", "ServiceAccount", "serviceaccounts", true),
          "leases", TestKinds.kind("coordination.k8s.io/v1", "Lease", "leases", true),
          "csinodes", TestKinds.kind("storage.k8s.io/v1", "CSINode", "csinodes", false),
          "slices", TestKinds.kind("resource.k8s.io/v1", "ResourceSlice", "resourceslices", false));

  private final MemoryView view = new MemoryView();
  private final NodeRestriction restriction = new NodeRestriction(view);

  NodeRestrictionTest() {
    view.put("", "nodes", tree("{'metadata':{'name':'n','uid':'u1'}}"));
    put("here", "n", "p1");
    put("there", "m", "p2");
  }

  private void put(String pod, String node, String uid) {
    view.put(
        "",
        "pods",
        tree(
            "{'metadata':{'name':'%s','namespace':'a','uid':'%s'},'spec':{'nodeName':'%s'}}"
                .formatted(pod, uid, node)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          nodes | n | {} | {'metadata':{'labels':{'my/label':'1','kubernetes.io/hostname':'h'}}} |
          nodes | n | {} | {'metadata':{'labels':{'a.kubelet.kubernetes.io/x':'1','node.kubernetes.io/x':'2'}}} |
          nodes | n | {} | {'metadata':{'labels':{'node-role.kubernetes.io/x':'1'}}} | is not allowed to modify labels: node-role.kubernetes.io/x
          nodes | n | {'metadata':{'labels':{'a.node-restriction.kubernetes.io/x':'1'}}} | {} | is not allowed to modify labels: a.node-restriction.kubernetes.io/x
          nodes | m | {} | {} | node "n" is not allowed to modify node "m"
          nodes | n | {'spec':{'taints':[{'key':'k','effect':'NoSchedule'}]}} | {'spec':{}} | node "n" is not allowed to modify taints
          nodes | n | {'spec':{'taints':[]}} | {'spec':{}} |
          nodes | n | {} | {'metadata':{'ownerReferences':[{'name':'x'}]}} | node "n" is not allowed to modify ownerReferences
          nodes | n | {} | {'spec':{'configSource':{'a':'b'}}} | node "n" is not allowed to update configSource to a new non-nil configSource
          pods | here | {'spec':{'nodeName':'n'}} | {'spec':{'nodeName':'n'}} | unexpected operation "UPDATE", node "n" can only create and delete mirror pods
          pods/status | here | {'spec':{'nodeName':'n'}} | {'spec':{'nodeName':'n'},'status':{'phase':'Running'}} |
          pods/status | there | {'spec':{'nodeName':'m'}} | {'spec':{'nodeName':'m'}} | node "n" can only update pod status for pods with spec.nodeName set to itself
          pods/status | here | {'spec':{'nodeName':'n'}} | {'spec':{'nodeName':'n'},'metadata':{'labels':{'a':'b'}}} | node "n" cannot update labels through pod status
          pods/status | here | {'spec':{'nodeName':'n'}} | {'spec':{'nodeName':'n'},'status':{'resourceClaimStatuses':[{'name':'c'}]}} | node "n" cannot update resource claim statues
          pods/status | here | {'spec':{'nodeName':'n'}} | {'spec':{'nodeName':'n'},'status':{'extendedResourceClaimStatus':{'resourceClaimName':'c'}}} | node "n" cannot update extended resource claim status
          pods/ephemeralcontainers | here | {} | {} | unexpected pod subresource "ephemeralcontainers", only 'status' and 'eviction' are allowed
          claims | c | {} | {} | may only update PVC status
          claims/status | c | {'metadata':{'resourceVersion':'1'}} | {'status':{'capacity':{'storage':'1Gi'},'conditions':[{'type':'Resizing'}]}} |
          claims/status | c | {} | {'status':{'phase':'Lost'}} | node "n" is not allowed to update fields other than status.quantity and status.conditions
          csinodes | m | {} | {} | can only access CSINode with the same name as the requesting node
          csinodes | n | {} | {} |
          slices | s | {'spec':{'nodeName':'m'}} | {'spec':{'nodeName':'m'}} |
          """)
  void updates(String resource, String name, String old, String now, @Nullable String why) {
    check(why, () -> write(Operation.UPDATE, resource, "a/" + name, old, now));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          nodes | n | {'metadata':{'labels':{'k8s.io/x':'1','x.io/y':'2'}}} | node "n" is not allowed to set the following labels: k8s.io/x
          nodes | n | {'spec':{'configSource':{}}} | node "n" is not allowed to create pods with a non-nil configSource
          pods | x | {'spec':{'nodeName':'n'}} | pod does not have "kubernetes.io/config.mirror" annotation, node "n" can only create mirror pods
          pods/eviction | here | {'kind':'Eviction'} |
          pods/eviction | there | {'kind':'Eviction'} | node n can only evict pods with spec.nodeName set to itself
          pods/binding | here | {} | unexpected pod subresource "binding", only 'status' and 'eviction' are allowed
          leases | n | {} | can only access leases in the "kube-node-lease" system namespace
          csinodes | m | {} | can only access CSINode with the same name as the requesting node
          slices | s | {'spec':{'nodeName':'n'}} |
          slices | s | {'spec':{'allNodes':true}} | can only create ResourceSlice with the same NodeName as the requesting node
          accounts/token | default | {'spec':{}} | node requested token not bound to a pod
          accounts/token | default | {'spec':{'boundObjectRef':{'apiVersion':'v1','kind':'Secret','name':'s'}}} | node requested token not bound to a pod
          accounts/token | default | {'spec':{'boundObjectRef':{'apiVersion':'v1','kind':'Pod','name':'here'}}} | node requested token with a pod binding without a uid
          accounts/token | default | {'spec':{'boundObjectRef':{'apiVersion':'v1','kind':'Pod','name':'here','uid':'old'}}} | the UID in the bound object reference (old) does not match the UID in record. The object might have been deleted and then recreated
          accounts/token | default | {'spec':{'boundObjectRef':{'apiVersion':'v1','kind':'Pod','name':'there','uid':'p2'}}} | node requested token bound to a pod scheduled on a different node
          accounts/token | default | {'spec':{'boundObjectRef':{'apiVersion':'v1','kind':'Pod','name':'here','uid':'p1'}}} |
          """)
  void creations(String resource, String name, String json, @Nullable String why) {
    check(why, () -> write(Operation.CREATE, resource, "a/" + name, "", json));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          'nodeName':'n' | [{'apiVersion':'v1','kind':'Node','name':'n','uid':'u1','controller':true}] |
          'nodeName':'m' | [] | node "n" can only create pods with spec.nodeName set to itself
          'nodeName':'n' | [] | node "n" can only create pods with an owner reference set to itself
          'nodeName':'n' | [{},{}] | node "n" can only create pods with a single owner reference set to itself
          'nodeName':'n' | [{'apiVersion':'v1','kind':'Node','name':'m'}] | node "n" can only create pods with an owner reference set to itself
          'nodeName':'n' | [{'apiVersion':'v1','kind':'Node','name':'n','uid':'u1'}] | node "n" can only create pods with a controller owner reference set to itself
          'nodeName':'n' | [{'apiVersion':'v1','kind':'Node','name':'n','uid':'u1','controller':true,'blockOwnerDeletion':true}] | node "n" must not set blockOwnerDeletion on an owner reference
          'nodeName':'n' | [{'apiVersion':'v1','kind':'Node','name':'n','uid':'u0','controller':true}] | node n UID mismatch: expected u0 got u1
          'nodeName':'n','serviceAccountName':'s' | [{'apiVersion':'v1','kind':'Node','name':'n','uid':'u1','controller':true}] | node "n" can not create pods that reference serviceaccounts
          'nodeName':'n','containers':[{'env':[{'valueFrom':{'secretKeyRef':{}}}]}] | [{'apiVersion':'v1','kind':'Node','name':'n','uid':'u1','controller':true}] | node "n" can not create pods that reference secrets
          'nodeName':'n','initContainers':[{'envFrom':[{'configMapRef':{}}]}] | [{'apiVersion':'v1','kind':'Node','name':'n','uid':'u1','controller':true}] | node "n" can not create pods that reference configmaps
          'nodeName':'n','volumes':[{'emptyDir':{}},{'projected':{'sources':[{'downwardAPI':{}},{'serviceAccountToken':{}}]}}] | [{'apiVersion':'v1','kind':'Node','name':'n','uid':'u1','controller':true}] | node "n" can not create pods that reference serviceaccounts (via projected volumes)
          """)
  void mirrorPods(String spec, String owners, @Nullable String why) {
    var pod =
        "{'metadata':{'annotations':{'kubernetes.io/config.mirror':'h'},'ownerReferences':%s},'spec':{%s}}"
            .formatted(owners, spec);
    check(why, () -> write(Operation.CREATE, "pods", "a/x", "", pod));
  }

  @Test
  void deletions() {
    write(Operation.DELETE, "pods", "a/here", "{'spec':{'nodeName':'n'}}", "");
    check(
        "node \"n\" can only delete pods with spec.nodeName set to itself",
        () -> write(Operation.DELETE, "pods", "a/there", "{'spec':{'nodeName':'m'}}", ""));
    check(
        "can only delete ResourceSlice with the same NodeName as the requesting node",
        () -> write(Operation.DELETE, "slices", "/s", "{'spec':{'nodeName':'m'}}", ""));
  }

  @Test
  void ofItsLeaseAndNoOther() {
    write(Operation.CREATE, "leases", "kube-node-lease/n", "", "{}");
    check(
        "can only access node lease with the same name as the requesting node",
        () -> write(Operation.UPDATE, "leases", "kube-node-lease/m", "{}", "{}"));
  }

  @Test
  void anAgentWithoutANodeMayNothing() {
    var nobody = User.of("system:node:", List.of("system:nodes"));
    check(
        "could not determine node from user \"system:node:\"",
        () -> write(nobody, Operation.CREATE, "nodes", "/n", "", "{}"));
  }

  @Test
  void othersMayWhatTheyMay() {
    var ann = User.of("system:node:n", List.of());
    write(ann, Operation.UPDATE, "nodes", "/m", "{}", "{'spec':{'taints':[{'key':'k'}]}}");
  }

  private static void check(@Nullable String why, Runnable write) {
    if (why == null) {
      write.run();
      return;
    }
    var refusal = assertThrows(ApiException.class, write::run);
    assertEquals(ApiException.Reason.FORBIDDEN, refusal.reason());
    var message = String.valueOf(refusal.getMessage());
    assertEquals(why, message.substring(message.indexOf(" is forbidden: ") + 15));
  }

  private void write(Operation operation, String resource, String target, String old, String now) {
    write(AGENT, operation, resource, target, old, now);
  }

  private void write(
      User user, Operation operation, String resource, String target, String old, String now) {
    var parts = (resource + "/").split("/", -1);
    var place = target.split("/", -1);
    var kind = KINDS.get(parts[0]);
    if (kind == null) {
      throw new IllegalArgumentException(resource);
    }
    var namespace = kind.namespaced() ? place[0] : "";
    var request =
        new AdmissionRequest(
            operation,
            kind,
            parts[1],
            new AdmissionRequest.Target(namespace, place[1]),
            object(now),
            object(old),
            new AdmissionRequest.Context(user, Json.object(), false, _ -> {}));
    restriction.mutate(request);
    restriction.validate(request);
  }

  private static Optional<ObjectNode> object(String json) {
    return json.isEmpty() ? Optional.empty() : Optional.of(tree(json));
  }
}
