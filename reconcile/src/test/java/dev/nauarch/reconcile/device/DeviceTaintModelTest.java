package dev.nauarch.reconcile.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nauarch.api.ModelCodec;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.PodStop;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.Chaos;
import dev.nauarch.reconcile.Command;
import dev.nauarch.reconcile.Pods;
import dev.nauarch.reconcile.Snapshot;
import dev.nauarch.reconcile.Times;
import dev.nauarch.reconcile.World;
import dev.nauarch.reconcile.node.PodStopper;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceTaint;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceTaintRule;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceSlice;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random histories of tainted devices: who is stopped for them, who is not, and what rules say. */
final class DeviceTaintModelTest {

  private static final int STEPS = 300;
  private static final int CLAIMS = 6;

  /** What a claim tolerates of the taint {@code sick}: nothing, for a while, or for ever. */
  private static final List<String> TOLERATIONS =
      List.of(
          "",
          "{'key':'sick','operator':'Exists','effect':'NoExecute','tolerationSeconds':30}",
          "{'key':'sick','operator':'Exists'}");

  private final World world = new World();
  private int names;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void podsStopForTaintsThatTheyDoNotTolerateAndForNothingElse(long seed) {
    List.of(
            Resources.PODS,
            Resources.RESOURCE_CLAIMS,
            Resources.RESOURCE_SLICES,
            Resources.DEVICE_TAINT_RULES)
        .forEach(world::know);
    for (var node : List.of("n0", "n1")) {
      world.add(Resources.RESOURCE_SLICES, slice(node, 1, "", ""));
    }
    for (int i = 0; i < CLAIMS; i++) {
      world.add(Resources.RESOURCE_CLAIMS, claim(i));
    }
    var chaos =
        new Chaos(
            world,
            seed,
            new DeviceTaintEvictor(true),
            new DeviceTaintRuleReporter(),
            new PodStopper());
    chaos
        .user(() -> pod("c" + chaos.below(CLAIMS)))
        .user(() -> pod("c" + chaos.below(CLAIMS)))
        .user(() -> pod("c" + chaos.below(CLAIMS)))
        .user(() -> taint("n" + chaos.below(2), chaos))
        .user(() -> rule("r" + chaos.below(2), chaos))
        .user(() -> endRule("r" + chaos.below(2)))
        .rule(this::nobodyIsAskedWithoutATaint)
        .run(STEPS);
    all(Resources.PODS).forEach(this::isWell);
    all(Resources.DEVICE_TAINT_RULES).forEach(this::saysSo);
  }

  private <T extends io.fabric8.kubernetes.api.model.HasMetadata> List<T> all(
      dev.nauarch.api.Resource<T> resource) {
    return world.list(resource);
  }

