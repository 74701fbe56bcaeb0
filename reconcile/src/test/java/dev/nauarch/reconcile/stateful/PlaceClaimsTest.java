package dev.nauarch.reconcile.stateful;

import static dev.nauarch.reconcile.stateful.StatefulWorld.PARALLEL;
import static dev.nauarch.reconcile.stateful.StatefulWorld.claims;
import static dev.nauarch.reconcile.stateful.StatefulWorld.replicas;
import static dev.nauarch.reconcile.stateful.StatefulWorld.web;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PlaceClaimsTest {

  private final StatefulWorld sets = new StatefulWorld();

  private List<String> ownersOf(String claim) {
    return sets.claims().stream()
        .filter(each -> each.getMetadata().getName().equals(claim))
        .flatMap(each -> each.getMetadata().getOwnerReferences().stream())
        .map(owner -> owner.getKind() + " " + owner.getName())
        .toList();
  }

  private void deleteSet() {
    sets.world.delete(Resources.STATEFUL_SETS, StatefulWorld.KEY, "");
    sets.settle();
  }

  @Test
  void eachPlaceHasAClaimThatOutlivesItsPodAndItsSet() {
    sets.add(web(2), claims("Retain", "Retain"), PARALLEL);
    assertEquals(List.of("data-web-0", "data-web-1"), sets.claimNames());
    assertEquals("web", sets.claims().getFirst().getMetadata().getLabels().get("app"));
    var volume = sets.pod("web-1").getSpec().getVolumes().getFirst();
    assertEquals("data", volume.getName());
    assertEquals("data-web-1", volume.getPersistentVolumeClaim().getClaimName());
    assertTrue(
        sets.world
            .events()
            .contains(
                "SuccessfulCreate: Create Claim data-web-1 Pod web-1 in StatefulSet web success"));
    sets.change(replicas(0));
    deleteSet();
    assertEquals(List.of("data-web-0", "data-web-1"), sets.claimNames());
  }

  @Test
  void claimsGoWithTheirSet() {
    sets.add(web(2), claims("Delete", "Retain"), PARALLEL);
    assertEquals(List.of("StatefulSet web"), ownersOf("data-web-0"));
    sets.change(replicas(1));
    assertEquals(List.of("StatefulSet web"), ownersOf("data-web-1"));
    deleteSet();
    assertEquals(List.of(), sets.claimNames());
  }

  @Test
  void claimsGoWithPlacesThatTheSetGivesUp() {
    sets.add(web(2), claims("Retain", "Delete"), PARALLEL);
    assertEquals(List.of(), ownersOf("data-web-1"));
    sets.change(replicas(1));
    assertEquals(List.of("data-web-0"), sets.claimNames());
    deleteSet();
    assertEquals(List.of("data-web-0"), sets.claimNames());
  }

  @Test
  void withBothPoliciesAGivenUpPlaceOwnsItsClaimInsteadOfTheSet() {
    sets.add(web(2), claims("Delete", "Delete"), PARALLEL);
    assertEquals(List.of("StatefulSet web"), ownersOf("data-web-1"));
    sets.change(
        "web-1",
        pod -> pod.edit().editMetadata().addToFinalizers("test/slow").endMetadata().build());
    sets.change(replicas(1));
    assertEquals(List.of("Pod web-1"), ownersOf("data-web-1"));
    // Back before the pod was gone: the place keeps its claim.
    sets.change(replicas(2));
    assertEquals(List.of("StatefulSet web"), ownersOf("data-web-1"));
  }

  @Test
  void aChangedPolicyHoldsForClaimsThatAreThere() {
    sets.add(web(1), claims("Retain", "Retain"));
    sets.makeReady();
    assertEquals(List.of(), ownersOf("data-web-0"));
    sets.change(claims("Delete", "Retain"));
    assertEquals(List.of("StatefulSet web"), ownersOf("data-web-0"));
    sets.change(claims("Retain", "Retain"));
    assertEquals(List.of(), ownersOf("data-web-0"));
  }

  @Test
  void claimsOfSomebodyElseAreLeftToThem() {
    sets.world.add(
        Resources.PERSISTENT_VOLUME_CLAIMS,
        new PersistentVolumeClaimBuilder()
            .withNewMetadata()
            .withName("data-web-0")
            .withOwnerReferences(
                new OwnerReferenceBuilder()
                    .withApiVersion("v1")
                    .withKind("ConfigMap")
                    .withName("other")
                    .withUid("uid-of-other")
                    .withController(true)
                    .build())
            .endMetadata()
            .withNewSpec()
            .endSpec()
            .build());
    sets.world.add(Resources.STATEFUL_SETS, claims("Delete", "Delete").apply(web(1)));
    sets.world.act(new StatefulSetReconciler(), StatefulWorld.KEY);
    assertEquals(List.of("ConfigMap other"), ownersOf("data-web-0"));
    assertTrue(
        sets.world.events().stream().anyMatch(e -> e.startsWith("ConflictingController: ")),
        sets.world.events()::toString);
  }

  @Test
  void aPodThatWaitsForALostClaimGetsAnotherOne() {
    sets.add(web(1), claims("Retain", "Retain"));
    sets.world.delete(
        Resources.PERSISTENT_VOLUME_CLAIMS, new ObjectKey("default", "data-web-0"), "");
    sets.settle();
    assertEquals(List.of("data-web-0"), sets.claimNames());
  }

  @Test
  void aPlaceWaitsUntilTheClaimOfItsFormerPodIsGone() {
    sets.add(web(2), claims("Retain", "Delete"), PARALLEL);
    var key = new ObjectKey("default", "data-web-1");
    sets.world.change(
        Resources.PERSISTENT_VOLUME_CLAIMS,
        "data-web-1",
        claim -> claim.edit().editMetadata().addToFinalizers("test/slow").endMetadata().build());
    sets.change(replicas(1));
    sets.change(replicas(2));
    assertEquals(List.of("web-0"), sets.podNames());
    sets.world.changeAt(
        Resources.PERSISTENT_VOLUME_CLAIMS,
        key,
        claim -> claim.edit().editMetadata().withFinalizers().endMetadata().build());
    sets.settle();
    assertEquals(List.of("web-0", "web-1"), sets.podNames());
    assertEquals(List.of("data-web-0", "data-web-1"), sets.claimNames());
  }
}
