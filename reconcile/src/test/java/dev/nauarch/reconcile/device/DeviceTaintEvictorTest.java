package dev.nauarch.reconcile.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ModelCodec;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.PodStop;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.Reconciler;
import dev.nauarch.reconcile.World;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceTaintRule;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceSlice;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who is asked to stop for the taints of devices, when, and what rules say of it. */
final class DeviceTaintEvictorTest {

  private static final String SICK =
      "{'key':'sick','value':'very','effect':'NoExecute','timeAdded':'2026-01-01T00:00:00Z'}";

  private final World world = new World();
  private final Reconciler[] controllers = {
    new DeviceTaintEvictor(true), new DeviceTaintRuleReporter()
  };

  private static <T> T model(String json, Class<T> type) {
    return ModelCodec.decode(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8), type);
  }

  private void slice(String name, long generation, String taints) {
    world.add(
        Resources.RESOURCE_SLICES,
        model(
            "{'metadata':{'name':'%s'},'spec':{'driver':'d','pool':{'name':'p','generation':%d,'resourceSliceCount':1},'devices':[{'name':'a','taints':[%s]}]}}"
                .formatted(name, generation, taints),
            ResourceSlice.class));
  }

  /** A pod on a node whose claim has the device {@code a}. */
  private void pod(String name, String tolerations) {
    var pod =
        world.add(
            Resources.PODS,
            model(
                "{'metadata':{'name':'%1$s'},'spec':{'nodeName':'n','containers':[],'resourceClaims':[{'name':'r','resourceClaimName':'%1$s'}]},'status':{'phase':'Running'}}"
                    .formatted(name),
                Pod.class));
    world.add(
        Resources.RESOURCE_CLAIMS,
        model(
            "{'metadata':{'name':'%1$s'},'spec':{'devices':{}},'status':{'allocation':{'devices':{'results':[{'request':'r','driver':'d','pool':'p','device':'a','tolerations':[%2$s]}]}},'reservedFor':[{'resource':'pods','name':'%1$s','uid':'%3$s'}]}}"
                .formatted(name, tolerations, pod.getMetadata().getUid()),
            ResourceClaim.class));
  }

  private DeviceTaintRule rule(String effect) {
    return world.add(
        Resources.DEVICE_TAINT_RULES,
        model(
            "{'metadata':{'name':'rule'},'spec':{'deviceSelector':{'driver':'d'},'taint':{'key':'sick','effect':'%s','timeAdded':'2026-01-01T00:00:00Z'}}}"
                .formatted(effect),
            DeviceTaintRule.class));
  }

  private boolean isAsked(String pod) {
    return PodStop.isAsked(world.get(Resources.PODS, new ObjectKey("default", pod)).orElseThrow());
  }

  private String said() {
    var rule = world.get(Resources.DEVICE_TAINT_RULES, new ObjectKey("", "rule")).orElseThrow();
    var condition = DeviceTaintReport.present(rule).orElseThrow();
    return condition.getStatus() + " " + condition.getReason() + ": " + condition.getMessage();
  }

  @Test
  void aPodWithATaintedDeviceIsAskedToStop() {
    slice("s", 1, SICK);
    pod("p", "");
    world.settle(controllers);
    assertTrue(isAsked("p"));
    var why =
        "device d/p/a has the taint sick=very:NoExecute, which claim p does not tolerate any longer";
    var pod = world.get(Resources.PODS, new ObjectKey("default", "p")).orElseThrow();
    for (var condition : pod.getStatus().getConditions()) {
      assertEquals("DeletionByDeviceTaintManager", condition.getReason());
      assertEquals(why, condition.getMessage());
    }
    assertTrue(
        world.events().contains("DeviceTaintManagerEviction: Evicting pod default/p: " + why),
        world.events().toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {'operator':'Exists'}                                                     | -1
          {'key':'sick','operator':'Equal','value':'very','effect':'NoExecute'}     | -1
          {'key':'sick','value':'little'}                                           | 0
          {'key':'sick','operator':'Exists','effect':'NoSchedule'}                  | 0
          {'key':'sick','operator':'Exists','tolerationSeconds':60}                 | 60
          {'key':'sick','operator':'Exists','tolerationSeconds':-5}                 | 0
          {'operator':'Exists','tolerationSeconds':90},{'key':'sick','operator':'Exists','tolerationSeconds':60} | 60
          {'operator':'Exists','tolerationSeconds':9223372036854775807}             | -1
          """)
  void tolerationsAreHonouredForAsLongAsTheySay(String tolerations, long seconds) {
    slice("s", 1, SICK);
    pod("p", tolerations);
    world.settle(controllers);
    assertEquals(seconds == 0, isAsked("p"));
    if (seconds > 0) {
      assertEquals(world.now().plusSeconds(seconds), world.wakeAt());
    }
    world.pass(Duration.ofSeconds(100));
    world.settle(controllers);
    assertEquals(seconds >= 0, isAsked("p"));
  }

  @Test
  void whatAnObsoleteSliceSaysDoesNotCount() {
    slice("old", 1, SICK);
    slice("new", 2, "");
    pod("p", "");
    world.settle(controllers);
    assertFalse(isAsked("p"));
  }

  @Test
  void aPodThatHasEndedOrHasNoNodeStays() {
    slice("s", 1, SICK);
    pod("p", "");
    pod("q", "");
    world.change(
        Resources.PODS,
        "p",
        pod -> pod.edit().editStatus().withPhase("Failed").endStatus().build());
    world.change(
        Resources.PODS, "q", pod -> pod.edit().editSpec().withNodeName(null).endSpec().build());
    world.settle(controllers);
    assertFalse(isAsked("p") || isAsked("q"));
  }

  @Test
  void aRuleSaysHowManyPodsStopForIt() {
    slice("s", 1, "");
    pod("p", "");
    pod("q", "{'operator':'Exists','tolerationSeconds':60}");
    pod("r", "{'operator':'Exists'}");
    rule("NoExecute");
    world.settle(controllers);
    assertTrue(isAsked("p"));
    assertFalse(isAsked("q") || isAsked("r"));
    assertEquals("True PodsPendingEviction: 2 pods in 1 namespace must stop.", said());
    world.delete(Resources.PODS, new ObjectKey("default", "p"), "");
    world.settle(controllers);
    assertEquals("True PodsPendingEviction: 2 pods in 1 namespace must stop.", said());
    world.pass(Duration.ofSeconds(10));
    world.settle(controllers);
    assertEquals("True PodsPendingEviction: 1 pod in 1 namespace must stop.", said());
    world.delete(Resources.PODS, new ObjectKey("default", "q"), "");
    world.pass(Duration.ofSeconds(10));
    world.settle(controllers);
    assertEquals("False Completed: ", said());
  }

  @Test
  void aRuleWithoutEffectSaysWhatItWouldDo() {
    slice("s", 1, "");
    pod("p", "");
    pod("r", "{'operator':'Exists'}");
    rule("None");
    world.settle(controllers);
    assertFalse(isAsked("p"));
    assertEquals(
        "False NoEffect: 1 published device is and 2 allocated devices are selected; with the"
            + " effect NoExecute 1 pod in 1 namespace would stop.",
        said());
  }

  @Test
  void aRuleThatOnlyKeepsAwayStopsNobody() {
    slice("s", 1, "");
    pod("p", "");
    rule("NoSchedule");
    world.settle(controllers);
    assertFalse(isAsked("p"));
    assertEquals("False OtherEffect: Pods stop only for the effect NoExecute.", said());
  }
}
