package dev.nauarch.reconcile.job;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.reconcile.Names;
import dev.nauarch.reconcile.PodTemplates;
import dev.nauarch.reconcile.Snapshot;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Makes the pods of one Job. */
final class PodFactory {

  private static final String INDEX_VARIABLE = "JOB_COMPLETION_INDEX";

  // A name, two hyphens and a suffix of five letters, besides the index.
  private static final int NAME_MAX = 63 - 7;

  private final Job job;
  private final Snapshot world;

  PodFactory(Job job, Snapshot world) {
    this.job = job;
    this.world = world;
  }

  /**
   * Pods of no index.
   *
   * @param attempt tells the pods of a later attempt from those of an earlier one
   */
  List<Pod> plain(int count, int attempt) {
    return names(job.getMetadata().getName(), attempt).limit(count).map(this::tracked).toList();
  }

  private Stream<String> names(String base, int attempt) {
    var key = new ObjectKey(job.getMetadata().getNamespace(), base);
    return Names.ofPods(world, key, uid() + "/" + attempt);
  }

  private String uid() {
    return job.getMetadata().getUid();
  }

  private Pod tracked(String name) {
    return PodTemplates.pod(job.getSpec().getTemplate(), job, name)
        .editMetadata()
        .addToFinalizers(JobPods.FINALIZER)
        .addToLabels("batch.kubernetes.io/job-name", job.getMetadata().getName())
        .addToLabels("job-name", job.getMetadata().getName())
        .addToLabels("batch.kubernetes.io/controller-uid", uid())
        .addToLabels("controller-uid", uid())
        .endMetadata()
        .build();
  }

  /**
   * The pod of an index.
   *
   * @param failures how often the index failed before
   * @param ignored how often it failed in ways that do not count
   */
  Pod indexed(int index, int failures, int ignored, int attempt) {
    var text = Integer.toString(index);
    var pod = tracked(names(base(text), attempt).findFirst().orElseThrow());
    var metadata = pod.edit().editMetadata();
    metadata.addToLabels(JobPods.INDEX, text).addToAnnotations(JobPods.INDEX, text);
    if (job.getSpec().getBackoffLimitPerIndex() != null) {
      metadata.addToAnnotations(JobPods.INDEX_FAILURES, Integer.toString(failures));
      if (ignored > 0) {
        metadata.addToAnnotations(JobPods.INDEX_IGNORED, Integer.toString(ignored));
      }
    }
    var result = metadata.endMetadata().build();
    if (result.getSpec().getHostname() == null) {
      result.getSpec().setHostname(job.getMetadata().getName() + "-" + index);
    }
    result.getSpec().getInitContainers().forEach(PodFactory::tellIndex);
    result.getSpec().getContainers().forEach(PodFactory::tellIndex);
    return result;
  }

  /** What the name of an index's pod starts with; the index stays where a long name does not. */
  private String base(String index) {
    var name = job.getMetadata().getName();
    var room = Math.min(name.length(), NAME_MAX - index.length());
    return name.substring(0, room) + "-" + index;
  }

  private static void tellIndex(Container container) {
    var env = new ArrayList<EnvVar>(container.getEnv());
    if (env.stream().noneMatch(each -> each.getName().equals(INDEX_VARIABLE))) {
      env.add(
          new EnvVarBuilder()
              .withName(INDEX_VARIABLE)
              .withNewValueFrom()
              .withNewFieldRef()
              .withFieldPath("metadata.labels['" + JobPods.INDEX + "']")
              .endFieldRef()
              .endValueFrom()
              .build());
      container.setEnv(env);
    }
  }
}
