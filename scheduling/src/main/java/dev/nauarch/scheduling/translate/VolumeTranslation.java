package dev.nauarch.scheduling.translate;

import static dev.nauarch.scheduling.translate.PodTranslation.orEmpty;
import static dev.nauarch.scheduling.translate.PodTranslation.sorted;

import dev.nauarch.api.InTreeStorage;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.scheduling.model.ClaimState;
import dev.nauarch.scheduling.model.DriverVolume;
import dev.nauarch.scheduling.model.NodeTerm;
import dev.nauarch.scheduling.model.Requirement;
import dev.nauarch.scheduling.model.VolumeForm;
import dev.nauarch.scheduling.model.VolumeState;
import dev.nauarch.scheduling.volume.AttachmentState;
import dev.nauarch.scheduling.volume.CapacityState;
import dev.nauarch.scheduling.volume.NodeDrivers;
import dev.nauarch.scheduling.volume.StorageClassState;
import dev.nauarch.scheduling.volume.VolumeEvent;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.storage.CSIDriver;
import io.fabric8.kubernetes.api.model.storage.CSINode;
import io.fabric8.kubernetes.api.model.storage.CSINodeDriver;
import io.fabric8.kubernetes.api.model.storage.CSIStorageCapacity;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.fabric8.kubernetes.api.model.storage.VolumeAttachment;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Storage as the scheduler knows it. */
public final class VolumeTranslation {

  /** Names the node for which a claim's volume is to be made. */
  public static final String SELECTED_NODE = "volume.kubernetes.io/selected-node";

  /** Says that a claim and its volume are bound to each other. */
  static final String COMPLETED = "pv.kubernetes.io/bind-completed";

  /** Says that the binding was not asked for by a user. */
  static final String BOUND_HERE = "pv.kubernetes.io/bound-by-controller";

  private static final String CLASS = "volume.beta.kubernetes.io/storage-class";
  private static final String MIGRATED = "storage.alpha.kubernetes.io/migrated-plugins";

  private VolumeTranslation() {}

  /** A claim. */
  public static VolumeEvent of(PersistentVolumeClaim claim) {
    var spec = claim.getSpec();
    var annotations = sorted(claim.getMetadata().getAnnotations());
    var requests = spec.getResources() == null ? null : spec.getResources().getRequests();
    var state =
        new ClaimState(
            ObjectKey.of(claim),
            orEmpty(claim.getMetadata().getUid()),
            owner(claim),
            stage(claim),
            orEmpty(spec.getVolumeName()),
            annotations.getOrDefault(SELECTED_NODE, ""),
            new VolumeForm(
                annotations.getOrDefault(CLASS, orEmpty(spec.getStorageClassName())),
                spec.getAccessModes(),
                "Block".equals(spec.getVolumeMode()),
                orEmpty(spec.getVolumeAttributesClassName())),
            bytes(requests),
            Selectors.labels(spec.getSelector()));
    return new VolumeEvent.ClaimSeen(state, version(claim));
  }

  private static String owner(PersistentVolumeClaim claim) {
    return claim.getMetadata().getOwnerReferences().stream()
        .filter(owner -> Boolean.TRUE.equals(owner.getController()))
        .map(OwnerReference::getUid)
        .findFirst()
        .orElse("");
  }

  private static ClaimState.Stage stage(PersistentVolumeClaim claim) {
    var isBound =
        !orEmpty(claim.getSpec().getVolumeName()).isEmpty()
            && sorted(claim.getMetadata().getAnnotations()).containsKey(COMPLETED);
    if (claim.getStatus() != null && "Lost".equals(claim.getStatus().getPhase())) {
      return ClaimState.Stage.LOST;
    }
    if (claim.getMetadata().getDeletionTimestamp() != null) {
      return ClaimState.Stage.ENDING;
    }
    return isBound ? ClaimState.Stage.BOUND : ClaimState.Stage.PENDING;
  }

