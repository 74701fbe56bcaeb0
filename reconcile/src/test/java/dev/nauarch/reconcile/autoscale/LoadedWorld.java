package dev.nauarch.reconcile.autoscale;

import dev.nauarch.api.ModelCodec;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.reconcile.Times;
import dev.nauarch.reconcile.World;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerCondition;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A Deployment {@code web} under an autoscaler of the same name, whose pods are under load. */
final class LoadedWorld {

  static final ObjectKey KEY = new ObjectKey("default", "web");
  static final String METRICS =
      "/apis/metrics.k8s.io/v1beta1/namespaces/default/pods?labelSelector=app%3Dweb";

  final World world = new World();
  final HorizontalAutoscaler reconciler = new HorizontalAutoscaler();

  LoadedWorld(int replicas, String spec) {
    world.know(Resources.HORIZONTAL_POD_AUTOSCALERS);
    world.know(Resources.PODS);
    world.answer(
        "/apis/apps",
        "{'preferredVersion':{'version':'v1'},'versions':[{'version':'v1'}]}".replace('\'', '"'));
    world.answer(
        "/apis/apps/v1",
        ("{'resources':[{'name':'deployments','kind':'Deployment','namespaced':true},"
                + "{'name':'deployments/scale','kind':'Scale','namespaced':true}]}")
            .replace('\'', '"'));
    world.add(
        Resources.DEPLOYMENTS,
        read(
            "{'metadata':{'name':'web'},'spec':{'replicas':%d}}".formatted(replicas),
            Deployment.class));
    autoscaler("web", spec);
    followScale();
  }

  static <T> T read(String json, Class<T> type) {
    return ModelCodec.decode(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8), type);
  }

  void autoscaler(String name, String spec) {
    world.add(
        Resources.HORIZONTAL_POD_AUTOSCALERS,
        read(
            ("{'apiVersion':'autoscaling/v2','kind':'HorizontalPodAutoscaler',"
                    + "'metadata':{'name':'%s'},'spec':{'scaleTargetRef':"
                    + "{'apiVersion':'apps/v1','kind':'Deployment','name':'web'},%s}}")
                .formatted(name, spec),
            HorizontalPodAutoscaler.class));
  }

  static String cpu(int percent) {
    return ("{'type':'Resource','resource':{'name':'cpu','target':"
            + "{'type':'Utilization','averageUtilization':%d}}}")
        .formatted(percent);
  }

  int replicas() {
    return world.get(Resources.DEPLOYMENTS, KEY).orElseThrow().getSpec().getReplicas();
  }

  /** The scale says what the Deployment does. */
  void followScale() {
    var replicas = replicas();
    world.answer(
        "/apis/apps/v1/namespaces/default/deployments/web/scale",
        "{'spec':{'replicas':%1$d},'status':{'replicas':%1$d,'selector':'app=web'}}"
            .formatted(replicas)
            .replace('\'', '"'));
  }

  /** As many pods as the Deployment wants, ready for long, each asking for 100m of CPU. */
  void followPods() {
    var pods = world.list(Resources.PODS);
    for (int i = pods.size(); i < replicas(); i++) {
      pod(i, "Running", true, Duration.ofHours(1));
    }
    for (int i = replicas(); i < pods.size(); i++) {
      world.delete(Resources.PODS, new ObjectKey("default", "web-" + i), "");
    }
  }

  void pod(int number, String phase, boolean ready, Duration age) {
    var since = Times.format(world.now().minus(age));
    world.add(
        Resources.PODS,
        read(
            ("{'metadata':{'name':'web-%1$d','labels':{'app':'web'}},'spec':{'containers':["
                    + "{'name':'main','resources':{'requests':{'cpu':'100m','memory':'64Mi'}}}]},"
                    + "'status':{'phase':'%2$s','startTime':'%4$s','conditions':[{'type':'Ready',"
                    + "'status':'%3$s','lastTransitionTime':'%4$s'}]}}")
                .formatted(number, phase, ready ? "True" : "False", since),
            Pod.class));
  }

  /** The metrics of pods, in order; a negative number for a pod without any. */
  void use(int... milli) {
    var items = new ArrayList<String>();
    for (int i = 0; i < milli.length; i++) {
      if (milli[i] >= 0) {
        items.add(
            ("{'metadata':{'name':'web-%d'},'timestamp':'%s','window':'15s','containers':"
                    + "[{'name':'main','usage':{'cpu':'%dm','memory':'%dMi'}}]}")
                .formatted(i, Times.format(world.now()), milli[i], milli[i]));
      }
    }
    world.answer(METRICS, ("{'items':[" + String.join(",", items) + "]}").replace('\'', '"'));
  }

  /** Each of the pods that there are uses so much. */
  void useEach(int milli) {
    var all = new int[world.list(Resources.PODS).size()];
    java.util.Arrays.fill(all, milli);
    use(all);
  }

  /** One look of the autoscaler, after which the world follows; its events are the last ones. */
  void look() {
    world.events().clear();
    world.act(reconciler, KEY);
    followScale();
  }

  /** A look, with pods that follow, and the time until the next one. */
  void period() {
    look();
    followPods();
    world.pass(History.PERIOD);
  }

  HorizontalPodAutoscaler autoscaler() {
    return world.get(Resources.HORIZONTAL_POD_AUTOSCALERS, KEY).orElseThrow();
  }

  /** The conditions as {@code status reason}, by type. */
  Map<String, String> conditions() {
    var conditions = new TreeMap<String, String>();
    for (var each : autoscaler().getStatus().getConditions()) {
      conditions.put(each.getType(), each.getStatus() + " " + each.getReason());
    }
    return conditions;
  }

  String message(String type) {
    return autoscaler().getStatus().getConditions().stream()
        .filter(each -> each.getType().equals(type))
        .map(HorizontalPodAutoscalerCondition::getMessage)
        .findFirst()
        .orElseThrow();
  }

  List<String> events() {
    return world.events();
  }
}
