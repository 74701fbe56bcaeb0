package dev.nauarch.apiserver.admission;

import dev.nauarch.api.ModelCodec;
import dev.nauarch.api.vertical.Adjustment;
import dev.nauarch.api.vertical.ContainerResources;
import dev.nauarch.api.vertical.LimitBounds;
import dev.nauarch.api.vertical.NamespaceBounds;
import dev.nauarch.api.vertical.VerticalPodAutoscaler;
import dev.nauarch.apiserver.port.Admission;
import dev.nauarch.apiserver.port.AdmissionRequest;
import dev.nauarch.apiserver.port.ObjectView;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A new pod asks for what the autoscaler of its workload recommends. Nothing is read where a
 * namespace has none. Where somebody defines the kind, this is for the webhook that came with it.
 */
final class VerticalResources implements Admission {

  private static final String PLURAL = "verticalpodautoscalers";
  private static final String UPDATES = "vpaUpdates";
  private static final String OBSERVED = "vpaObservedContainers";

  /** How far up the owners of a pod are looked for: a CronJob's Job's pod has two above it. */
  private static final int OWNERS_MAX = 5;

  private static final Map<String, String> PLURALS =
      Map.of(
          "ReplicaSet", "replicasets",
          "Deployment", "deployments",
          "StatefulSet", "statefulsets",
          "DaemonSet", "daemonsets",
          "ReplicationController", "replicationcontrollers",
          "Job", "jobs",
          "CronJob", "cronjobs",
          "JobSet", "jobsets");

  private final ObjectView view;

  VerticalResources(ObjectView view) {
    this.view = view;
  }

  @Override
  public void validate(AdmissionRequest request) {}

  @Override
  public void mutate(AdmissionRequest request) {
    if (!Requests.creates(request, "", "Pod")) {
      return;
    }
    var namespace = request.target().namespace();
    var all = view.list(VerticalPodAutoscaler.GROUP, PLURAL, namespace);
    if (all.isEmpty() || isDefinedElsewhere()) {
      return;
    }
    var pod = request.object().orElseThrow();
    var owner = topOwner(pod, namespace);
    if (owner.isEmpty()) {
      return;
    }
    all.stream()
        .filter(each -> isOf(each.path("spec").path("targetRef"), owner.get()))
        .map(each -> ModelCodec.decode(each, VerticalPodAutoscaler.RESOURCE))
        .filter(each -> each.spec().updatePolicy().mode().fillsNewPods())
        .min(VerticalPodAutoscaler.STRONGEST_FIRST)
        .ifPresent(each -> fill(pod, each, namespace));
  }

  private boolean isDefinedElsewhere() {
    return view.find(
            "apiextensions.k8s.io",
            "customresourcedefinitions",
            "",
            VerticalPodAutoscaler.DEFINITION)
        .isPresent();
  }

  private static boolean isOf(JsonNode target, JsonNode owner) {
    return target.path("kind").asString("").equals(owner.path("kind").asString(""))
        && target.path("name").asString("").equals(owner.path("name").asString(""));
  }

  /** The reference to whoever is in charge of the pod, of whoever made it, and so on. */
  private Optional<JsonNode> topOwner(ObjectNode pod, String namespace) {
    var owner = owner(pod);
    for (int i = 0; i < OWNERS_MAX && owner.isPresent(); i++) {
      var reference = owner.get();
      var plural = PLURALS.get(reference.path("kind").asString(""));
      var version = reference.path("apiVersion").asString("");
      var above =
          plural == null
              ? Optional.<JsonNode>empty()
              : view.find(
                      version.contains("/") ? version.substring(0, version.indexOf('/')) : "",
                      plural,
                      namespace,
                      reference.path("name").asString(""))
                  .flatMap(VerticalResources::owner);
      if (above.isEmpty()) {
        return owner;
      }
      owner = above;
    }
    return owner;
  }

  private static Optional<JsonNode> owner(JsonNode object) {
    for (var each : object.path("metadata").path("ownerReferences")) {
      if (each.path("controller").asBoolean(false)) {
        return Optional.of(each);
      }
    }
    return Optional.empty();
  }

  private void fill(ObjectNode pod, VerticalPodAutoscaler autoscaler, String namespace) {
    var spec = ModelCodec.decode(pod.path("spec"), PodSpec.class);
    var targets = new Adjustment(autoscaler, bounds(namespace)).of(spec);
    var notes = new ArrayList<String>();
    var containers = pod.path("spec").path("containers");
    for (int i = 0; i < containers.size(); i++) {
      var container = (ObjectNode) containers.path(i);
      for (var target : targets) {
        if (target.container().equals(container.path("name").asString(""))) {
          notes.add("container " + i + ": " + String.join(", ", fill(container, target)));
        }
      }
    }
    var annotations = pod.withObject("metadata").withObjectProperty("annotations");
    annotations.put(OBSERVED, names(spec));
    if (!notes.isEmpty()) {
      var name = autoscaler.getMetadata().getName();
      annotations.put(
          UPDATES, "Pod resources updated by " + name + ": " + String.join("; ", notes));
    }
  }

  private static String names(PodSpec spec) {
    return spec.getContainers().stream()
        .map(each -> each.getName())
        .collect(Collectors.joining(", "));
  }

  private static List<String> fill(ObjectNode container, ContainerResources target) {
    var notes = new ArrayList<String>();
    var resources = container.withObjectProperty("resources");
    for (var name : target.requests().names()) {
      resources.withObjectProperty("requests").put(name, target.requests().get(name).toString());
      notes.add(name + " request");
    }
    for (var name : target.limits().names()) {
      resources.withObjectProperty("limits").put(name, target.limits().get(name).toString());
      notes.add(name + " limit");
    }
    return notes;
  }

  /** What the LimitRanges of a namespace allow. */
  private NamespaceBounds bounds(String namespace) {
    var bounds = NamespaceBounds.NONE;
    for (var range : view.list("", "limitranges", namespace)) {
      for (var limit : range.path("spec").path("limits")) {
        bounds =
            bounds.and(
                limit.path("type").asString(""),
                new LimitBounds(
                    LimitRanger.amounts(limit.path("min")),
                    LimitRanger.amounts(limit.path("max")),
                    LimitRanger.amounts(limit.path("default"))));
      }
    }
    return bounds;
  }
}
