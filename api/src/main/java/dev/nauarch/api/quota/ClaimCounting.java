package dev.nauarch.api.quota;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Counts claims and the storage that they ask for, as a whole and by storage class. */
public final class ClaimCounting implements Counting<PersistentVolumeClaim> {

  private static final String COUNT = "count/persistentvolumeclaims";
  private static final String CLAIMS = "persistentvolumeclaims";
  private static final String STORAGE = "requests.storage";
  private static final String OF_CLASS = ".storageclass.storage.k8s.io/";
  private static final String OLD_CLASS = "volume.beta.kubernetes.io/storage-class";

  @Override
  public Class<PersistentVolumeClaim> type() {
    return PersistentVolumeClaim.class;
  }

  @Override
  public boolean counts(String name) {
    return Set.of(COUNT, CLAIMS, STORAGE).contains(name)
        || name.endsWith(OF_CLASS + CLAIMS)
        || name.endsWith(OF_CLASS + STORAGE);
  }

  @Override
  public Amounts usage(PersistentVolumeClaim claim, Instant now) {
    var usage = Amounts.of(COUNT, Amount.ONE).with(CLAIMS, Amount.ONE);
    var storage = storage(claim);
    if (storage.isPresent()) {
      usage = usage.with(STORAGE, storage.get());
    }
    var storageClass = storageClass(claim);
    if (!storageClass.isEmpty()) {
      usage = usage.with(storageClass + OF_CLASS + CLAIMS, Amount.ONE);
      if (storage.isPresent()) {
        usage = usage.with(storageClass + OF_CLASS + STORAGE, storage.get());
      }
    }
    return usage;
  }

  /** What is asked for, or what has been given already where that is more. */
  private static Optional<Amount> storage(PersistentVolumeClaim claim) {
    var resources = claim.getSpec().getResources();
    var given = claim.getStatus() == null ? null : claim.getStatus().getAllocatedResources();
    return Amounts.of(resources == null ? null : resources.getRequests())
        .find("storage")
        .map(asked -> asked.max(Amounts.of(given).get("storage")).roundedUp());
  }

  private static String storageClass(PersistentVolumeClaim claim) {
    var annotations = claim.getMetadata().getAnnotations();
    var old = annotations == null ? null : annotations.get(OLD_CLASS);
    var name = old == null ? claim.getSpec().getStorageClassName() : old;
    return name == null ? "" : name;
  }

  @Override
  public boolean isIn(Scope scope, PersistentVolumeClaim claim) {
    return scope.name().equals("VolumeAttributesClass") && scope.selects(attributesClasses(claim));
  }

  /** The attributes that a claim has, is to have, or is being given. */
  public static Set<String> attributesClasses(PersistentVolumeClaim claim) {
    var names = new TreeSet<String>();
    add(names, claim.getSpec().getVolumeAttributesClassName());
    var status = claim.getStatus();
    if (status != null) {
      add(names, status.getCurrentVolumeAttributesClassName());
      if (status.getModifyVolumeStatus() != null) {
        add(names, status.getModifyVolumeStatus().getTargetVolumeAttributesClassName());
      }
    }
    return names;
  }

  private static void add(Set<String> names, @Nullable String name) {
    if (name != null && !name.isEmpty()) {
      names.add(name);
    }
  }
}
