package dev.nauarch.scheduling.translate;

import dev.nauarch.api.ObjectKey;
import dev.nauarch.scheduling.model.GroupState;
import dev.nauarch.scheduling.model.Requirement;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.ReplicationController;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Services and makers of pods as far as they say which pods belong together. */
public final class GroupTranslation {

  /** Who makes pods that belong together, as owner references name them. */
  private static final List<String> MAKERS =
      List.of("apps/v1/ReplicaSet", "apps/v1/StatefulSet", "v1/ReplicationController");

  private GroupTranslation() {}

  /** A Service. */
  public static GroupState of(Service service) {
    return group(service, service.getSpec() == null ? null : service.getSpec().getSelector());
  }

  /** A ReplicationController. */
  public static GroupState of(ReplicationController maker) {
    return group(maker, maker.getSpec() == null ? null : maker.getSpec().getSelector());
  }

  /** A ReplicaSet. */
  public static GroupState of(ReplicaSet maker) {
    return chosen(maker, maker.getSpec() == null ? null : maker.getSpec().getSelector());
  }

  /** A StatefulSet. */
  public static GroupState of(StatefulSet maker) {
    return chosen(maker, maker.getSpec() == null ? null : maker.getSpec().getSelector());
  }

  /** Which one an object is. */
  public static GroupState.Ref ref(HasMetadata group) {
    return new GroupState.Ref(group.getKind(), ObjectKey.of(group));
  }

  /**
   * The kind and the name of a pod's maker; empty where pods of one maker don't belong together.
   */
  static String controller(ObjectMeta pod) {
    return pod.getOwnerReferences().stream()
        .filter(owner -> Boolean.TRUE.equals(owner.getController()))
        .filter(owner -> MAKERS.contains(owner.getApiVersion() + "/" + owner.getKind()))
        .map(GroupTranslation::words)
        .findFirst()
        .orElse("");
  }

  private static String words(OwnerReference owner) {
    return owner.getKind() + "/" + owner.getName();
  }

  private static GroupState group(HasMetadata group, @Nullable Map<String, String> selector) {
    return new GroupState(ref(group), Selectors.equal(selector));
  }

  private static GroupState chosen(HasMetadata group, @Nullable LabelSelector selector) {
    List<Requirement> requirements = Selectors.labels(selector);
    return new GroupState(ref(group), requirements);
  }
}
