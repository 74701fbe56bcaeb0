package dev.nauarch.apiserver.strategy.storage;

import dev.nauarch.api.quota.Amount;
import dev.nauarch.apiserver.patch.JsonValues;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Forms;
import dev.nauarch.apiserver.strategy.field.Problems;
import dev.nauarch.apiserver.strategy.pod.SchedulingRules;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** The rules of volumes, claims and storage classes. */
public final class StorageRules {

  private static final String CLAIM_FIXED =
      "spec is immutable after creation except resources.requests and volumeAttributesClassName"
          + " for bound claims";
  private static final String INLINE = "may not be specified in the context of inline volumes";
  private static final List<String> NOT_A_SOURCE =
      List.of(
          "accessModes",
          "capacity",
          "claimRef",
          "mountOptions",
          "nodeAffinity",
          "persistentVolumeReclaimPolicy",
          "storageClassName",
          "volumeAttributesClassName",
          "volumeMode");

  private StorageRules() {}

  static void fillVolume(ObjectNode volume, ObjectNode old) {
    var spec = volume.withObject("spec");
    put(spec, "persistentVolumeReclaimPolicy", "Retain");
    put(spec, "volumeMode", "Filesystem");
    if (old.isEmpty()) {
      volume.withObject("status").put("phase", "Pending");
    }
  }

  static void volume(Problems problems, Field volume) {
    var spec = volume.at("spec");
    modes(problems, spec.at("accessModes"), "");
    if (spec.at("capacity").isEmpty()) {
      problems.required(spec.at("capacity"), "");
    } else if (!spec.at("capacity", "storage").isPresent()) {
      problems.notSupported(spec.at("capacity"), List.of("storage"));
    } else {
      storage(problems, spec.at("capacity", "storage"), "spec.capacity[storage]");
    }
    problems.oneOf(spec.at("persistentVolumeReclaimPolicy"), "Delete", "Recycle", "Retain");
    problems.oneOf(spec.at("volumeMode"), "Block", "Filesystem");
    source(problems, spec);
    if (spec.at("local").isPresent() && !spec.at("nodeAffinity").isPresent()) {
      problems.required(spec.at("nodeAffinity"), "Local volume requires node affinity");
    }
    if (spec.at("nodeAffinity").isPresent()
        && problems.require(spec.at("nodeAffinity", "required"))) {
      SchedulingRules.nodeSelector(problems, spec.at("nodeAffinity", "required"));
    }
  }

  /** A volume that no object stands for, but the one that wants to have it attached. */
  static void inline(Problems problems, Field spec) {
    for (var name : List.of("claimRef", "capacity", "nodeAffinity")) {
      if (!spec.at(name).isEmpty()) {
        problems.forbidden(spec.at(name), INLINE);
      }
    }
    if (!spec.at("csi").isPresent()) {
      problems.required(spec.at("csi"), "has to be specified in the context of inline volumes");
    }
    modes(problems, spec.at("accessModes"), "");
    var policy = spec.at("persistentVolumeReclaimPolicy");
    if (!policy.isEmpty() && !policy.is("Retain")) {
      problems.forbidden(policy, "may only be Retain in the context of inline volumes");
    }
    source(problems, spec);
  }

  private static void source(Problems problems, Field spec) {
    var sources = sources(spec);
    if (sources.isEmpty()) {
      problems.required(spec, "must specify a volume type");
    }
    for (int i = 1; i < sources.size(); i++) {
      problems.forbidden(sources.get(i), "may not specify more than 1 volume type");
    }
    if (spec.at("hostPath").isPresent()) {
      problems.require(spec.at("hostPath", "path"));
    }
    if (spec.at("local").isPresent()) {
      problems.require(spec.at("local", "path"));
    }
  }

  static void volumeChange(Problems problems, Field volume, Field old) {
    var spec = volume.at("spec");
    var before = old.at("spec");
    for (var source : sources(before)) {
      if (!spec.at(source.key()).hasValueOf(source)) {
        problems.forbidden(
            new Field(spec.node(), "spec.persistentvolumesource", ""),
            "spec.persistentvolumesource is immutable after creation");
      }
    }
    problems.immutable(spec.at("volumeMode"), before.at("volumeMode"));
    if (before.at("nodeAffinity").isPresent()) {
      problems.immutable(spec.at("nodeAffinity"), before.at("nodeAffinity"));
    }
  }

