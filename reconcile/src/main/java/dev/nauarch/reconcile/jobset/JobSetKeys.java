package dev.nauarch.reconcile.jobset;

/** Labels and annotations by which the parts of a JobSet are told apart. */
final class JobSetKeys {

  static final String PREFIX = "jobset.sigs.k8s.io/";
  static final String NAME = PREFIX + "jobset-name";
  static final String UID = PREFIX + "jobset-uid";
  static final String GROUP = PREFIX + "replicatedjob-name";
  static final String GROUP_REPLICAS = PREFIX + "replicatedjob-replicas";
  static final String GLOBAL_REPLICAS = PREFIX + "global-replicas";
  static final String JOB_INDEX = PREFIX + "job-index";
  static final String JOB_GLOBAL_INDEX = PREFIX + "job-global-index";
  static final String JOB_KEY = PREFIX + "job-key";
  static final String RESTART = PREFIX + "restart-attempt";
  static final String COORDINATOR = PREFIX + "coordinator";
  static final String LARGER_GROUP = PREFIX + "group-name";
  static final String LARGER_GROUP_REPLICAS = PREFIX + "group-replicas";
  static final String JOB_GROUP_INDEX = PREFIX + "job-group-index";

  /** Names the queue that decides when the JobSet may start. */
  static final String QUEUE = "kueue.x-k8s.io/queue-name";

  private JobSetKeys() {}
}
