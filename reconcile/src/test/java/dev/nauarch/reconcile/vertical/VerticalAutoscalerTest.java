package dev.nauarch.reconcile.vertical;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.Resources;
import dev.nauarch.api.vertical.VerticalPodAutoscalerCheckpoint;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VerticalAutoscalerTest {

  private static final String IN_PLACE = "'updatePolicy':{'updateMode':'InPlaceOrRecreate'}";

  @Test
  void itRecommendsAndDoesNothingElseWhereItIsOff() {
    var scene = new VerticalScene(2, "'updatePolicy':{'updateMode':'Off'}");
    scene.look(20, "1", "500Mi");
    var found = scene.autoscaler().status().containers();
    assertEquals(1, found.size());
    assertEquals("main", found.getFirst().containerName());
    assertEquals(new Quantity("1168m"), found.getFirst().target().get("cpu"));
    assertEquals("True null", scene.condition("RecommendationProvided"));
    assertEquals("none", scene.condition("NoPodsMatched"));
    assertEquals(1, scene.autoscaler().status().observedGeneration());
    assertEquals(List.of("100m", "100m"), scene.requests());
    assertEquals(List.of(), scene.world.events());
  }

  @ParameterizedTest
  @CsvSource({"Initial, 100m", "InPlace, 1168m", "InPlaceOrRecreate, 1168m"})
  void podsAreResizedOneAfterTheOtherWhereTheModeSaysSo(String mode, String cpu) {
    var scene = new VerticalScene(2, "'updatePolicy':{'updateMode':'" + mode + "'}");
    scene.look(1, "1", "500Mi");
    // Of one sample nothing is sure.
    assertEquals(List.of("100m", "100m"), scene.requests());
    scene.look(4, "1", "500Mi");
    assertEquals(List.of(cpu, cpu), scene.requests());
  }

  @Test
  void podsAreEvictedWhereTheModeSaysSo() {
    var scene = new VerticalScene(4, "");
    scene.look(4, "1", "500Mi");
    // At most half of them at a time.
    assertEquals(2, scene.pods().size());
    assertTrue(
        scene
            .world
            .events()
            .contains(
                "EvictedByVPA: Pod was evicted by VPA Updater to apply resource recommendation."),
        () -> scene.world.events().toString());
  }

  @Test
  void fewPodsAreLeftAlone() {
    var alone = new VerticalScene(1, IN_PLACE);
    alone.look(5, "1", "500Mi");
    assertEquals(List.of("100m"), alone.requests());
    var allowed =
        new VerticalScene(1, "'updatePolicy':{'updateMode':'InPlaceOrRecreate','minReplicas':1}");
    allowed.look(5, "1", "500Mi");
    assertEquals(List.of("1168m"), allowed.requests());
  }

  @Test
  void aResizeThatWaitsIsWaitedForAndThenThePodIsEvicted() {
    var scene = new VerticalScene(2, IN_PLACE);
    scene.resizing(0, "PodResizePending", "Deferred", "100m");
    scene.look(18, "1", "500Mi");
    assertEquals(2, scene.pods().size());
    scene.look(4, "1", "500Mi");
    assertEquals(1, scene.pods().size());
  }

  @Test
  void aResizeThatNeverComesAboutEndsInEvictionButNotInPlaceAlone() {
    var scene = new VerticalScene(2, IN_PLACE);
    scene.resizing(0, "PodResizePending", "Infeasible", "100m");
    scene.look(5, "1", "500Mi");
    assertEquals(1, scene.pods().size());
    var inPlace = new VerticalScene(2, "'updatePolicy':{'updateMode':'InPlace'}");
    inPlace.resizing(0, "PodResizePending", "Infeasible", "100m");
    inPlace.look(10, "1", "500Mi");
    assertEquals(2, inPlace.pods().size());
  }

  @Test
  void aResizeThatIsRefusedEndsInEviction() {
    var scene = new VerticalScene(2, IN_PLACE);
    scene.world.refusePatches("resize", "node didn't have enough allocatable resources");
    scene.look(4, "1", "500Mi");
    assertEquals(
        List.of(
            "FailedResize: Pod web-1-0 is not resized: node didn't have enough allocatable"
                + " resources"),
        scene.world.events());
    scene.look(2, "1", "500Mi");
    assertEquals(1, scene.pods().size());
  }

  @Test
  void withinTheBoundsAPodIsTouchedAfterTwelveHoursAlone() {
    var scene = new VerticalScene(2, IN_PLACE);
    for (int i = 0; i < 2; i++) {
      scene.world.changePods(
          "web",
          pod ->
              pod.edit()
                  .editSpec()
                  .editFirstContainer()
                  .editResources()
                  .addToRequests("cpu", new Quantity("1400m"))
                  .addToRequests("memory", new Quantity("700Mi"))
                  .endResources()
                  .endContainer()
                  .endSpec()
                  .build());
    }
    scene.look(10, "1", "600Mi");
    assertEquals(List.of("1400m", "1400m"), scene.requests());
    scene.world.pass(Duration.ofHours(12));
    scene.look(2, "1", "600Mi");
    assertEquals(List.of("1168m", "1168m"), scene.requests());
  }

  @ParameterizedTest
  @CsvSource({"TargetHigherThanRequests, 1168m", "TargetLowerThanRequests, 100m"})
  void onlyChangesInTheWantedDirectionAreMade(String direction, String cpu) {
    var scene =
        new VerticalScene(
            2,
            "'updatePolicy':{'updateMode':'InPlaceOrRecreate','evictionRequirements':[{'resources':"
                + "['cpu'],'changeRequirement':'"
                + direction
                + "'}]}");
    scene.look(5, "1", "500Mi");
    assertEquals(List.of(cpu, cpu), scene.requests());
  }

  @Test
  void ofTwoForOneTargetTheOlderTouchesPods() {
    var scene = new VerticalScene(2, "'updatePolicy':{'updateMode':'InPlaceOrRecreate'}");
    scene.autoscaler("a-stronger", "'updatePolicy':{'updateMode':'InPlaceOrRecreate'}");
    scene.look(5, "1", "500Mi");
    assertEquals(List.of("100m", "100m"), scene.requests());
    assertFalse(scene.autoscaler().status().containers().isEmpty());
  }

  @Test
  void aTargetThatIsNoneOrOnlyAPartIsSaidToBe() {
    var scene = new VerticalScene(1, "");
    scene.world.deny(VerticalScene.DEPLOYMENT, "deployments.apps \"web\" not found");
    scene.look(1, "1", "500Mi");
    assertEquals(
        "True Cannot read targetRef. Reason: deployments.apps \"web\" not found",
        scene.condition("ConfigUnsupported"));
    assertEquals("False No pods match this VPA object", scene.condition("RecommendationProvided"));
    assertEquals("True No pods match this VPA object", scene.condition("NoPodsMatched"));
    scene.world.answer(
        VerticalScene.DEPLOYMENT,
        "{\"metadata\":{\"ownerReferences\":[{\"kind\":\"StatefulSet\",\"controller\":true}]}}");
    scene.look(1, "1", "500Mi");
    assertEquals(
        "True The target apps/v1.Deployment/web has a parent controller but it should point to a"
            + " topmost well-known or scalable controller",
        scene.condition("ConfigUnsupported"));
    scene.world.answer(VerticalScene.DEPLOYMENT, "{\"metadata\":{\"name\":\"web\"}}");
    scene.world.answer(VerticalScene.DEPLOYMENT + "/scale", "{\"status\":{}}");
    scene.look(1, "1", "500Mi");
    assertEquals(
        "True Cannot read targetRef. Reason: resource web has an empty selector for scale"
            + " sub-resource",
        scene.condition("ConfigUnsupported"));
    scene.world.answer(
        VerticalScene.DEPLOYMENT + "/scale", "{\"status\":{\"selector\":\"app=web\"}}");
    scene.look(1, "1", "500Mi");
    assertEquals("none", scene.condition("ConfigUnsupported"));
  }

  @Test
  void afterARestartItKnowsAllThatItKnew() {
    var scene = new VerticalScene(3, "'updatePolicy':{'updateMode':'Off'}");
    scene.look(20, "1", "800Mi");
    scene.world.pass(Duration.ofMinutes(1));
    scene.look(1, "1", "800Mi");
    var before = scene.autoscaler().status().containers();
    assertEquals(1, scene.world.list(VerticalPodAutoscalerCheckpoint.RESOURCE).size());
    scene.reconciler = new VerticalAutoscaler();
    scene.world.pass(Duration.ofSeconds(-15));
    scene.look(1, "1", "800Mi");
    assertEquals(before, scene.autoscaler().status().containers());
    // Of the day the peak counts, and it was before the restart.
    scene.look(1, "1", "10Mi");
    assertEquals(
        before.getFirst().target(), scene.autoscaler().status().containers().getFirst().target());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void howeverUseGoesEnoughPodsStayInServiceAndRequestsWithinWhatIsAllowed(long seed) {
    var random = new SplittableRandom(seed);
    int replicas = random.nextInt(1, 7);
    int least = random.nextInt(1, 4);
    var mode = List.of("Recreate", "InPlaceOrRecreate", "InPlace").get(random.nextInt(3));
    var scene =
        new VerticalScene(
            replicas,
            "'updatePolicy':{'updateMode':'%s','minReplicas':%d},'resourcePolicy':{"
                    .formatted(mode, least)
                + "'containerPolicies':[{'containerName':'*','minAllowed':{'cpu':'200m'},"
                + "'maxAllowed':{'cpu':'3'}}]}");
    for (int step = 0; step < 60; step++) {
      var before = scene.pods().size();
      var asked = scene.requests();
      scene.look(1, random.nextInt(5000) + "m", random.nextInt(3000) + "Mi");
      var gone = before - scene.pods().size();
      assertTrue(gone <= Math.max(1, replicas / 2), "gone " + gone + " of " + replicas);
      if (before < least) {
        assertEquals(asked, scene.requests());
      }
      if (mode.equals("InPlace")) {
        assertEquals(0, gone);
      }
      for (var request : Collections.unmodifiableList(scene.requests())) {
        var milli = new Quantity(request).getNumericalAmount().doubleValue() * 1000;
        assertTrue(request.equals("100m") || (milli >= 200 && milli <= 3000), request);
      }
      while (scene.pods().size() < replicas && random.nextInt(3) > 0) {
        scene.pod("200m", "100Mi");
      }
      scene.world.pass(Duration.ofMinutes(random.nextInt(90)));
    }
    assertFalse(scene.world.list(Resources.PODS).isEmpty());
  }
}
