package dev.nauarch.reconcile.autoscale;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nauarch.api.Resources;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Metrics of pods, of other objects and of nothing in the cluster, and scaling to zero by them. */
class OutsideMetricsTest {

  private static final String EXTERNAL =
      "/apis/external.metrics.k8s.io/v1beta1/namespaces/default/shop%7Cqueue?labelSelector=shop%3Da";
  private static final String QUEUE =
      "'metrics':[{'type':'External','external':{'metric':{'name':'shop|queue','selector':"
          + "{'matchLabels':{'shop':'a'}}},'target':{'type':'%s','%s':'%s'}}}]";

  private static void answer(LoadedWorld web, String path, String... values) {
    var items =
        List.of(values).stream()
            .map(value -> "{\"describedObject\":{\"name\":\"web-0\"},\"value\":\"" + value + "\"}")
            .toList();
    web.world.answer(path, "{\"items\":[" + String.join(",", items) + "]}");
  }

  private static void serve(LoadedWorld web, String version) {
    web.world.answer(
        "/apis/custom.metrics.k8s.io",
        "{\"preferredVersion\":{\"version\":\"" + version + "\"},\"versions\":[]}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1beta1", "v1beta2"})
  void podsAreScaledByTheirOwnMetrics(String version) {
    var web =
        new LoadedWorld(
            1,
            "'maxReplicas':10,'metrics':[{'type':'Pods','pods':{'metric':{'name':'hits'},"
                + "'target':{'type':'AverageValue','averageValue':'20'}}}]");
    web.followPods();
    serve(web, version);
    answer(
        web,
        "/apis/custom.metrics.k8s.io/"
            + version
            + "/namespaces/default/pods/*/hits?labelSelector=app%3Dweb",
        "50500m");
    web.look();
    assertEquals(3, web.replicas());
    var current = web.autoscaler().getStatus().getCurrentMetrics().getFirst().getPods();
    assertEquals("50500m", current.getCurrent().getAverageValue().toString());
    assertEquals("hits", current.getMetric().getName());
  }

  @Test
  void objectsCountAsAWholeOrByShare() {
    var spec =
        "'maxReplicas':10,'metrics':[{'type':'Object','object':{'describedObject':{'apiVersion':"
            + "'apps/v1','kind':'Deployment','name':'front'},'metric':{'name':'hits'},"
            + "'target':{'type':'%1$s','%2$s':'100'}}}]";
    var path = "/apis/custom.metrics.k8s.io/v1beta2/namespaces/default/deployments.apps/front/hits";
    for (var target : List.of("Value", "AverageValue")) {
      var field = target.equals("Value") ? "value" : "averageValue";
      var web = new LoadedWorld(2, spec.formatted(target, field));
      web.followPods();
      serve(web, "v1beta2");
      answer(web, path, "150");
      web.look();
      // As a whole 150 of 100 for two pods call for three; by share two pods bear 150 well.
      assertEquals(target.equals("Value") ? 3 : 2, web.replicas());
      var current = web.autoscaler().getStatus().getCurrentMetrics().getFirst().getObject();
      assertEquals(
          target.equals("Value") ? "150" : "75",
          (target.equals("Value")
                  ? current.getCurrent().getValue()
                  : current.getCurrent().getAverageValue())
              .toString());
    }
  }

  @Test
  void aNamespaceHasMetricsToo() {
    var web =
        new LoadedWorld(
            1,
            "'maxReplicas':10,'metrics':[{'type':'Object','object':{'describedObject':{'apiVersion'"
                + ":'v1','kind':'Namespace','name':'other'},'metric':{'name':'hits'},'target':"
                + "{'type':'AverageValue','averageValue':'1'}}}]");
    web.followPods();
    serve(web, "v1beta1");
    answer(web, "/apis/custom.metrics.k8s.io/v1beta1/namespaces/default/metrics/hits", "3");
    web.look();
    assertEquals(3, web.replicas());
  }

  @Test
  void whatIsOutsideIsSummed() {
    var web =
        new LoadedWorld(
            1, "'maxReplicas':30," + QUEUE.formatted("AverageValue", "averageValue", 5));
    web.followPods();
    answer(web, EXTERNAL, "7", "11");
    web.look();
    assertEquals(4, web.replicas());
    assertEquals(
        List.of(
            "SuccessfulRescale: New size: 4; reason: external metric shop|queue(shop=a) above target"),
        web.events());
    var current = web.autoscaler().getStatus().getCurrentMetrics().getFirst().getExternal();
    assertEquals("18", current.getCurrent().getAverageValue().toString());
  }

  @Test
  void itGoesToZeroAndBackAndNotBackFromAZeroOfSomebodyElse() {
    var web =
        new LoadedWorld(
            1,
            "'minReplicas':0,'maxReplicas':10,'behavior':{'scaleDown':"
                + "{'stabilizationWindowSeconds':0}},"
                + QUEUE.formatted("AverageValue", "averageValue", 5));
    web.followPods();
    answer(web, EXTERNAL, "0");
    web.period();
    assertEquals(0, web.replicas());
    assertEquals("True ScaledToZero", web.conditions().get("ScaledToZero"));
    web.period();
    assertEquals(0, web.replicas());
    answer(web, EXTERNAL, "12");
    web.period();
    assertEquals(3, web.replicas());
    assertEquals("False NotScaledToZero", web.conditions().get("ScaledToZero"));
    web.world.change(
        Resources.DEPLOYMENTS,
        "web",
        each -> each.edit().editSpec().withReplicas(0).endSpec().build());
    web.followScale();
    web.look();
    assertEquals(0, web.replicas());
    assertEquals("False ScalingDisabled", web.conditions().get("ScalingActive"));
  }

  @Test
  void aHigherMinimumLeavesZeroWithoutLoad() {
    var web =
        new LoadedWorld(
            1,
            "'minReplicas':0,'maxReplicas':10,'behavior':{'scaleDown':"
                + "{'stabilizationWindowSeconds':0}},"
                + QUEUE.formatted("Value", "value", 5));
    web.followPods();
    answer(web, EXTERNAL, "0");
    web.period();
    assertEquals(0, web.replicas());
    web.world.change(
        Resources.HORIZONTAL_POD_AUTOSCALERS,
        "web",
        each -> each.edit().editSpec().withMinReplicas(2).endSpec().build());
    web.period();
    assertEquals(2, web.replicas());
  }
}
