package dev.nauarch.verification.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.client.DeleteOptions;
import dev.nauarch.client.Patch;
import dev.nauarch.client.Selection;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Claims, volumes and what drivers say of them, on two simulated nodes. */
@SuppressWarnings("NullAway.Init") // set before the first test
class VolumesIT {

  private static SimulatedCluster cluster;

  @BeforeAll
  static void start() throws Exception {
    cluster = SimulatedCluster.start(21743, 2);
    storageClass("static", "kubernetes.io/no-provisioner", "WaitForFirstConsumer", "");
    storageClass("now", "kubernetes.io/no-provisioner", "Immediate", "");
    storageClass("made", "csi.example.com", "WaitForFirstConsumer", "");
  }

  @AfterAll
  static void stop() throws Exception {
    cluster.close();
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    cluster.deleteAll(Resources.PODS, "app");
    Awaiting.until("all pods are gone", () -> cluster.pods("volumes").isEmpty());
    for (var claim : list()) {
      cluster.delete(
          Resources.PERSISTENT_VOLUME_CLAIMS, claim.getMetadata().getName(), "Background");
    }
    Awaiting.until("all claims are gone", () -> list().isEmpty());
    for (var volume : cluster.client().list(Resources.PERSISTENT_VOLUMES, Selection.ALL).items()) {
      delete(volume.getMetadata().getName());
    }
  }

  private static List<PersistentVolumeClaim> list() {
    return cluster
        .client()
        .list(Resources.PERSISTENT_VOLUME_CLAIMS, Selection.inNamespace("default"))
        .items();
  }

  private static void delete(String volume) {
    cluster
        .client()
        .delete(Resources.PERSISTENT_VOLUMES, new ObjectKey("", volume), DeleteOptions.DEFAULT);
  }

  private static String json(String text) {
    return text.replace('\'', '"');
  }

  private static void storageClass(
      String name, String provisioner, String mode, String annotations) {
    cluster
        .awaiting()
        .apply(
            Resources.STORAGE_CLASSES,
            name,
            json(
                """
                {'apiVersion':'storage.k8s.io/v1','kind':'StorageClass',
                 'metadata':{'name':'%s','annotations':{%s}},
                 'provisioner':'%s','volumeBindingMode':'%s'}
                """
                    .formatted(name, annotations, provisioner, mode)));
  }

  private static void volume(String name, String storageClass, String size, String more) {
    volume(name, "ReadWriteOnce", storageClass, size, more);
  }

  private static void volume(
      String name, String mode, String storageClass, String size, String more) {
    cluster
        .awaiting()
        .apply(
            Resources.PERSISTENT_VOLUMES,
            name,
            json(
                """
                {'apiVersion':'v1','kind':'PersistentVolume','metadata':{'name':'%s'},
                 'spec':{'storageClassName':'%s','capacity':{'storage':'%s'},
                  'accessModes':['%s'],
                  'persistentVolumeReclaimPolicy':'Retain',%s}}
                """
                    .formatted(name, storageClass, size, mode, more)));
  }

  private static String onNode(String node) {
    return """
        'nodeAffinity':{'required':{'nodeSelectorTerms':[{'matchExpressions':[
         {'key':'kubernetes.io/hostname','operator':'In','values':['%s']}]}]}}"""
        .formatted(node);
  }

  private static String local(String node) {
    return "'local':{'path':'/data'}," + onNode(node);
  }

  private static String csi(String handle) {
    return "'csi':{'driver':'csi.example.com','volumeHandle':'" + handle + "'}";
  }

  private static void claim(String name, String mode, String size, String more) {
    cluster
        .awaiting()
        .apply(
            Resources.PERSISTENT_VOLUME_CLAIMS,
            name,
            json(
                """
                {'apiVersion':'v1','kind':'PersistentVolumeClaim','metadata':{'name':'%s'},
                 'spec':{'accessModes':['%s'],'resources':{'requests':{'storage':'%s'}}%s}}
                """
                    .formatted(name, mode, size, more)));
  }

  private static void claim(String name, String storageClass) {
    claim(name, "ReadWriteOnce", "1Gi", ",'storageClassName':'" + storageClass + "'");
  }

