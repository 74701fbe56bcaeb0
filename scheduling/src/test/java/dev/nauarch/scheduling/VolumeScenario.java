package dev.nauarch.scheduling;

import dev.nauarch.api.ModelCodec;
import dev.nauarch.api.ObjectKey;
import dev.nauarch.scheduling.translate.ClaimSteps.Step;
import dev.nauarch.scheduling.translate.VolumeSteps;
import dev.nauarch.scheduling.translate.VolumeTranslation;
import dev.nauarch.scheduling.volume.VolumeCommand;
import dev.nauarch.scheduling.volume.VolumeEvent;
import dev.nauarch.scheduling.volume.VolumeWrite;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.TopologySelectorTermBuilder;
import io.fabric8.kubernetes.api.model.storage.CSIDriverBuilder;
import io.fabric8.kubernetes.api.model.storage.CSINodeBuilder;
import io.fabric8.kubernetes.api.model.storage.CSIStorageCapacityBuilder;
import io.fabric8.kubernetes.api.model.storage.StorageClassBuilder;
import io.fabric8.kubernetes.api.model.storage.VolumeAttachmentBuilder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.node.ObjectNode;

/** Storage as scenarios write it, {@code NAME key=value …}, and as the API server has it. */
final class VolumeScenario {

  private final Map<ObjectKey, PersistentVolumeClaim> claims = new TreeMap<>();
  private final Map<String, PersistentVolume> volumes = new TreeMap<>();
  private long version;

  /** Something is there or has changed. */
  VolumeEvent seen(List<String> words) {
    var options = new HashMap<String, String>();
    for (var word : words.subList(2, words.size())) {
      options.put(word.split("=", 2)[0], word.contains("=") ? word.split("=", 2)[1] : "");
    }
    var name = words.get(1);
    return switch (words.getFirst()) {
      case "claim" -> stored(claim(name, options));
      case "volume" -> stored(volume(name, options));
      case "class" -> storageClass(name, options);
      case "driver" ->
          VolumeTranslation.of(
              new CSIDriverBuilder()
                  .withNewMetadata()
                  .withName(name)
                  .endMetadata()
                  .withNewSpec()
                  .withStorageCapacity(options.containsKey("capacity"))
                  .withPreventPodSchedulingIfMissing(options.containsKey("needed"))
                  .endSpec()
                  .build());
      case "capacity" -> capacity(name, options);
      case "drivers" -> drivers(name, options);
      case "attachment" ->
          VolumeTranslation.of(
              new VolumeAttachmentBuilder()
                  .withNewMetadata()
                  .withName(name)
                  .endMetadata()
                  .withNewSpec()
                  .withNodeName(options.get("node"))
                  .withAttacher("csi")
                  .withNewSource()
                  .withPersistentVolumeName(options.get("volume"))
                  .endSource()
                  .endSpec()
                  .build());
      default -> throw new IllegalArgumentException(words.getFirst());
    };
  }

  /** Something is gone. */
  VolumeEvent gone(List<String> words) {
    var name = words.get(1);
    return switch (words.getFirst()) {
      case "claim-gone" -> {
        claims.remove(key(name));
        yield new VolumeEvent.ClaimGone(key(name));
      }
      case "volume-gone" -> {
        volumes.remove(name);
        yield new VolumeEvent.VolumeGone(name);
      }
      case "attachment-gone" -> new VolumeEvent.AttachmentGone(name);
      default -> throw new IllegalArgumentException(words.getFirst());
    };
  }

  /** The claims of now, by name. */
  List<PersistentVolumeClaim> claims() {
    return List.copyOf(claims.values());
  }

  /** The volumes of now, by name. */
  List<PersistentVolume> volumes() {
    return List.copyOf(volumes.values());
  }

  /** A claim. */
  Optional<PersistentVolumeClaim> find(ObjectKey claim) {
    return Optional.ofNullable(claims.get(claim));
  }

  /** Whether there is what is to be written. */
  boolean isThere(VolumeWrite write) {
    return switch (write) {
      case VolumeWrite.Keep keep -> volumes.containsKey(keep.volume());
      case VolumeWrite.Select select -> claims.containsKey(select.claim());
    };
  }

  private static ObjectKey key(String name) {
    return new ObjectKey("default", name);
  }

