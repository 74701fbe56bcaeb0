package dev.nauarch.reconcile.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.DeviceClaims;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.Command;
import dev.nauarch.reconcile.Reconciler;
import dev.nauarch.reconcile.World;
import dev.nauarch.reconcile.cluster.GarbageCollector;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaimBuilder;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaimTemplateBuilder;
import io.fabric8.kubernetes.api.model.scheduling.v1beta1.PodGroupBuilder;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class ClaimReconcilersTest {

  private final World world = new World();
  private final Reconciler[] controllers = {
    new PodClaimReconciler(true),
    new ClaimReleaseReconciler(true),
    new GroupClaimReconciler(),
    new GarbageCollector<>(Resources.RESOURCE_CLAIMS)
  };

  private void settle() {
    world.settle(controllers);
  }

  private void template(String name) {
    world.add(
        Resources.RESOURCE_CLAIM_TEMPLATES,
        new ResourceClaimTemplateBuilder()
            .withNewMetadata()
            .withName(name)
            .endMetadata()
            .withNewSpec()
            .withNewMetadata()
            .addToLabels("team", "a")
            .addToAnnotations("note", "b")
            .endMetadata()
            .withNewSpec()
            .withNewDevices()
            .addNewRequest()
            .withName("gpu")
            .withNewExactly()
            .withDeviceClassName("gpu.nvidia.com")
            .endExactly()
            .endRequest()
            .endDevices()
            .endSpec()
            .endSpec()
            .build());
  }

  private Pod pod(String name, String template, String node) {
    return world.add(
        Resources.PODS,
        new PodBuilder()
            .withNewMetadata()
            .withName(name)
            .endMetadata()
            .withNewSpec()
            .withNodeName(node.isEmpty() ? null : node)
            .addNewResourceClaim()
            .withName("gpu")
            .withResourceClaimTemplateName(template)
            .endResourceClaim()
            .endSpec()
            .withNewStatus()
            .endStatus()
            .build());
  }

  private void group(String name, String template) {
    world.add(
        Resources.POD_GROUPS,
        new PodGroupBuilder()
            .withNewMetadata()
            .withName(name)
            .endMetadata()
            .withNewSpec()
            .addNewResourceClaim()
            .withName("gpu")
            .withResourceClaimTemplateName(template)
            .endResourceClaim()
            .endSpec()
            .build());
  }

  private void join(String pod, String group) {
    world.change(
        Resources.PODS,
        pod,
        each ->
            each.edit()
                .editSpec()
                .withNewSchedulingGroup()
                .withPodGroupName(group)
                .endSchedulingGroup()
                .endSpec()
                .build());
  }

  @Test
  void thePodsOfAGroupShareTheClaimThatIsMadeForIt() {
    template("t");
    pod("a", "t", "n");
    join("a", "g");
    pod("b", "t", "n");
    join("b", "g");
    settle();
    assertTrue(claims().isEmpty());
    group("g", "t");
    settle();
    var claim = claims().getFirst();
    assertEquals(1, claims().size());
    var owner = claim.getMetadata().getOwnerReferences().getFirst();
    assertEquals("PodGroup g", owner.getKind() + " " + owner.getName());
    var name = claim.getMetadata().getName();
    for (var pod : List.of("a", "b")) {
      assertEquals(
          name, pod(pod).getStatus().getResourceClaimStatuses().getFirst().getResourceClaimName());
    }
    allocate(name);
    settle();
    var user = claims().getFirst().getStatus().getReservedFor();
    assertEquals(1, user.size());
    assertEquals("podgroups g", user.getFirst().getResource() + " " + user.getFirst().getName());

    world.delete(Resources.POD_GROUPS, new ObjectKey("default", "g"), "");
    world.delete(Resources.PODS, new ObjectKey("default", "a"), "");
    settle();
    assertEquals(1, claims().getFirst().getStatus().getReservedFor().size());
    world.delete(Resources.PODS, new ObjectKey("default", "b"), "");
    settle();
    assertTrue(claims().isEmpty(), claims().toString());
  }

  @Test
  void aPodThatClaimsSomethingElseThanItsGroupHasAClaimOfItsOwn() {
    template("t");
    template("u");
    group("g", "t");
    pod("a", "u", "");
    join("a", "g");
    settle();
    assertEquals(
        List.of("Pod", "PodGroup"),
        claims().stream()
            .map(claim -> claim.getMetadata().getOwnerReferences().getFirst().getKind())
            .sorted()
            .toList());
  }

  @Test
  void aGroupIsToldThatItsTemplateIsMissing() {
    group("g", "t");
    settle();
    assertTrue(
        world.events().stream()
            .anyMatch(
                event ->
                    event.startsWith("FailedResourceClaimCreation: PodGroupResourceClaim gpu")),
        world.events().toString());
    template("t");
    settle();
    assertEquals(1, claims().size());
  }

  private Pod pod(String name) {
    return world.get(Resources.PODS, new ObjectKey("default", name)).orElseThrow();
  }

  private List<ResourceClaim> claims() {
    return world.list(Resources.RESOURCE_CLAIMS);
  }

  /** As the scheduler does: the finalizer, the devices, and who uses them. */
  private void allocate(String claim, Pod... users) {
    world.change(
        Resources.RESOURCE_CLAIMS,
        claim,
        each ->
            each.edit()
                .editMetadata()
                .withFinalizers(DeviceClaims.FINALIZER)
                .endMetadata()
                .withNewStatus()
                .withNewAllocation()
                .endAllocation()
                .addAllToReservedFor(
                    Stream.of(users)
                        .map(
                            user ->
                                new io.fabric8.kubernetes.api.model.resource.v1
                                    .ResourceClaimConsumerReference(
                                    null,
                                    user.getMetadata().getName(),
                                    "pods",
                                    user.getMetadata().getUid()))
                        .toList())
                .endStatus()
                .build());
  }

  private void phase(String pod, String phase) {
    world.change(
        Resources.PODS,
        pod,
        each -> each.edit().editOrNewStatus().withPhase(phase).endStatus().build());
  }

  @Test
  void aClaimIsMadeOfATemplateAndNotedInThePod() {
    template("one");
    var pod = pod("train", "one", "");
    settle();

    var claim = claims().getFirst();
    var metadata = claim.getMetadata();
    assertEquals(1, claims().size());
    assertTrue(metadata.getName().startsWith("train-gpu-"), metadata.getName());
    assertEquals("train-gpu-", metadata.getGenerateName());
    assertEquals("gpu", metadata.getAnnotations().get("resource.kubernetes.io/pod-claim-name"));
    assertEquals("b", metadata.getAnnotations().get("note"));
    assertEquals("a", metadata.getLabels().get("team"));
    var owner = metadata.getOwnerReferences().getFirst();
    assertEquals(pod.getMetadata().getUid(), owner.getUid());
    assertTrue(owner.getController());
    assertNull(owner.getBlockOwnerDeletion());
    assertEquals(
        "gpu.nvidia.com",
        claim.getSpec().getDevices().getRequests().getFirst().getExactly().getDeviceClassName());
    var status = pod("train").getStatus().getResourceClaimStatuses();
    assertEquals(1, status.size());
    assertEquals("gpu", status.getFirst().getName());
    assertEquals(metadata.getName(), status.getFirst().getResourceClaimName());
  }

  @Test
  void aPodWaitsForItsTemplateAndIsToldSo() {
    pod("train", "one", "");
    settle();
    assertEquals(List.of(), claims());
    assertTrue(
        world
            .events()
            .contains(
                "FailedResourceClaimCreation: PodResourceClaim gpu: resource claim template \"one\":"
                    + " resourceclaimtemplate.resource.k8s.io \"one\" not found"),
        world.events()::toString);
    template("one");
    settle();
    assertEquals(1, claims().size());
  }

  @Test
  void aClaimThatWasMadeBeforeTheStatusWasWrittenIsFoundAgain() {
    template("one");
    pod("train", "one", "");
    var key = new ObjectKey("default", "train");
    var plan = controllers[0].reconcile(key, world, world.now());
    assertTrue(world.carryOut(plan.commands().getFirst()));
    settle();
    assertEquals(1, claims().size());
    assertEquals(
        claims().getFirst().getMetadata().getName(),
        pod("train").getStatus().getResourceClaimStatuses().getFirst().getResourceClaimName());
  }

  @Test
  void aNameThatSomebodyElseHasIsLeftToThem() {
    template("one");
    pod("train", "one", "");
    var key = new ObjectKey("default", "train");
    var create =
        (Command.Create<?>) controllers[0].reconcile(key, world, world.now()).commands().getFirst();
    var taken = create.object().getMetadata().getName();
    world.add(
        Resources.RESOURCE_CLAIMS,
        new ResourceClaimBuilder().withNewMetadata().withName(taken).endMetadata().build());
    settle();
    var used =
        pod("train").getStatus().getResourceClaimStatuses().getFirst().getResourceClaimName();
    assertFalse(used.equals(taken));
    assertEquals(2, claims().size());
  }

  @Test
  void longNamesAreCutInProportion() {
    template("one");
    pod("p".repeat(200), "one", "");
    settle();
    var name = claims().getFirst().getMetadata().getName();
    assertEquals(62, name.length());
    assertTrue(name.startsWith("p".repeat(55) + "--"), name);
  }

  @Test
  void aRefusalIsToldToThePod() {
    template("one");
    pod("train", "one", "");
    world.refuse(Resources.RESOURCE_CLAIMS, "exceeded quota");
    world.act(controllers[0], new ObjectKey("default", "train"));
    assertEquals(
        List.of("FailedResourceClaimCreation: PodResourceClaim gpu: exceeded quota"),
        world.events());
  }

  @Test
  void aClaimThatWasDeletedByAccidentIsMadeAnew() {
    template("one");
    pod("train", "one", "");
    settle();
    var key = ObjectKey.of(claims().getFirst());
    world.delete(Resources.RESOURCE_CLAIMS, key, "");
    settle();
    assertEquals(1, claims().size());
  }

  @Test
  void aClaimMadeForAPodEndsWithThePodsRun() {
    template("one");
    var pod = pod("train", "one", "node-1");
    settle();
    allocate(claims().getFirst().getMetadata().getName(), pod);
    settle();
    assertEquals(1, claims().getFirst().getStatus().getReservedFor().size());

    phase("train", "Succeeded");
    settle();

    assertEquals(List.of(), claims());
  }

  private void sharedClaim() {
    world.add(
        Resources.RESOURCE_CLAIMS,
        new ResourceClaimBuilder().withNewMetadata().withName("shared").endMetadata().build());
  }

  private Pod user(String name, String node) {
    return world.add(
        Resources.PODS,
        new PodBuilder()
            .withNewMetadata()
            .withName(name)
            .endMetadata()
            .withNewSpec()
            .withNodeName(node.isEmpty() ? null : node)
            .addNewResourceClaim()
            .withName("gpu")
            .withResourceClaimName("shared")
            .endResourceClaim()
            .endSpec()
            .withNewStatus()
            .endStatus()
            .build());
  }

  private ResourceClaim shared() {
    return world.get(Resources.RESOURCE_CLAIMS, new ObjectKey("default", "shared")).orElseThrow();
  }

  @Test
  void aSharedClaimGivesItsDevicesBackWithItsLastPod() {
    sharedClaim();
    var one = user("one", "node-1");
    var two = user("two", "node-1");
    allocate("shared", one, two);
    settle();
    assertEquals(2, shared().getStatus().getReservedFor().size());

    phase("one", "Failed");
    settle();
    assertEquals(
        List.of("two"),
        shared().getStatus().getReservedFor().stream().map(r -> r.getName()).toList());
    assertTrue(shared().getStatus().getAllocation() != null);
    assertEquals(List.of(DeviceClaims.FINALIZER), shared().getMetadata().getFinalizers());

    world.delete(Resources.PODS, new ObjectKey("default", "two"), "");
    settle();
    assertNull(shared().getStatus().getAllocation());
    assertEquals(List.of(), shared().getStatus().getReservedFor());
    assertEquals(List.of(), shared().getMetadata().getFinalizers());
  }

  @Test
  void aPodThatIsNotKnownHereIsLookedForBeforeItLosesItsDevices() {
    sharedClaim();
    var one = user("one", "node-1");
    allocate("shared", one);
    world.delete(Resources.PODS, new ObjectKey("default", "one"), "");
    var plan = controllers[1].reconcile(new ObjectKey("default", "shared"), world, world.now());
    assertEquals(
        new Command.Confirm(
            new Command.Fact.Gone(
                Resources.PODS, new ObjectKey("default", "one"), one.getMetadata().getUid())),
        plan.commands().getFirst());
  }

  @Test
  void aPodDeletedBeforeItHadANodeFreesItsClaim() {
    sharedClaim();
    world.letPodsLinger();
    var one = user("one", "");
    allocate("shared", one);
    world.delete(Resources.PODS, new ObjectKey("default", "one"), "");
    settle();
    assertNull(shared().getStatus().getAllocation());
  }

  @Test
  void aDeletedClaimStaysWhileAPodUsesIt() {
    sharedClaim();
    var one = user("one", "node-1");
    allocate("shared", one);
    world.delete(Resources.RESOURCE_CLAIMS, new ObjectKey("default", "shared"), "");
    settle();
    assertTrue(shared().getStatus().getAllocation() != null);
    phase("one", "Succeeded");
    settle();
    assertEquals(List.of(), claims());
  }

  @Test
  void anAllocatedClaimThatNobodyUsedGoesWhenItIsDeleted() {
    sharedClaim();
    allocate("shared");
    settle();
    assertTrue(shared().getStatus().getAllocation() != null);
    world.delete(Resources.RESOURCE_CLAIMS, new ObjectKey("default", "shared"), "");
    settle();
    assertEquals(List.of(), claims());
  }

  @Test
  void aPodThatWasBoundByOthersGetsItsClaimReserved() {
    sharedClaim();
    var one = user("one", "node-1");
    settle();
    assertNull(shared().getStatus());
    allocate("shared");
    settle();
    var reserved = shared().getStatus().getReservedFor().getFirst();
    assertEquals("pods", reserved.getResource());
    assertEquals(one.getMetadata().getUid(), reserved.getUid());
  }
}