  private static void pod(String name, String volumes, String more) {
    cluster
        .awaiting()
        .apply(
            Resources.PODS,
            name,
            json(
                """
                {'apiVersion':'v1','kind':'Pod','metadata':{'name':'%s','labels':{'app':'volumes'}},
                 'spec':{'terminationGracePeriodSeconds':0,
                  'nodeSelector':{'nauarch.dev/simulated':'true'},'volumes':[%s]%s,
                  'containers':[{'name':'c','image':'any/image:1'}]}}
                """
                    .formatted(name, volumes, more)));
  }

  private static String mount(String claim) {
    return "{'name':'%1$s','persistentVolumeClaim':{'claimName':'%1$s'}}".formatted(claim);
  }

  private static void podWith(String name, String claim) {
    pod(name, mount(claim), "");
  }

  private static PersistentVolumeClaim claimNamed(String name) {
    return cluster.awaiting().get(Resources.PERSISTENT_VOLUME_CLAIMS, name).orElseThrow();
  }

  private static void awaitBound(String claim, String volume) {
    Awaiting.until(
        claim + " is bound to " + volume,
        () ->
            "Bound".equals(claimNamed(claim).getStatus().getPhase())
                && volume.equals(claimNamed(claim).getSpec().getVolumeName()));
  }

  private static void awaitRunning(String pod) {
    Awaiting.until(pod + " runs", () -> SimulatedCluster.isReady(cluster.pod(pod)));
  }

  private static void awaitWhy(String pod, String words) {
    Awaiting.until(
        pod + " waits: " + words,
        () ->
            cluster.pod(pod).getStatus().getConditions().stream()
                .anyMatch(
                    condition ->
                        condition.getMessage() != null && condition.getMessage().contains(words)));
  }

  private static void awaitEvent(String about, String reason, String words) {
    Awaiting.until(
        about + " is told: " + reason + " " + words,
        () ->
            cluster
                .client()
                .list(Resources.EVENTS, Selection.inNamespace("default"))
                .items()
                .stream()
                .anyMatch(
                    event ->
                        about.equals(event.getRegarding().getName())
                            && reason.equals(event.getReason())
                            && event.getNote().contains(words)));
  }

  private static String node(String pod) {
    return Objects.requireNonNull(cluster.pod(pod).getSpec().getNodeName());
  }

  @Test
  void volumesOfNodesAreBoundWhereTheirPodsGo() {
    volume("s-0", "static", "5Gi", local("sim-0"));
    volume("s-1", "static", "2Gi", local("sim-1"));
    claim("a", "static");
    claim("b", "static");
    claim("c", "static");
    awaitEvent("a", "WaitForFirstConsumer", "waiting for first consumer to be created");
    podWith("pa", "a");
    podWith("pb", "b");
    awaitRunning("pa");
    awaitRunning("pb");
    assertFalse(node("pa").equals(node("pb")), "each volume is on a node of its own");
    awaitBound("a", node("pa").equals("sim-0") ? "s-0" : "s-1");
    podWith("pc", "c");
    awaitWhy("pc", "2 node(s) didn't find available persistent volumes to bind. preemption: 0/");
    awaitEvent("c", "WaitForPodScheduled", "waiting for pod pc to be scheduled");
    volume("s-2", "static", "1Gi", local("sim-0"));
    awaitRunning("pc");
    assertEquals("sim-0", node("pc"));
    awaitBound("c", "s-2");
  }

