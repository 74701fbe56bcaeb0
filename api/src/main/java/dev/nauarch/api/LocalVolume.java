package dev.nauarch.api;

import io.fabric8.kubernetes.api.model.PersistentVolume;

/** What volumes on the nodes' own disks carry, by which control plane and nodes understand them. */
public final class LocalVolume {

  /** Who makes such volumes: the provisioner that their storage class names. */
  public static final String PROVISIONER = "nauarch.dev/local";

  /** The annotation that says who made a volume. */
  public static final String PROVISIONED_BY = "pv.kubernetes.io/provisioned-by";

  /** Holds a deleted volume until its node has dealt with its folder. */
  public static final String FOLDER_FINALIZER = "nauarch.dev/local-folder";

  /** Holds a deleted volume while a claim is bound to it. */
  public static final String IN_USE_FINALIZER = "kubernetes.io/pv-protection";

  private LocalVolume() {}

  /** Whether a volume was made on a node's disk by this system. */
  public static boolean isOurs(PersistentVolume volume) {
    var annotations = volume.getMetadata().getAnnotations();
    return annotations != null && PROVISIONER.equals(annotations.get(PROVISIONED_BY));
  }

  /** Whether a deleted volume waits for nothing but its folder. */
  public static boolean awaitsFolder(PersistentVolume volume) {
    var metadata = volume.getMetadata();
    return metadata.getDeletionTimestamp() != null
        && metadata.getFinalizers().contains(FOLDER_FINALIZER)
        && !metadata.getFinalizers().contains(IN_USE_FINALIZER);
  }

  /** Whether a volume can be reached from the node of this host name, as far as that tells. */
  public static boolean isOn(PersistentVolume volume, String hostname) {
    var affinity = volume.getSpec().getNodeAffinity();
    return affinity == null
        || affinity.getRequired() == null
        || affinity.getRequired().getNodeSelectorTerms().stream()
            .anyMatch(
                term ->
                    term.getMatchExpressions().stream()
                        .filter(each -> "kubernetes.io/hostname".equals(each.getKey()))
                        .allMatch(each -> each.getValues().contains(hostname)));
  }
}