  static void fillClaim(ObjectNode claim, ObjectNode old) {
    put(claim.withObject("spec"), "volumeMode", "Filesystem");
    if (old.isEmpty()) {
      claim.withObject("status").put("phase", "Pending");
    }
  }

  static void claim(Problems problems, Field claim) {
    claimSpec(problems, claim.at("spec"));
  }

  /** Checks the spec of a claim, or of a template for claims. */
  public static void claimSpec(Problems problems, Field spec) {
    modes(problems, spec.at("accessModes"), "at least 1 access mode is required");
    var storage = spec.at("resources", "requests", "storage");
    var path = spec.path() + ".resources[storage]";
    if (!storage.isPresent()) {
      problems.required(new Field(storage.node(), path, "storage"), "");
    } else {
      storage(problems, storage, path);
    }
    problems.oneOf(spec.at("volumeMode"), "Block", "Filesystem");
    Forms.selector(problems, spec.at("selector"));
  }

  static void claimChange(Problems problems, Field claim, Field old) {
    var now = (ObjectNode) claim.at("spec").node().deepCopy();
    var before = (ObjectNode) old.at("spec").node().deepCopy();
    var free = new ArrayList<>(List.of("resources", "volumeAttributesClassName"));
    if (before.path("volumeName").asString("").isEmpty()) {
      free.add("volumeName");
    }
    if (!before.has("storageClassName")) {
      free.add("storageClassName");
    }
    free.forEach(now::remove);
    free.forEach(before::remove);
    if (!JsonValues.same(now, before)) {
      problems.forbidden(claim.at("spec"), CLAIM_FIXED);
    }
    var request = claim.at("spec", "resources", "requests", "storage");
    var oldRequest = old.at("spec", "resources", "requests", "storage");
    boolean isBound = old.at("status", "phase").is("Bound");
    int order = request.quantity().compareTo(oldRequest.quantity());
    if (order != 0 && !isBound) {
      problems.forbidden(claim.at("spec"), CLAIM_FIXED);
    } else if (order < 0) {
      problems.forbidden(
          claim.at("spec", "resources", "requests", "storage"),
          "field can not be less than status.capacity");
    }
  }

  static void fillStorageClass(ObjectNode storageClass) {
    put(storageClass, "reclaimPolicy", "Delete");
    put(storageClass, "volumeBindingMode", "Immediate");
  }

  static void storageClass(Problems problems, Field storageClass) {
    problems.require(storageClass.at("provisioner"));
    problems.oneOf(storageClass.at("reclaimPolicy"), "Delete", "Retain");
    problems.requireOneOf(
        storageClass.at("volumeBindingMode"), "Immediate", "WaitForFirstConsumer");
  }

  static void storageClassChange(Problems problems, Field storageClass, Field old) {
    for (var name : List.of("parameters", "provisioner", "reclaimPolicy")) {
      if (!storageClass.at(name).hasValueOf(old.at(name))) {
        problems.forbidden(storageClass.at(name), "updates to " + name + " are forbidden.");
      }
    }
    problems.immutable(storageClass.at("volumeBindingMode"), old.at("volumeBindingMode"));
  }

  private static void modes(Problems problems, Field modes, String whenMissing) {
    if (modes.isEmpty()) {
      problems.required(modes, whenMissing);
    }
    boolean isForOnePod = modes.items().stream().anyMatch(mode -> mode.is("ReadWriteOncePod"));
    if (isForOnePod && modes.items().size() > 1) {
      problems.forbidden(modes, "may not use ReadWriteOncePod with other access modes");
    }
    for (var mode : modes.items()) {
      problems.oneOf(mode, "ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod");
    }
  }

  private static void storage(Problems problems, Field amount, String path) {
    var parsed = Amount.read(amount.node().asString("")).map(Amount::value);
    var field = new Field(amount.node(), path, "storage");
    if (parsed.isEmpty()) {
      problems.invalid(field, Amount.FORM);
    } else if (parsed.get().signum() <= 0) {
      problems.invalid(field, "must be greater than zero");
    }
  }

  private static List<Field> sources(Field spec) {
    return spec.node().propertyNames().stream()
        .filter(name -> !NOT_A_SOURCE.contains(name))
        .map(spec::at)
        .filter(Field::isPresent)
        .toList();
  }

  private static void put(ObjectNode object, String name, String value) {
    if (object.path(name).asString("").isEmpty()) {
      object.put(name, value);
    }
  }
}
