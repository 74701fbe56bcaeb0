package dev.nauarch.reconcile.job;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.api.Resources;
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

/** Makes the pods of one Job. */
final class PodFactory {

  private static final String INDEX_VARIABLE = "JOB_COMPLETION_INDEX";

  private final Job job;
  private final Snapshot world;

  PodFactory(Job job, Snapshot world) {
    this.job = job;
    this.world = world;
  }

  /**
   * The first names that are free; what a lagging snapshot makes once more has a name that is
   * taken.
   *
   * @param attempt tells the pods of a later attempt from those of an earlier one
   */
  List<Pod> plain(int count, int attempt) {
    var pods = new ArrayList<Pod>();
    for (int number = 0; pods.size() < count; number++) {
      var name = Names.child(job.getMetadata().getName(), uid(), attempt, number);
      if (isFree(name)) {
        pods.add(tracked(name));
      }
    }
    return pods;
  }

  private String uid() {
    return job.getMetadata().getUid();
  }

  private boolean isFree(String name) {
    return world
        .get(Resources.PODS, new ObjectKey(job.getMetadata().getNamespace(), name))
        .isEmpty();
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
    var base = job.getMetadata().getName() + "-" + index;
    int number = 0;
    while (!isFree(Names.child(base, uid(), attempt, number))) {
      number++;
    }
    var pod = tracked(Names.child(base, uid(), attempt, number));
    var text = Integer.toString(index);
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
      result.getSpec().setHostname(base);
    }
    result.getSpec().getInitContainers().forEach(PodFactory::tellIndex);
    result.getSpec().getContainers().forEach(PodFactory::tellIndex);
    return result;
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
