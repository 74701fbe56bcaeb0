package dev.nauarch.apiserver.strategy.storage;

import dev.nauarch.apiserver.strategy.kind.KindTable;
import dev.nauarch.apiserver.strategy.kind.RuleStrategy;
import dev.nauarch.apiserver.strategy.kind.RuleStrategy.Trait;

/** The strategies of volumes, claims and the kinds of storage.k8s.io. */
public final class StorageKinds {

  private static final String GROUP = "storage.k8s.io";

  private StorageKinds() {}

  /** Registers them. */
  public static void register(KindTable table) {
    table.strategy(
        "",
        "PersistentVolume",
        RuleStrategy.of(StorageRules::volume, StorageRules::volumeChange)
            .filledBy(StorageRules::fillVolume));
    table.strategy(
        "",
        "PersistentVolumeClaim",
        RuleStrategy.of(StorageRules::claim, StorageRules::claimChange)
            .filledBy(StorageRules::fillClaim));
    table.strategy(
        GROUP,
        "CSIDriver",
        RuleStrategy.of(DriverRules::driver, DriverRules::driverChange).with(Trait.NEEDS_VERSION));
    table.strategy(
        GROUP,
        "CSINode",
        RuleStrategy.of(DriverRules::node, DriverRules::nodeChange).with(Trait.NEEDS_VERSION));
    table.strategy(
        GROUP,
        "CSIStorageCapacity",
        RuleStrategy.of(VolumeKindRules::capacity, VolumeKindRules::capacityChange)
            .with(Trait.NEEDS_VERSION));
    table.strategy(
        GROUP,
        "VolumeAttachment",
        RuleStrategy.of(VolumeKindRules::attachment, VolumeKindRules::attachmentChange)
            .statusBy(VolumeKindRules::attachmentStatus)
            .with(Trait.NEEDS_VERSION));
    table.strategy(
        GROUP,
        "VolumeAttributesClass",
        RuleStrategy.of(VolumeKindRules::attributes, VolumeKindRules::attributesChange));
    table.strategy(
        GROUP,
        "StorageClass",
        RuleStrategy.of(StorageRules::storageClass, StorageRules::storageClassChange)
            .filledBy((storageClass, _) -> StorageRules.fillStorageClass(storageClass)));
  }
}