  /** {@code class=local size=1Gi mode=ReadWriteOnce volume=pv owner=pod uid=x select=disk:fast}. */
  private static PersistentVolumeClaim claim(String name, Map<String, String> options) {
    var builder =
        new PersistentVolumeClaimBuilder()
            .withNewMetadata()
            .withNamespace("default")
            .withName(name)
            .withUid(options.getOrDefault("uid", "uid-" + name))
            .endMetadata()
            .withNewSpec()
            .withStorageClassName(options.getOrDefault("class", "local"))
            .withAccessModes(options.getOrDefault("mode", "ReadWriteOnce"))
            .withVolumeName(options.get("volume"))
            .withNewResources()
            .addToRequests("storage", new Quantity(options.getOrDefault("size", "1Gi")))
            .endResources()
            .endSpec()
            .withNewStatus()
            .withPhase(options.containsKey("lost") ? "Lost" : null)
            .endStatus();
    if (options.containsKey("select")) {
      var label = options.getOrDefault("select", "").split(":", -1);
      builder
          .editSpec()
          .withNewSelector()
          .addToMatchLabels(label[0], label[1])
          .endSelector()
          .endSpec();
    }
    mark(builder, options);
    return builder.build();
  }

  private static void mark(PersistentVolumeClaimBuilder builder, Map<String, String> options) {
    if (options.containsKey("volume")) {
      builder
          .editMetadata()
          .addToAnnotations("pv.kubernetes.io/bind-completed", "yes")
          .endMetadata();
    }
    if (options.containsKey("node")) {
      builder
          .editMetadata()
          .addToAnnotations(VolumeTranslation.SELECTED_NODE, options.get("node"))
          .endMetadata();
    }
    if (options.containsKey("ending")) {
      builder.editMetadata().withDeletionTimestamp("2026-01-01T00:00:00Z").endMetadata();
    }
    if (options.containsKey("owner")) {
      builder
          .editMetadata()
          .addNewOwnerReference()
          .withController(true)
          .withUid("uid-" + options.get("owner"))
          .endOwnerReference()
          .endMetadata();
    }
  }

  /** {@code class=local size=1Gi host=a for=claim uid=x csi=handle}; the rest are labels. */
  private static PersistentVolume volume(String name, Map<String, String> options) {
    var builder =
        new PersistentVolumeBuilder()
            .withNewMetadata()
            .withName(name)
            .endMetadata()
            .withNewSpec()
            .withStorageClassName(options.getOrDefault("class", "local"))
            .withAccessModes(options.getOrDefault("mode", "ReadWriteOnce"))
            .addToCapacity("storage", new Quantity(options.getOrDefault("size", "1Gi")))
            .endSpec()
            .withNewStatus()
            .withPhase("Available")
            .endStatus();
    options.forEach(
        (key, value) -> {
          switch (key) {
            case "class", "size", "mode", "uid" -> {}
            case "host" -> reach(builder, value);
            case "for" ->
                builder
                    .editSpec()
                    .withNewClaimRef()
                    .withNamespace("default")
                    .withName(value)
                    .withUid(options.get("uid"))
                    .endClaimRef()
                    .endSpec();
            case "csi" ->
                builder
                    .editSpec()
                    .withNewCsi()
                    .withDriver("csi")
                    .withVolumeHandle(value)
                    .endCsi()
                    .endSpec();
            default -> builder.editMetadata().addToLabels(key, value).endMetadata();
          }
        });
    return builder.build();
  }

  private static void reach(PersistentVolumeBuilder builder, String host) {
    builder
        .editSpec()
        .withNewNodeAffinity()
        .withNewRequired()
        .addNewNodeSelectorTerm()
        .addNewMatchExpression()
        .withKey("kubernetes.io/hostname")
        .withOperator("In")
        .withValues(host)
        .endMatchExpression()
        .endNodeSelectorTerm()
        .endRequired()
        .endNodeAffinity()
        .endSpec();
  }

  private static VolumeEvent storageClass(String name, Map<String, String> options) {
    var builder =
        new StorageClassBuilder()
            .withNewMetadata()
            .withName(name)
            .endMetadata()
            .withProvisioner(options.getOrDefault("by", "csi"))
            .withVolumeBindingMode(
                options.containsKey("immediate") ? "Immediate" : "WaitForFirstConsumer");
    if (options.containsKey("zone")) {
      builder.addToAllowedTopologies(
          new TopologySelectorTermBuilder()
              .addNewMatchLabelExpression()
              .withKey("topology.kubernetes.io/zone")
              .withValues(options.getOrDefault("zone", ""))
              .endMatchLabelExpression()
              .build());
    }
    return VolumeTranslation.of(builder.build());
  }

