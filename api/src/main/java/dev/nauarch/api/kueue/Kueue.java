package dev.nauarch.api.kueue;

import dev.nauarch.api.Resource;
import dev.nauarch.api.Resources;

/** The names of the queue API: resources, labels, conditions. */
public final class Kueue {

  /** The API group. */
  public static final String GROUP = "kueue.x-k8s.io";

  /** The group and version of the kinds here. */
  public static final String API_VERSION = GROUP + "/v1beta2";

  public static final Resource<ResourceFlavor> RESOURCE_FLAVORS =
      new Resource<>(
          GROUP, "v1beta2", "resourceflavors", "ResourceFlavor", false, ResourceFlavor.class);
  public static final Resource<ClusterQueue> CLUSTER_QUEUES =
      new Resource<>(GROUP, "v1beta2", "clusterqueues", "ClusterQueue", false, ClusterQueue.class);
  public static final Resource<LocalQueue> LOCAL_QUEUES =
      Resources.namespaced(GROUP, "v1beta2", LocalQueue.class);
  public static final Resource<Workload> WORKLOADS =
      Resources.namespaced(GROUP, "v1beta2", Workload.class);

  /** On a job: the LocalQueue that it waits in. */
  public static final String QUEUE_LABEL = GROUP + "/queue-name";

  /** On a pod: its pod set within the workload. */
  public static final String POD_SET_LABEL = GROUP + "/podset";

  /** On a pod: its workload. */
  public static final String WORKLOAD_ANNOTATION = GROUP + "/workload";

  /** On a Workload: the uid of its job. */
  public static final String JOB_UID_LABEL = GROUP + "/job-uid";

  /** The name of the flavor, cluster queue and local queue that exist by themselves. */
  public static final String DEFAULT = "default";

  private Kueue() {}
}