  private static long version(HasMetadata object) {
    var version = object.getMetadata().getResourceVersion();
    try {
      return version == null ? 0 : Long.parseLong(version);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  private static long bytes(@Nullable Map<String, Quantity> amounts) {
    var storage = amounts == null ? null : amounts.get("storage");
    return storage == null ? 0 : Quantities.amount("storage", storage);
  }

  /** A volume. */
  public static VolumeEvent of(PersistentVolume volume) {
    var spec = volume.getSpec();
    var affinity = spec.getNodeAffinity();
    var required = affinity == null ? null : affinity.getRequired();
    var annotations = sorted(volume.getMetadata().getAnnotations());
    var ref = spec.getClaimRef();
    var state =
        new VolumeState(
            volume.getMetadata().getName(),
            new VolumeForm(
                annotations.getOrDefault(CLASS, orEmpty(spec.getStorageClassName())),
                spec.getAccessModes(),
                "Block".equals(spec.getVolumeMode()),
                orEmpty(spec.getVolumeAttributesClassName())),
            bytes(spec.getCapacity()),
            sorted(volume.getMetadata().getLabels()),
            required == null ? List.of() : NodeTerms.of(required),
            stage(volume),
            ref == null
                ? Optional.empty()
                : Optional.of(
                    new VolumeState.Holder(
                        new ObjectKey(orEmpty(ref.getNamespace()), orEmpty(ref.getName())),
                        orEmpty(ref.getUid()))),
            disk(spec));
    return new VolumeEvent.VolumeSeen(state, version(volume));
  }

  private static VolumeState.Stage stage(PersistentVolume volume) {
    if (volume.getMetadata().getDeletionTimestamp() != null) {
      return VolumeState.Stage.ENDING;
    }
    return volume.getStatus() != null && "Available".equals(volume.getStatus().getPhase())
        ? VolumeState.Stage.AVAILABLE
        : VolumeState.Stage.TAKEN;
  }

  private static Optional<DriverVolume> disk(PersistentVolumeSpec spec) {
    if (spec.getCsi() != null) {
      return Optional.of(
          new DriverVolume(spec.getCsi().getDriver(), spec.getCsi().getVolumeHandle(), ""));
    }
    if (spec.getAwsElasticBlockStore() != null) {
      return formerly(InTreeStorage.EBS, spec.getAwsElasticBlockStore().getVolumeID());
    }
    if (spec.getGcePersistentDisk() != null) {
      return formerly(InTreeStorage.GCE, spec.getGcePersistentDisk().getPdName());
    }
    if (spec.getAzureDisk() != null) {
      return formerly(InTreeStorage.AZURE_DISK, spec.getAzureDisk().getDiskURI());
    }
    if (spec.getCinder() != null) {
      return formerly(InTreeStorage.CINDER, spec.getCinder().getVolumeID());
    }
    if (spec.getPortworxVolume() != null) {
      return formerly(InTreeStorage.PORTWORX, spec.getPortworxVolume().getVolumeID());
    }
    return Optional.empty();
  }

  private static Optional<DriverVolume> formerly(String plugin, @Nullable String id) {
    return InTreeStorage.driver(plugin)
        .map(driver -> new DriverVolume(driver, orEmpty(id), plugin));
  }

  /** A class. */
  public static VolumeEvent of(StorageClass storageClass) {
    List<NodeTerm> topologies =
        storageClass.getAllowedTopologies().stream()
            .map(
                term ->
                    new NodeTerm(
                        term.getMatchLabelExpressions().stream()
                            .map(
                                one ->
                                    new Requirement(
                                        one.getKey(), Requirement.Operator.IN, one.getValues()))
                            .toList(),
                        List.of(),
                        0))
            .toList();
    return new VolumeEvent.ClassSeen(
        new StorageClassState(
            storageClass.getMetadata().getName(),
            orEmpty(storageClass.getProvisioner()),
            "WaitForFirstConsumer".equals(storageClass.getVolumeBindingMode()),
            topologies));
  }

  /** A driver. */
  public static VolumeEvent of(CSIDriver driver) {
    return new VolumeEvent.DriverSeen(
        driver.getMetadata().getName(),
        Boolean.TRUE.equals(driver.getSpec().getStorageCapacity()),
        Boolean.TRUE.equals(driver.getSpec().getPreventPodSchedulingIfMissing()));
  }

  /** What a driver can make somewhere. */
  public static VolumeEvent of(CSIStorageCapacity capacity) {
    var limit =
        capacity.getMaximumVolumeSize() == null
            ? capacity.getCapacity()
            : capacity.getMaximumVolumeSize();
    return new VolumeEvent.CapacitySeen(
        new CapacityState(
            ObjectKey.of(capacity),
            orEmpty(capacity.getStorageClassName()),
            capacity.getNodeTopology() != null,
            Selectors.labels(capacity.getNodeTopology()),
            limit == null ? -1 : Quantities.amount("storage", limit)));
  }

  /** The drivers of a node. */
  public static VolumeEvent of(CSINode node) {
    var limits = new TreeMap<String, Long>();
    for (var driver : node.getSpec().getDrivers()) {
      if (driver.getAllocatable() != null && driver.getAllocatable().getCount() != null) {
        limits.put(driver.getName(), driver.getAllocatable().getCount().longValue());
      }
    }
    var migrated = sorted(node.getMetadata().getAnnotations()).getOrDefault(MIGRATED, "");
    return new VolumeEvent.NodeDriversSeen(
        new NodeDrivers(
            node.getMetadata().getName(),
            node.getSpec().getDrivers().stream().map(CSINodeDriver::getName).toList(),
            limits,
            migrated.isEmpty() ? List.of() : List.of(migrated.split(",", -1))));
  }

  /** An attachment. */
  public static VolumeEvent of(VolumeAttachment attachment) {
    var spec = attachment.getSpec();
    return new VolumeEvent.AttachmentSeen(
        new AttachmentState(
            attachment.getMetadata().getName(),
            orEmpty(spec.getNodeName()),
            orEmpty(spec.getAttacher()),
            spec.getSource() == null ? "" : orEmpty(spec.getSource().getPersistentVolumeName())));
  }
}
