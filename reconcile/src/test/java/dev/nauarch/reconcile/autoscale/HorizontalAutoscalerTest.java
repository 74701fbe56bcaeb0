package dev.nauarch.reconcile.autoscale;

import static dev.nauarch.reconcile.autoscale.LoadedWorld.cpu;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.Command;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an autoscaler does by the metrics of its pods, as upstream's own tests put it. */
class HorizontalAutoscalerTest {

  private static LoadedWorld ready(int replicas, String spec) {
    var world = new LoadedWorld(replicas, spec);
    world.followPods();
    return world;
  }

  @Test
  void useAboveTargetScalesUpAndIsReported() {
    var web = ready(3, "'minReplicas':2,'maxReplicas':10,'metrics':[" + cpu(50) + "]");
    web.use(100, 80, 60);
    web.look();
    assertEquals(5, web.replicas());
    assertEquals(
        List.of(
            "SuccessfulRescale: New size: 5; reason: cpu resource utilization (percentage of"
                + " request) above target"),
        web.events());
    var status = web.autoscaler().getStatus();
    assertEquals(3, status.getCurrentReplicas());
    assertEquals(5, status.getDesiredReplicas());
    assertEquals("2026-01-01T00:00:00Z", status.getLastScaleTime());
    assertEquals(1, status.getObservedGeneration());
    var current = status.getCurrentMetrics().getFirst().getResource().getCurrent();
    assertEquals(80, current.getAverageUtilization());
    assertEquals("80m", current.getAverageValue().toString());
    assertEquals("True SucceededRescale", web.conditions().get("AbleToScale"));
    assertEquals("True ValidMetricFound", web.conditions().get("ScalingActive"));
    assertEquals("False DesiredWithinRange", web.conditions().get("ScalingLimited"));
    assertEquals("False NotScaledToZero", web.conditions().get("ScaledToZero"));
  }

  @Test
  void itLooksEvery15SecondsAndAtOnceWhenItIsChanged() {
    var web = ready(3, "'maxReplicas':10,'metrics':[" + cpu(50) + "]");
    web.use(50, 50, 50);
    web.look();
    web.use(100, 100, 100);
    web.world.pass(Duration.ofSeconds(14));
    var plan = web.reconciler.reconcile(LoadedWorld.KEY, web.world, web.world.now());
    assertEquals(List.of(), plan.commands());
    assertEquals(web.world.now().plusSeconds(1), plan.wakeAt().orElseThrow());
    web.world.change(
        Resources.HORIZONTAL_POD_AUTOSCALERS,
        "web",
        each -> each.edit().editSpec().withMaxReplicas(5).endSpec().build());
    web.look();
    assertEquals(5, web.replicas());
    assertEquals("True TooManyReplicas", web.conditions().get("ScalingLimited"));
  }

  @Test
  void whatIsWithinTheToleranceIsLeftAlone() {
    var web = ready(10, "'maxReplicas':20,'metrics':[" + cpu(50) + "]");
    web.useEach(54);
    web.look();
    assertEquals(10, web.replicas());
    assertEquals("True ReadyForNewScale", web.conditions().get("AbleToScale"));
    assertEquals(10, web.autoscaler().getStatus().getDesiredReplicas());
    assertNull(web.autoscaler().getStatus().getLastScaleTime());
    var strict =
        ready(
            10,
            "'maxReplicas':20,'behavior':{'scaleUp':{'tolerance':'50m'}},'metrics':["
                + cpu(50)
                + "]");
    strict.useEach(54);
    strict.look();
    assertEquals(11, strict.replicas());
  }

  @Test
  void podsWithoutMetricsMakeEitherChangeSmaller() {
    // Upwards they count as idle: 3 pods at 200% and one at 0 of a target of 100% call for 6, not
    // 8.
    var up = ready(4, "'maxReplicas':20,'metrics':[" + cpu(100) + "]");
    up.use(200, 200, 200, -1);
    up.look();
    assertEquals(6, up.replicas());
    // Downwards as busy with all that they ask for: (3 * 10% + 100%) / 4 pods = 32% of 100%.
    var down =
        ready(
            4,
            "'maxReplicas':20,'behavior':{'scaleDown':{'stabilizationWindowSeconds':0}},'metrics':["
                + cpu(100)
                + "]");
    down.use(10, 10, 10, -1);
    down.look();
    assertEquals(2, down.replicas());
  }

