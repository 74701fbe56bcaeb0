package dev.nauarch.reconcile.autoscale;

import static dev.nauarch.reconcile.autoscale.LoadedWorld.cpu;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How fast an autoscaler goes. */
class PaceTest {

  private static List<Integer> sizes(LoadedWorld web, int periods, int milli) {
    var sizes = new ArrayList<Integer>();
    for (int i = 0; i < periods; i++) {
      web.useEach(milli);
      web.period();
      sizes.add(web.replicas());
    }
    return sizes;
  }

  private static LoadedWorld web(int replicas, String behavior) {
    var web =
        new LoadedWorld(
            replicas,
            "'minReplicas':1,'maxReplicas':50," + behavior + "'metrics':[" + cpu(50) + "]");
    web.followPods();
    return web;
  }

  @Test
  void withoutRulesItDoublesOrGoesToFour() {
    var web = web(1, "");
    assertEquals(List.of(4, 8, 16), sizes(web, 3, 2000));
    assertEquals("True ScaleUpLimit", web.conditions().get("ScalingLimited"));
  }

  @Test
  void withoutRulesItWaitsFiveMinutesBeforeItGoesDown() {
    var web = web(10, "");
    assertEquals(List.of(10, 10), sizes(web, 2, 50));
    var down = sizes(web, 21, 25);
    // The last wish for ten was 15 s before the first for five, and is taken back after 300.
    assertEquals(10, down.get(19));
    assertEquals(5, down.get(20));
    assertEquals("True SucceededRescale", web.conditions().get("AbleToScale"));
  }

  @Test
  void whileItWaitsItSaysSo() {
    var web = web(10, "");
    sizes(web, 2, 25);
    assertEquals("True ScaleDownStabilized", web.conditions().get("AbleToScale"));
  }

  @Test
  void policiesLimitWhatIsAddedWithinTheirPeriod() {
    var web =
        web(
            10,
            "'behavior':{'scaleUp':{'stabilizationWindowSeconds':0,'selectPolicy':'Max','policies':["
                + "{'type':'Pods','value':2,'periodSeconds':60},"
                + "{'type':'Percent','value':10,'periodSeconds':30}]}},");
    // 2 in 60 s: 12. After 30 s 10% of 12, rounded up, is more than nothing: 14, and so on.
    assertEquals(List.of(12, 12, 14, 14, 16), sizes(web, 5, 500));
  }

  @Test
  void theSmallestChangeCanBeChosenAndADirectionForbidden() {
    var least =
        web(
            10,
            "'behavior':{'scaleUp':{'selectPolicy':'Min','policies':["
                + "{'type':'Pods','value':2,'periodSeconds':15},"
                + "{'type':'Percent','value':10,'periodSeconds':15}]}},");
    assertEquals(List.of(11, 13), sizes(least, 2, 500));
    var none = web(10, "'behavior':{'scaleUp':{'selectPolicy':'Disabled'}},");
    assertEquals(List.of(10, 10), sizes(none, 2, 500));
    assertEquals("True ScaleUpLimit", none.conditions().get("ScalingLimited"));
  }

  @Test
  void downwardsAPercentageIsRoundedDown() {
    var web =
        web(
            10,
            "'behavior':{'scaleDown':{'stabilizationWindowSeconds':0,'policies':["
                + "{'type':'Percent','value':15,'periodSeconds':60}]}},");
    assertEquals(List.of(8, 8, 8, 8, 6), sizes(web, 5, 0));
    assertEquals("True ScaleDownLimit", web.conditions().get("ScalingLimited"));
  }

  @Test
  void upwardsAWindowTakesTheLowestRecentWish() {
    var web = web(4, "'behavior':{'scaleUp':{'stabilizationWindowSeconds':60}},");
    assertEquals(List.of(4, 4, 4, 4), sizes(web, 4, 100));
    assertEquals("True ScaleUpStabilized", web.conditions().get("AbleToScale"));
    assertEquals(List.of(8), sizes(web, 1, 100));
  }

  @Test
  void forgettingCostsAWindow() {
    var web = web(10, "");
    web.useEach(25);
    web.look();
    assertEquals(10, web.replicas());
    web.world.pass(Duration.ofMinutes(6));
    web.look();
    assertEquals(5, web.replicas());
  }
}
