package dev.nauarch.reconcile.vertical;

import dev.nauarch.api.ModelCodec;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
import dev.nauarch.api.quota.Amounts;
import dev.nauarch.api.vertical.VerticalPodAutoscaler;
import dev.nauarch.api.vertical.VerticalPodAutoscalerCheckpoint;
import dev.nauarch.reconcile.Times;
import dev.nauarch.reconcile.World;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A Deployment {@code web} of some pods, which an autoscaler of the same name is about. */
final class VerticalScene {

  static final ObjectKey KEY = new ObjectKey("default", "web");
  static final String DEPLOYMENT = "/apis/apps/v1/namespaces/default/deployments/web";
  private static final String METRICS =
      "/apis/metrics.k8s.io/v1beta1/namespaces/default/pods?labelSelector=app%3Dweb";

  final World world = new World();
  VerticalAutoscaler reconciler = new VerticalAutoscaler();
  private int made;

  VerticalScene(int replicas, String spec) {
    world.know(VerticalPodAutoscaler.RESOURCE);
    world.know(VerticalPodAutoscalerCheckpoint.RESOURCE);
    world.know(Resources.PODS);
    answer("/apis/apps", "{'preferredVersion':{'version':'v1'},'versions':[{'version':'v1'}]}");
    answer(
        "/apis/apps/v1",
        "{'resources':[{'name':'deployments','kind':'Deployment','namespaced':true}]}");
    answer(DEPLOYMENT, "{'metadata':{'name':'web'}}");
    answer(DEPLOYMENT + "/scale", "{'status':{'selector':'app=web'}}");
    world.add(
        Resources.REPLICA_SETS,
        read(
            ("{'metadata':{'name':'web-1','ownerReferences':[{'apiVersion':'apps/v1',"
                    + "'kind':'Deployment','name':'web','uid':'d','controller':true}]},"
                    + "'spec':{'replicas':%d}}")
                .formatted(replicas),
            ReplicaSet.class));
    autoscaler("web", spec);
    for (int i = 0; i < replicas; i++) {
      pod("100m", "300Mi");
    }
  }

  private void answer(String path, String json) {
    world.answer(path, json.replace('\'', '"'));
  }

  static <T> T read(String json, Class<T> type) {
    return ModelCodec.decode(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8), type);
  }

  void autoscaler(String name, String spec) {
    var json =
        ("{'metadata':{'name':'%s'},'spec':{'targetRef':{'apiVersion':'apps/v1',"
                + "'kind':'Deployment','name':'web'}%s}}")
            .formatted(name, spec.isEmpty() ? "" : "," + spec);
    world.add(
        VerticalPodAutoscaler.RESOURCE,
        ModelCodec.decode(
            json.replace('\'', '"').getBytes(StandardCharsets.UTF_8),
            VerticalPodAutoscaler.RESOURCE));
  }

  /** One more pod that runs. */
  void pod(String cpu, String memory) {
    world.add(
        Resources.PODS,
        read(
            ("{'metadata':{'name':'web-1-%1$d','labels':{'app':'web'},'ownerReferences':["
                    + "{'apiVersion':'apps/v1','kind':'ReplicaSet','name':'web-1','uid':'r',"
                    + "'controller':true}]},'spec':{'nodeName':'n','containers':[{'name':'main',"
                    + "'image':'i','resources':{'requests':{'cpu':'%2$s','memory':'%3$s'}}}]},"
                    + "'status':{'phase':'Running','startTime':'%4$s'}}")
                .formatted(made++, cpu, memory, Times.format(world.now())),
            Pod.class));
  }

  /** Each pod uses so much now. */
  void use(String cpu, String memory) {
    var items = new ArrayList<String>();
    for (var pod : pods()) {
      items.add(
          ("{'metadata':{'name':'%s'},'timestamp':'%s','containers':[{'name':'main','usage':"
                  + "{'cpu':'%s','memory':'%s'}},{'name':'init','usage':{'cpu':'9',"
                  + "'memory':'9Gi'}}]}")
              .formatted(pod.getMetadata().getName(), Times.format(world.now()), cpu, memory));
    }
    answer(METRICS, "{'items':[" + String.join(",", items) + "]}");
  }

  /** Looks so often while all pods use the same. */
  void look(int times, String cpu, String memory) {
    for (int i = 0; i < times; i++) {
      use(cpu, memory);
      world.events().clear();
      world.act(reconciler, KEY);
      world.pass(VerticalAutoscaler.PERIOD);
    }
  }

  List<Pod> pods() {
    return world.list(Resources.PODS);
  }

  List<String> requests() {
    return pods().stream()
        .map(pod -> pod.getSpec().getContainers().getFirst().getResources().getRequests())
        .map(requests -> Amounts.of(requests).get("cpu").toString())
        .toList();
  }

  /** Has the node say of a pod that is resized where it is in that. */
  void resizing(int number, String condition, String reason, String has) {
    world.change(
        Resources.PODS,
        pods().get(number).getMetadata().getName(),
        pod ->
            pod.edit()
                .editStatus()
                .addNewCondition()
                .withType(condition)
                .withStatus("True")
                .withReason(reason.isEmpty() ? null : reason)
                .withLastTransitionTime(Times.format(world.now()))
                .endCondition()
                .addToContainerStatuses(
                    read(
                        "{'name':'main','resources':{'requests':{'cpu':'%s','memory':'300Mi'}}}"
                            .formatted(has),
                        io.fabric8.kubernetes.api.model.ContainerStatus.class))
                .endStatus()
                .build());
  }

  VerticalPodAutoscaler autoscaler() {
    return world.get(VerticalPodAutoscaler.RESOURCE, KEY).orElseThrow();
  }

  String condition(String type) {
    return autoscaler().status().conditions().stream()
        .filter(each -> each.getType().equals(type))
        .map(each -> each.getStatus() + " " + each.getMessage())
        .findFirst()
        .orElse("none");
  }
}
