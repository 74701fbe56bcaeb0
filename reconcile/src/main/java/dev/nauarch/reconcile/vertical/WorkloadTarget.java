package dev.nauarch.reconcile.vertical;

import dev.nauarch.api.ModelCodec;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resource;
import dev.nauarch.reconcile.Reading;
import dev.nauarch.reconcile.Snapshot;
import dev.nauarch.reconcile.Tree;
import dev.nauarch.reconcile.autoscale.MetricFault;
import dev.nauarch.reconcile.autoscale.PodSelector;
import dev.nauarch.reconcile.autoscale.ScaleTarget;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.autoscaling.v2.CrossVersionObjectReference;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A workload whose pods an autoscaler is about.
 *
 * @param kind its kind
 * @param name its name
 * @param pods which pods are its
 */
record WorkloadTarget(String kind, String name, PodSelector pods) {

  /** Kinds whose objects are not topmost where another one of these owns them. */
  private static final List<String> WELL_KNOWN =
      List.of(
          "CronJob",
          "DaemonSet",
          "Deployment",
          "Job",
          "ReplicaSet",
          "ReplicationController",
          "StatefulSet");

  /**
   * Finds what a reference means.
   *
   * @throws MetricFault it means nothing, or nothing whose pods can be told, or only a part
   */
  static WorkloadTarget find(
      Snapshot world, String namespace, @Nullable CrossVersionObjectReference target)
      throws MetricFault {
    if (target == null) {
      throw new MetricFault("Cannot read targetRef. Reason: targetRef not defined");
    }
    try {
      MetricFault first = null;
      for (var resource : ScaleTarget.kinds(world, target)) {
        try {
          return read(world, resource, new ObjectKey(namespace, target.getName()));
        } catch (MetricFault e) {
          first = first == null ? e : first;
        }
      }
      throw first == null ? new MetricFault("unrecognized resource") : first;
    } catch (NotTopmost e) {
      throw new MetricFault(
          "The target %s.%s/%s has a parent controller but it should point to a topmost well-known"
                  .formatted(target.getApiVersion(), target.getKind(), target.getName())
              + " or scalable controller");
    } catch (MetricFault e) {
      throw new MetricFault("Cannot read targetRef. Reason: " + e.message());
    }
  }

  /** That an object is part of another one. */
  private static final class NotTopmost extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private static WorkloadTarget read(Snapshot world, Resource<?> resource, ObjectKey key)
      throws MetricFault {
    var path = resource.path(key.namespace()) + "/" + ScaleTarget.encoded(key.name());
    var object =
        switch (world.read(path)) {
          case Reading.Found(var found) -> found;
          case Reading.Failed(var why) -> throw new MetricFault(why);
        };
    for (var owner : object.at("metadata", "ownerReferences").items()) {
      if (owner.at("controller").isTrue() && WELL_KNOWN.contains(owner.at("kind").text())) {
        throw new NotTopmost();
      }
    }
    return new WorkloadTarget(
        resource.kind(), key.name(), PodSelector.parse(selector(world, path, object, resource)));
  }

  private static String selector(Snapshot world, String path, Tree object, Resource<?> resource)
      throws MetricFault {
    var text =
        switch (resource.kind()) {
          case "DaemonSet", "Job" -> PodSelector.text(labelSelector(object.at("spec", "selector")));
          case "CronJob" ->
              PodSelector.text(
                  new LabelSelectorBuilder()
                      .withMatchLabels(
                          texts(
                              object.at(
                                  "spec", "jobTemplate", "spec", "template", "metadata", "labels")))
                      .build());
          default ->
              switch (world.read(path + "/scale")) {
                case Reading.Found(var scale) -> scale.at("status", "selector").text();
                case Reading.Failed(var why) -> throw new MetricFault(why);
              };
        };
    if (text.isEmpty()) {
      throw new MetricFault(
          "resource %s has an empty selector for scale sub-resource"
              .formatted(object.at("metadata", "name").text()));
    }
    return text;
  }

  private static LabelSelector labelSelector(Tree selector) {
    return selector.value() == null
        ? new LabelSelector()
        : ModelCodec.copy(selector.value(), LabelSelector.class);
  }

  private static Map<String, String> texts(Tree map) {
    var texts = new TreeMap<String, String>();
    if (map.value() instanceof Map<?, ?> entries) {
      entries.forEach((key, value) -> texts.put(String.valueOf(key), String.valueOf(value)));
    }
    return texts;
  }
}
