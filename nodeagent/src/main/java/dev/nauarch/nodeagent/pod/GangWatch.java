package dev.nauarch.nodeagent.pod;

import dev.nauarch.api.OwnNames;
import dev.nauarch.api.Resources;
import dev.nauarch.client.ClusterClient;
import dev.nauarch.client.Informer;
import dev.nauarch.client.InformerListener;
import dev.nauarch.client.Selection;
import io.fabric8.kubernetes.api.model.scheduling.v1beta1.PodGroup;

/**
 * Waits until the whole placement of a gang is committed, which is one write of its PodGroup. From
 * then on every binding of it rolls forward, so no container of the gang has to wait any longer.
 */
final class GangWatch implements AutoCloseable {
  private final Informer<PodGroup> informer;

  private GangWatch(Informer<PodGroup> informer) {
    this.informer = informer;
  }

  /** Calls back each time the group is seen placed, until it is closed. */
  static GangWatch start(ClusterClient client, String namespace, String group, Runnable onPlaced) {
    return new GangWatch(
        Informer.start(
            client,
            Resources.POD_GROUPS,
            new Selection(namespace, "", "metadata.name=" + group),
            new InformerListener<>() {
              @Override
              public void onUpsert(PodGroup seen) {
                if (seen.getMetadata().getName().equals(group) && isPlaced(seen)) {
                  onPlaced.run();
                }
              }

              @Override
              public void onDelete(PodGroup gone) {}
            }));
  }

  /** Pods of groups without gang policy need not wait for each other. */
  private static boolean isPlaced(PodGroup group) {
    var policy = group.getSpec() == null ? null : group.getSpec().getSchedulingPolicy();
    if (policy != null && policy.getBasic() != null) {
      return true;
    }
    var annotations = group.getMetadata().getAnnotations();
    return annotations != null && annotations.containsKey(OwnNames.PLACEMENT);
  }

  @Override
  public void close() {
    informer.close();
  }
}