  @Test
  void whatPeopleBindStaysBound() {
    volume(
        "kept", "now", "3Gi", local("sim-1") + ",'claimRef':{'namespace':'default','name':'mine'}");
    volume("free", "now", "2Gi", local("sim-0"));
    claim("other", "now");
    claim("mine", "now");
    claim("large", "ReadWriteOnce", "9Gi", ",'storageClassName':'now','volumeName':'free'");
    awaitBound("other", "free");
    awaitBound("mine", "kept");
    awaitEvent("large", "FailedBinding", "volume \"free\" already bound to a different claim.");
    podWith("pm", "mine");
    podWith("pl", "large");
    podWith("pn", "nothing");
    awaitRunning("pm");
    assertEquals("sim-1", node("pm"));
    awaitWhy("pl", "nodes are available: pod has unbound immediate PersistentVolumeClaims. ");
    awaitWhy("pn", "nodes are available: persistentvolumeclaim \"nothing\" not found. ");
    cluster.delete(Resources.PODS, "pm", "Background");
    cluster.delete(Resources.PERSISTENT_VOLUME_CLAIMS, "mine", "Background");
    Awaiting.until(
        "the volume is released",
        () ->
            "Released"
                .equals(
                    cluster
                        .awaiting()
                        .get(Resources.PERSISTENT_VOLUMES, "kept")
                        .orElseThrow()
                        .getStatus()
                        .getPhase()));
  }

  @Test
  void aNodeHasNoMoreVolumesThanItsDriverCanAttach() {
    for (var node : new String[] {"sim-0", "sim-1"}) {
      cluster
          .awaiting()
          .apply(
              Resources.CSI_NODES,
              node,
              json(
                  """
                  {'apiVersion':'storage.k8s.io/v1','kind':'CSINode','metadata':{'name':'%s'},
                   'spec':{'drivers':[{'name':'csi.example.com','nodeID':'%s','allocatable':{'count':1}}]}}
                  """
                      .formatted(node, node)));
    }
    for (var i = 0; i < 3; i++) {
      volume("h-" + i, "now", "1Gi", csi("h" + i));
      claim(
          "l" + i, "ReadWriteOnce", "1Gi", ",'storageClassName':'now','volumeName':'h-" + i + "'");
      awaitBound("l" + i, "h-" + i);
      podWith("q" + i, "l" + i);
    }
    awaitWhy("q2", "2 node(s) exceed max volume count. ");
    podWith("again", "l0");
    awaitRunning("again");
    assertEquals(node("q0"), node("again"));
    cluster.delete(Resources.PODS, "q1", "Background");
    awaitRunning("q2");
    for (var node : new String[] {"sim-0", "sim-1"}) {
      cluster.client().delete(Resources.CSI_NODES, new ObjectKey("", node), DeleteOptions.DEFAULT);
    }
  }

  @Test
  void aClaimForOnePodIsUsedByOneAtATime() {
    volume("one", "ReadWriteOncePod", "now", "1Gi", csi("one"));
    claim("single", "ReadWriteOncePod", "1Gi", ",'storageClassName':'now'");
    podWith("first", "single");
    awaitRunning("first");
    podWith("second", "single");
    awaitWhy(
        "second",
        "2 node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode"
            + " already in-use by another pod");
    cluster.delete(Resources.PODS, "first", "Background");
    awaitRunning("second");
  }

  @Test
  void aPodHasVolumesOfItsOwn() {
    var own =
        """
        {'name':'scratch','ephemeral':{'volumeClaimTemplate':{'metadata':{'labels':{'kind':'own'}},
         'spec':{'accessModes':['ReadWriteOnce'],'resources':{'requests':{'storage':'1Gi'}}}}}}""";
    pod("owner", own, "");
    awaitRunning("owner");
    var claim = claimNamed("owner-scratch");
    assertEquals("own", claim.getMetadata().getLabels().get("kind"));
    assertEquals("owner", claim.getMetadata().getOwnerReferences().getFirst().getName());
    assertEquals("local-path", claim.getSpec().getStorageClassName());
    claim("taken-scratch", "static");
    pod("taken", own, "");
    awaitEvent("taken", "FailedBinding", "PVC default/taken-scratch was not created for pod");
    awaitWhy("taken", "PVC default/taken-scratch was not created for pod default/taken");
    cluster.delete(Resources.PODS, "owner", "Background");
    Awaiting.until(
        "the claim goes with its pod",
        () ->
            cluster.awaiting().get(Resources.PERSISTENT_VOLUME_CLAIMS, "owner-scratch").isEmpty());
  }

