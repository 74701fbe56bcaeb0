package dev.nauarch.scheduling.translate;

import static dev.nauarch.scheduling.translate.PodTranslation.orEmpty;

import dev.nauarch.api.InTreeStorage;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.scheduling.model.VolumeNeeds;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Volume;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The volumes of a pod as the scheduler knows them. */
final class VolumeNeedsTranslation {

  private static final String RBD = "kubernetes.io/rbd";
  private static final String ISCSI = "kubernetes.io/iscsi";

  private VolumeNeedsTranslation() {}

  static VolumeNeeds of(PodSpec spec, String namespace, String pod) {
    var claims = new ArrayList<VolumeNeeds.Use>(0);
    var disks = new ArrayList<VolumeNeeds.Disk>(0);
    for (var volume : spec.getVolumes()) {
      if (volume.getPersistentVolumeClaim() != null) {
        var claim = volume.getPersistentVolumeClaim().getClaimName();
        claims.add(new VolumeNeeds.Use(new ObjectKey(namespace, claim), false));
      } else if (volume.getEphemeral() != null) {
        var claim = pod + "-" + volume.getName();
        claims.add(new VolumeNeeds.Use(new ObjectKey(namespace, claim), true));
      } else {
        disk(volume).ifPresent(disks::add);
      }
    }
    return claims.isEmpty() && disks.isEmpty() ? VolumeNeeds.NONE : new VolumeNeeds(claims, disks);
  }

  private static Optional<VolumeNeeds.Disk> disk(Volume volume) {
    if (volume.getGcePersistentDisk() != null) {
      var source = volume.getGcePersistentDisk();
      return exclusive(InTreeStorage.GCE, List.of(source.getPdName()), source.getReadOnly());
    }
    if (volume.getAwsElasticBlockStore() != null) {
      var source = volume.getAwsElasticBlockStore();
      return exclusive(InTreeStorage.EBS, List.of(source.getVolumeID()), false);
    }
    if (volume.getIscsi() != null) {
      return exclusive(ISCSI, List.of(volume.getIscsi().getIqn()), volume.getIscsi().getReadOnly());
    }
    if (volume.getRbd() != null) {
      var source = volume.getRbd();
      var pool = source.getPool() == null ? "rbd" : source.getPool();
      var images =
          source.getMonitors().stream()
              .map(monitor -> monitor + "/" + pool + "/" + source.getImage())
              .toList();
      return images.isEmpty() ? Optional.empty() : exclusive(RBD, images, source.getReadOnly());
    }
    if (volume.getAzureDisk() != null) {
      return shared(InTreeStorage.AZURE_DISK, volume.getAzureDisk().getDiskURI());
    }
    if (volume.getCinder() != null) {
      return shared(InTreeStorage.CINDER, volume.getCinder().getVolumeID());
    }
    if (volume.getPortworxVolume() != null) {
      return shared(InTreeStorage.PORTWORX, volume.getPortworxVolume().getVolumeID());
    }
    return Optional.empty();
  }

  private static Optional<VolumeNeeds.Disk> exclusive(
      String plugin, List<String> ids, @Nullable Boolean readOnly) {
    return Optional.of(new VolumeNeeds.Disk(plugin, ids, Boolean.TRUE.equals(readOnly), false));
  }

  private static Optional<VolumeNeeds.Disk> shared(String plugin, @Nullable String id) {
    return Optional.of(new VolumeNeeds.Disk(plugin, List.of(orEmpty(id)), false, true));
  }
}