  @Test
  void podsThatAreStartingCountAsIdleUpwardsAndAreLeftOutDownwards() {
    var up = new LoadedWorld(3, "'maxReplicas':20,'metrics':[" + cpu(30) + "]");
    up.pod(0, "Running", true, Duration.ofHours(1));
    up.pod(1, "Running", false, Duration.ofSeconds(20));
    up.pod(2, "Pending", false, Duration.ofSeconds(5));
    up.use(120, 900, -1);
    up.look();
    assertEquals(4, up.replicas());
    // A pod that became ready less than a metric's window ago says nothing yet.
    var fresh = new LoadedWorld(2, "'maxReplicas':20,'metrics':[" + cpu(30) + "]");
    fresh.pod(0, "Running", true, Duration.ofHours(1));
    fresh.pod(1, "Running", true, Duration.ofSeconds(10));
    fresh.use(30, 900);
    fresh.look();
    assertEquals(2, fresh.replicas());
  }

  @Test
  void noMetricsMeanNoScalingAndSayWhy() {
    var web = ready(3, "'maxReplicas':10,'metrics':[" + cpu(50) + "]");
    web.look();
    assertEquals(3, web.replicas());
    var why =
        "failed to get cpu utilization: unable to get metrics for resource cpu: unable to fetch"
            + " metrics from resource metrics API: the server could not find the requested resource"
            + " (get pods.metrics.k8s.io)";
    assertEquals(
        List.of(
            "FailedGetResourceMetric: " + why,
            "FailedComputeMetricsReplicas: invalid metrics (1 invalid out of 1), first error is:"
                + " failed to get cpu resource metric value: "
                + why),
        web.events());
    assertEquals("False FailedGetResourceMetric", web.conditions().get("ScalingActive"));
    assertEquals(
        "the HPA was unable to compute the replica count: " + why, web.message("ScalingActive"));
    web.use(100, 100, 100);
    web.world.pass(History.PERIOD);
    web.look();
    assertEquals(6, web.replicas());
    assertEquals("True ValidMetricFound", web.conditions().get("ScalingActive"));
  }

  @Test
  void aMissingRequestIsNamed() {
    var web =
        ready(
            2,
            "'maxReplicas':9,'metrics':[{'type':'ContainerResource','containerResource':{'name':"
                + "'cpu','container':'side','target':{'type':'Utilization','averageUtilization':5}}}]");
    web.use(10, 10);
    web.look();
    assertTrue(
        web.events().getFirst().startsWith("FailedGetContainerResourceMetric: failed to get cpu"),
        web.events()::toString);
    var main =
        ready(
            2,
            "'maxReplicas':9,'metrics':[{'type':'ContainerResource','containerResource':{'name':"
                + "'memory','container':'main','target':{'type':'AverageValue','averageValue':"
                + "'32Mi'}}}]");
    main.use(48, 48);
    main.look();
    assertEquals(3, main.replicas());
    var current =
        main.autoscaler().getStatus().getCurrentMetrics().getFirst().getContainerResource();
    assertEquals("48Mi", current.getCurrent().getAverageValue().toString());
  }

  @Test
  void aFaultyMetricStopsScalingDownButNotUp() {
    var metrics =
        "'metrics':["
            + cpu(50)
            + ",{'type':'External','external':{'metric':{'name':'q'},"
            + "'target':{'type':'AverageValue','averageValue':'10'}}}]";
    var web = ready(3, "'maxReplicas':10," + metrics);
    web.use(10, 10, 10);
    web.look();
    assertEquals(3, web.replicas());
    assertEquals("False FailedGetExternalMetric", web.conditions().get("ScalingActive"));
    web.world.pass(History.PERIOD);
    web.use(90, 90, 90);
    web.look();
    assertEquals(6, web.replicas());
    var statuses = web.autoscaler().getStatus().getCurrentMetrics();
    assertEquals(List.of("Resource", ""), statuses.stream().map(each -> each.getType()).toList());
  }