  @Test
  @Tag(SimulatedCluster.NEEDS_MACHINE)
  void aPodOnThisMachineWritesToAVolumeOfItsOwn() {
    cluster
        .awaiting()
        .apply(
            Resources.PODS,
            "writer",
            json(
                """
                {'apiVersion':'v1','kind':'Pod','metadata':{'name':'writer','labels':{'app':'volumes'}},
                 'spec':{'terminationGracePeriodSeconds':0,'restartPolicy':'Never',
                  'affinity':{'nodeAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':{'nodeSelectorTerms':[
                   {'matchExpressions':[{'key':'nauarch.dev/simulated','operator':'DoesNotExist'}]}]}}},
                  'volumes':[{'name':'scratch','ephemeral':{'volumeClaimTemplate':{'spec':{
                   'accessModes':['ReadWriteOnce'],'resources':{'requests':{'storage':'1Mi'}}}}}}],
                  'containers':[{'name':'c','image':'host',
                   'command':['sh','-c','echo kept > /tmp/scratch/file; cat /tmp/scratch/file'],
                   'volumeMounts':[{'name':'scratch','mountPath':'/tmp/scratch'}]}]}}
                """));
    Awaiting.until(
        "it has written", () -> "Succeeded".equals(cluster.pod("writer").getStatus().getPhase()));
    assertEquals("kept", cluster.awaiting().log("writer").strip());
  }

  @Test
  void volumesAreMadeWhereTheirDriverHasRoom() {
    cluster
        .awaiting()
        .apply(
            Resources.CSI_DRIVERS,
            "csi.example.com",
            json(
                """
                {'apiVersion':'storage.k8s.io/v1','kind':'CSIDriver','metadata':{'name':'csi.example.com'},
                 'spec':{'storageCapacity':true}}
                """));
    capacity("small", "sim-0", "5Gi");
    claim("big", "ReadWriteOnce", "10Gi", ",'storageClassName':'made'");
    podWith("builder", "big");
    awaitWhy("builder", "2 node(s) did not have enough free storage. ");
    capacity("large", "sim-1", "20Gi");
    Awaiting.until(
        "a node is chosen",
        () ->
            "sim-1"
                .equals(
                    claimNamed("big")
                        .getMetadata()
                        .getAnnotations()
                        .get("volume.kubernetes.io/selected-node")));
    awaitEvent("big", "ExternalProvisioning", "external provisioner 'csi.example.com'");
    var uid = claimNamed("big").getMetadata().getUid();
    volume(
        "made-for-it",
        "made",
        "10Gi",
        csi("made")
            + ",'claimRef':{'kind':'PersistentVolumeClaim','namespace':'default','name':'big','uid':'"
            + uid
            + "'}");
    awaitRunning("builder");
    assertEquals("sim-1", node("builder"));
  }

  private static void capacity(String name, String node, String size) {
    cluster
        .awaiting()
        .apply(
            Resources.CSI_STORAGE_CAPACITIES,
            name,
            json(
                """
                {'apiVersion':'storage.k8s.io/v1','kind':'CSIStorageCapacity','metadata':{'name':'%s'},
                 'storageClassName':'made','capacity':'%s',
                 'nodeTopology':{'matchLabels':{'kubernetes.io/hostname':'%s'}}}
                """
                    .formatted(name, size, node)));
  }

  @Test
  void aClaimGetsTheDefaultClassOnceThereIsOne() {
    mark("local-path", false);
    claim("early", "ReadWriteOnce", "1Gi", "");
    awaitEvent("early", "FailedBinding", "no storage class is set");
    assertTrue(claimNamed("early").getSpec().getStorageClassName() == null);
    mark("local-path", true);
    Awaiting.until(
        "it has the class",
        () -> "local-path".equals(claimNamed("early").getSpec().getStorageClassName()));
    podWith("late", "early");
    awaitRunning("late");
    awaitBound("early", "pvc-" + claimNamed("early").getMetadata().getUid());
  }

  private static void mark(String storageClass, boolean isDefault) {
    cluster
        .client()
        .patch(
            Resources.STORAGE_CLASSES,
            new ObjectKey("", storageClass),
            Patch.merge(
                "",
                json(
                    "{'metadata':{'annotations':{'storageclass.kubernetes.io/is-default-class':'"
                        + isDefault
                        + "'}}}")));
  }
}