  private static VolumeEvent capacity(String name, Map<String, String> options) {
    var host = options.get("host");
    return VolumeTranslation.of(
        new CSIStorageCapacityBuilder()
            .withNewMetadata()
            .withNamespace("default")
            .withName(name)
            .endMetadata()
            .withStorageClassName(options.getOrDefault("class", "local"))
            .withCapacity(new Quantity(options.getOrDefault("size", "1Gi")))
            .withMaximumVolumeSize(
                options.containsKey("max") ? new Quantity(options.get("max")) : null)
            .withNodeTopology(
                new LabelSelectorBuilder().addToMatchLabels("kubernetes.io/hostname", host).build())
            .build());
  }

  private static VolumeEvent drivers(String name, Map<String, String> options) {
    var node = new CSINodeBuilder().withNewMetadata().withName(name).endMetadata().withNewSpec();
    options.forEach(
        (driver, limit) -> {
          if (!driver.equals("migrated")) {
            node.addNewDriver()
                .withName(driver)
                .withNewAllocatable(Integer.valueOf(limit))
                .endDriver();
          }
        });
    var builder = node.endSpec();
    if (options.containsKey("migrated")) {
      builder
          .editMetadata()
          .addToAnnotations("storage.alpha.kubernetes.io/migrated-plugins", options.get("migrated"))
          .endMetadata();
    }
    return VolumeTranslation.of(builder.build());
  }

  private VolumeEvent stored(PersistentVolumeClaim claim) {
    claim.getMetadata().setResourceVersion(Long.toString(++version));
    claims.put(ObjectKey.of(claim), claim);
    return VolumeTranslation.of(claim);
  }

  private VolumeEvent stored(PersistentVolume volume) {
    volume.getMetadata().setResourceVersion(Long.toString(++version));
    volumes.put(volume.getMetadata().getName(), volume);
    return VolumeTranslation.of(volume);
  }

  static String words(VolumeWrite write) {
    return switch (write) {
      case VolumeWrite.Keep(var claim, _, var volume) -> "keep " + volume + " for " + claim.name();
      case VolumeWrite.Select(var claim, _, var node) -> "select " + claim.name() + " " + node;
    };
  }

  /** Carries out what the scheduler wants, by the steps that a sender would take. */
  VolumeEvent write(VolumeCommand wanted) {
    var facts = new ArrayList<VolumeEvent>();
    var failure = "";
    for (var write : wanted.writes()) {
      if (failure.isEmpty()) {
        failure = write(write, facts);
      }
    }
    return new VolumeEvent.Written(
        wanted.pod(), wanted.uid(), wanted.writes(), facts, failure, false);
  }

  private String write(VolumeWrite write, List<VolumeEvent> facts) {
    switch (write) {
      case VolumeWrite.Keep keep -> {
        var now = Objects.requireNonNull(volumes.get(keep.volume()));
        var step = VolumeSteps.next(keep, now);
        var written =
            step instanceof Step.Change change
                ? stored(changed(now, change, PersistentVolume.class))
                : VolumeTranslation.of(now);
        facts.add(written);
        return step instanceof Step.Overtaken(var why) ? why : "";
      }
      case VolumeWrite.Select select -> {
        var now = Objects.requireNonNull(claims.get(select.claim()));
        var step = VolumeSteps.next(select, now);
        var written =
            step instanceof Step.Change change
                ? stored(changed(now, change, PersistentVolumeClaim.class))
                : VolumeTranslation.of(now);
        facts.add(written);
        return step instanceof Step.Overtaken(var why) ? why : "";
      }
    }
  }

  private static <T extends HasMetadata> T changed(T object, Step.Change change, Class<T> type) {
    var tree = ModelCodec.tree(object);
    merge(tree, ModelCodec.tree(change.request().body().getBytes(StandardCharsets.UTF_8)));
    return ModelCodec.decode(tree, type);
  }

  private static void merge(ObjectNode target, ObjectNode patch) {
    for (var field : patch.properties()) {
      if (field.getValue() instanceof ObjectNode inner) {
        merge(target.withObjectProperty(field.getKey()), inner);
      } else {
        target.set(field.getKey(), field.getValue());
      }
    }
  }
}