  private static <T> T model(String json, Class<T> type) {
    return ModelCodec.decode(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8), type);
  }

  private static ResourceSlice slice(String node, long generation, String first, String second) {
    return model(
        "{'metadata':{'name':'%1$s'},'spec':{'driver':'d','nodeName':'%1$s','pool':{'name':'%1$s','generation':%2$d,'resourceSliceCount':1},'devices':[{'name':'a','taints':[%3$s]},{'name':'b','taints':[%4$s]}]}}"
            .formatted(node, generation, first, second),
        ResourceSlice.class);
  }

  private static ResourceClaim claim(int number) {
    return model(
        "{'metadata':{'name':'c%d'},'spec':{'devices':{}},'status':{'allocation':{'devices':{'results':[{'request':'r','driver':'d','pool':'n%d','device':'%s','tolerations':[%s]}]}}}}"
            .formatted(
                number,
                number % 2,
                number < CLAIMS / 2 ? "a" : "b",
                TOLERATIONS.get(number % TOLERATIONS.size())),
        ResourceClaim.class);
  }

  private String taint(Chaos chaos) {
    return switch (chaos.below(4)) {
      case 0 ->
          "{'key':'sick','effect':'NoExecute','timeAdded':'" + Times.format(world.now()) + "'}";
      case 1 -> "{'key':'sick','effect':'NoSchedule'}";
      default -> "";
    };
  }

  private void taint(String node, Chaos chaos) {
    var next = slice(node, 1, taint(chaos), taint(chaos));
    world.change(
        Resources.RESOURCE_SLICES, node, slice -> slice.edit().withSpec(next.getSpec()).build());
  }

  private void rule(String name, Chaos chaos) {
    var effect = List.of("NoExecute", "NoSchedule", "None").get(chaos.below(3));
    var selector = chaos.below(2) == 0 ? "'pool':'n0'" : "'device':'b'";
    var rule =
        model(
            "{'metadata':{'name':'%s'},'spec':{'deviceSelector':{%s},'taint':{'key':'sick','effect':'%s','timeAdded':'%s'}}}"
                .formatted(name, selector, effect, Times.format(world.now())),
            DeviceTaintRule.class);
    if (world.get(Resources.DEVICE_TAINT_RULES, new ObjectKey("", name)).isEmpty()) {
      world.add(Resources.DEVICE_TAINT_RULES, rule);
    } else {
      world.change(
          Resources.DEVICE_TAINT_RULES, name, old -> old.edit().withSpec(rule.getSpec()).build());
    }
  }

  private void endRule(String name) {
    world.delete(Resources.DEVICE_TAINT_RULES, new ObjectKey("", name), "");
  }

  private void pod(String claim) {
    var pod =
        world.add(
            Resources.PODS,
            new PodBuilder()
                .withNewMetadata()
                .withName("p" + ++names)
                .endMetadata()
                .withNewSpec()
                .withNodeName("n")
                .addNewResourceClaim()
                .withName("r")
                .withResourceClaimName(claim)
                .endResourceClaim()
                .endSpec()
                .withNewStatus()
                .endStatus()
                .build());
    world.change(
        Resources.RESOURCE_CLAIMS,
        claim,
        each ->
            each.edit()
                .editStatus()
                .addNewReservedFor()
                .withResource("pods")
                .withName(pod.getMetadata().getName())
                .withUid(pod.getMetadata().getUid())
                .endReservedFor()
                .endStatus()
                .build());
  }

  /** When a pod's claim is not tolerated any more, told apart from how the controller sees it. */
  private static Instant due(Pod pod, Snapshot seen) {
    var name = pod.getSpec().getResourceClaims().getFirst().getResourceClaimName();
    var claim = seen.get(Resources.RESOURCE_CLAIMS, new ObjectKey("default", name)).orElseThrow();
    var device = claim.getStatus().getAllocation().getDevices().getResults().getFirst();
    var taints = new ArrayList<DeviceTaint>();
    var slice = seen.get(Resources.RESOURCE_SLICES, new ObjectKey("", device.getPool()));
    slice.orElseThrow().getSpec().getDevices().stream()
        .filter(each -> each.getName().equals(device.getDevice()))
        .forEach(each -> taints.addAll(each.getTaints()));
    for (var rule : seen.list(Resources.DEVICE_TAINT_RULES)) {
      if (isAbout(rule, device.getPool(), device.getDevice())) {
        taints.add(rule.getSpec().getTaint());
      }
    }
    var grace = Integer.parseInt(name.substring(1)) % TOLERATIONS.size();
    return taints.stream()
        .filter(taint -> taint.getEffect().equals("NoExecute") && grace < 2)
        .map(taint -> Times.parse(taint.getTimeAdded()).plusSeconds(30L * grace))
        .min(Instant::compareTo)
        .orElse(Instant.MAX);
  }

  private static boolean isAbout(DeviceTaintRule rule, String pool, String device) {
    var selector = rule.getSpec().getDeviceSelector();
    return pool.equals(selector.getPool()) || device.equals(selector.getDevice());
  }

  private void nobodyIsAskedWithoutATaint(List<Command> commands, Snapshot seen) {
    for (var command : commands) {
      if (command instanceof Command.UpdateStatus<?>(var resource, var object)
          && object instanceof Pod pod) {
        assertTrue(PodStop.isAsked(pod), pod.getMetadata().getName());
        assertFalse(due(pod, seen).isAfter(world.now()), pod.getMetadata().getName());
      }
      if (command instanceof Command.Delete<?>(var resource, var key, _, _, _)) {
        var pod = seen.get(Resources.PODS, key).orElseThrow();
        assertTrue(PodStop.isAsked(pod), key + " is deleted without having been asked");
      }
    }
  }

  private void isWell(Pod pod) {
    if (Pods.isActive(pod)) {
      assertTrue(
          due(pod, world).isAfter(world.now()), pod.getMetadata().getName() + " should be gone");
    }
  }

  private void saysSo(DeviceTaintRule rule) {
    var condition = DeviceTaintReport.present(rule).orElseThrow();
    assertEquals(rule.getMetadata().getGeneration(), condition.getObservedGeneration());
    assertEquals("False", condition.getStatus(), condition.getMessage());
    var reason =
        switch (rule.getSpec().getTaint().getEffect()) {
          case "NoExecute" -> List.of("Completed", "NotStarted");
          case "None" -> List.of("NoEffect");
          default -> List.of("OtherEffect");
        };
    assertTrue(reason.contains(condition.getReason()), condition.getReason());
  }
}