  @Test
  void sizesOutsideOfTheLimitsAreCorrectedWithoutMetrics() {
    var many = ready(12, "'maxReplicas':10,'metrics':[" + cpu(50) + "]");
    many.look();
    assertEquals(10, many.replicas());
    assertEquals(
        List.of(
            "SuccessfulRescale: New size: 10; reason: Current number of replicas above"
                + " Spec.MaxReplicas"),
        many.events());
    var few = ready(1, "'minReplicas':3,'maxReplicas':10,'metrics':[" + cpu(50) + "]");
    few.look();
    assertEquals(3, few.replicas());
  }

  @Test
  void ofWhatHasNoScaleNothingIsScaled() {
    var web = ready(3, "'maxReplicas':10,'metrics':[" + cpu(50) + "]");
    web.world.deny(
        "/apis/apps/v1/namespaces/default/deployments/web/scale",
        "deployments.apps \"web\" not found");
    web.world.act(web.reconciler, LoadedWorld.KEY);
    assertEquals(List.of("FailedGetScale: deployments.apps \"web\" not found"), web.events());
    assertEquals("False FailedGetScale", web.conditions().get("AbleToScale"));
    web.world.pass(History.PERIOD);
    web.world.answer("/apis/apps/v1", "{\"resources\":[]}");
    web.world.events().clear();
    web.world.act(web.reconciler, LoadedWorld.KEY);
    assertEquals(
        List.of("FailedGetScale: no matches for kind \"Deployment\" in group \"apps\""),
        web.events());
  }

  @Test
  void twoAutoscalersOfTheSamePodsStandStill() {
    var web = ready(3, "'maxReplicas':10,'metrics':[" + cpu(50) + "]");
    web.use(50, 50, 50);
    web.look();
    web.autoscaler("web2", "'maxReplicas':20,'metrics':[" + cpu(10) + "]");
    web.world.events().clear();
    web.world.act(web.reconciler, new dev.nauarch.api.ObjectKey("default", "web2"));
    assertEquals(3, web.replicas());
    var why =
        "pods by selector app=web are controlled by more than one HPA (e.g. [default/web2"
            + " default/web])";
    assertEquals("AmbiguousSelector: " + why, web.events().getFirst());
    web.world.pass(History.PERIOD);
    web.useEach(100);
    web.look();
    assertEquals("False AmbiguousSelector", web.conditions().get("ScalingActive"));
    web.world.delete(
        Resources.HORIZONTAL_POD_AUTOSCALERS, new dev.nauarch.api.ObjectKey("default", "web2"), "");
    web.world.act(web.reconciler, new dev.nauarch.api.ObjectKey("default", "web2"));
    web.world.pass(History.PERIOD);
    web.look();
    assertEquals(6, web.replicas());
  }

  @Test
  void aRefusedChangeIsToldAndNotCounted() {
    var web =
        ready(
            3,
            "'maxReplicas':20,'behavior':{'scaleUp':{'policies':[{'type':'Pods','value':2,"
                + "'periodSeconds':60}]}},'metrics':["
                + cpu(50)
                + "]");
    web.useEach(100);
    var plan = web.reconciler.reconcile(LoadedWorld.KEY, web.world, web.world.now());
    var rescale =
        plan.commands().stream()
            .filter(Command.Rescale.class::isInstance)
            .findFirst()
            .orElseThrow();
    web.world.carryOut(
        web.reconciler.refused(LoadedWorld.KEY, rescale, "no", web.world, web.world.now()));
    assertEquals(
        List.of(
            "FailedRescale: New size: 5; reason: cpu resource utilization (percentage of request)"
                + " above target; error: no"),
        web.events());
    assertEquals("False FailedUpdateScale", web.conditions().get("AbleToScale"));
    web.world.pass(History.PERIOD);
    web.look();
    assertEquals(5, web.replicas());
  }
}
