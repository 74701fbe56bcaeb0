package dev.nauarch.api;

import java.util.Optional;

/** The kinds of volumes that Kubernetes once attached by itself, and CSI drivers attach today. */
public final class InTreeStorage {

  /** Disks of Amazon. */
  public static final String EBS = "kubernetes.io/aws-ebs";

  /** Disks of Google. */
  public static final String GCE = "kubernetes.io/gce-pd";

  /** Disks of Azure. */
  public static final String AZURE_DISK = "kubernetes.io/azure-disk";

  /** Disks of OpenStack. */
  public static final String CINDER = "kubernetes.io/cinder";

  /** Volumes of Portworx. */
  public static final String PORTWORX = "kubernetes.io/portworx-volume";

  private InTreeStorage() {}

  /** The driver that has taken over from a plugin; none where none has. */
  public static Optional<String> driver(String plugin) {
    return switch (plugin) {
      case EBS -> Optional.of("ebs.csi.aws.com");
      case GCE -> Optional.of("pd.csi.storage.gke.io");
      case AZURE_DISK -> Optional.of("disk.csi.azure.com");
      case "kubernetes.io/azure-file" -> Optional.of("file.csi.azure.com");
      case CINDER -> Optional.of("cinder.csi.openstack.org");
      case PORTWORX -> Optional.of("pxd.portworx.com");
      case "kubernetes.io/vsphere-volume" -> Optional.of("csi.vsphere.vmware.com");
      default -> Optional.empty();
    };
  }
}
