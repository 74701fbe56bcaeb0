package dev.nauarch.reconcile.workload;

import dev.nauarch.api.ModelCodec;
import dev.nauarch.api.Resource;
import dev.nauarch.api.Resources;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ReplicationController;
import io.fabric8.kubernetes.api.model.ReplicationControllerStatus;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetStatus;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * A kind that keeps a number of pods of one template, seen as a ReplicaSet.
 *
 * @param controller the name of its controller
 * @param asSet an object as a ReplicaSet, with its own apiVersion, kind and metadata
 * @param withStatus an object with the status of its ReplicaSet
 */
record ReplicaForm<T extends HasMetadata>(
    Resource<T> resource,
    String controller,
    Function<T, ReplicaSet> asSet,
    BiFunction<T, ReplicaSetStatus, T> withStatus) {

  static final ReplicaForm<ReplicaSet> REPLICA_SET =
      new ReplicaForm<>(
          Resources.REPLICA_SETS,
          "replicaset-controller",
          UnaryOperator.identity(),
          (set, status) -> set.edit().withStatus(status).build());

  static final ReplicaForm<ReplicationController> REPLICATION_CONTROLLER =
      new ReplicaForm<>(
          Resources.REPLICATION_CONTROLLERS,
          "replicationcontroller-controller",
          ReplicaForm::setOf,
          ReplicaForm::reported);

  private static ReplicaSet setOf(ReplicationController controller) {
    var spec = controller.getSpec();
    var builder =
        new ReplicaSetBuilder()
            .withApiVersion(controller.getApiVersion())
            .withKind(controller.getKind())
            .withMetadata(controller.getMetadata())
            .withNewSpec()
            .withReplicas(spec.getReplicas())
            .withMinReadySeconds(spec.getMinReadySeconds())
            .withNewSelector()
            .withMatchLabels(spec.getSelector())
            .endSelector()
            .withTemplate(spec.getTemplate())
            .endSpec();
    var status = controller.getStatus();
    if (status != null) {
      builder.withStatus(ModelCodec.copy(status, ReplicaSetStatus.class));
    }
    return builder.build();
  }

  /**
   * The two kinds of status are the same but for pods that end, which one of them does not count.
   */
  private static ReplicationController reported(
      ReplicationController controller, ReplicaSetStatus status) {
    var counted = status.edit().withTerminatingReplicas(null).build();
    return controller
        .edit()
        .withStatus(ModelCodec.copy(counted, ReplicationControllerStatus.class))
        .build();
  }
}
