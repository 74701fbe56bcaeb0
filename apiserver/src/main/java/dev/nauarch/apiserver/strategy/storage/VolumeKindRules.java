package dev.nauarch.apiserver.strategy.storage;

import dev.nauarch.api.quota.Amount;
import dev.nauarch.apiserver.object.NameRules;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Forms;
import dev.nauarch.apiserver.strategy.field.NameForms;
import dev.nauarch.apiserver.strategy.field.Problems;
import java.util.Locale;

/** The rules of attached volumes, of room for volumes, and of classes of their attributes. */
final class VolumeKindRules {

  private static final int PARAMETERS_MAX = 512;
  private static final int BYTES_MAX = 256 * 1024;
  private static final int MESSAGE_BYTES_MAX = 1024;
  private static final String ONE_SOURCE =
      "must specify exactly one of inlineVolumeSpec and persistentVolumeName";

  private VolumeKindRules() {}

  /** Checks the wish to attach a volume. */
  static void attachment(Problems problems, Field attachment) {
    var spec = attachment.at("spec");
    NameForms.driver(problems, spec.at("attacher"));
    var source = spec.at("source");
    var name = source.at("persistentVolumeName");
    var inline = source.at("inlineVolumeSpec");
    if (!name.isPresent() && !inline.isPresent()) {
      problems.required(source, ONE_SOURCE);
    } else if (name.isPresent() && inline.isPresent()) {
      problems.forbidden(source, ONE_SOURCE);
    } else if (inline.isPresent()) {
      StorageRules.inline(problems, inline);
    } else if (name.isEmpty()) {
      problems.required(name, "must specify non empty persistentVolumeName");
    }
    problems.text(spec.at("nodeName"), NameRules::subdomain);
    problems.form(name, NameRules::subdomain);
  }

  /** What is to be attached stays what it is. */
  static void attachmentChange(Problems problems, Field attachment, Field old) {
    problems.immutable(attachment.at("spec"), old.at("spec"));
  }

  /** Checks what came of attaching a volume. */
  static void attachmentStatus(Problems problems, Field attachment, Field old) {
    var status = attachment.at("status");
    size(problems, status.at("attachmentMetadata"));
    for (var name : new String[] {"attachError", "detachError"}) {
      problems.atMostBytes(status.at(name, "message"), MESSAGE_BYTES_MAX);
      var code = status.at(name, "errorCode");
      if (code.number(0) < 0) {
        problems.invalid(code, "must be between 0 and 2147483647, inclusive");
      }
    }
  }

  /** Checks how much room there is for volumes. */
  static void capacity(Problems problems, Field capacity) {
    Forms.selector(problems, capacity.at("nodeTopology"));
    problems.text(capacity.at("storageClassName"), NameRules::subdomain);
    var amount = capacity.at("capacity");
    if (amount.isPresent()) {
      var parsed = Amount.read(amount.node().asString("")).map(Amount::value);
      if (parsed.isEmpty()) {
        problems.invalid(amount, Amount.FORM);
      } else if (parsed.get().signum() < 0) {
        problems.invalid(amount, "must be greater than or equal to 0");
      }
    }
  }

  /** Where the room is, and of which class, can't be changed. */
  static void capacityChange(Problems problems, Field capacity, Field old) {
    problems.immutable(capacity.at("nodeTopology"), old.at("nodeTopology"));
    problems.immutable(capacity.at("storageClassName"), old.at("storageClassName"));
  }

  /** Checks a class of attributes. */
  static void attributes(Problems problems, Field attributes) {
    var driver = attributes.at("driverName");
    if (problems.require(driver)) {
      problems.form(driver, text -> NameRules.labelKey(text.toLowerCase(Locale.ROOT)));
    }
    parameters(problems, attributes.at("parameters"));
    if (attributes.at("parameters").isEmpty()) {
      problems.required(attributes.at("parameters"), "must contain at least one key/value pair");
    }
  }

  /** A class of attributes stays as it is. */
  static void attributesChange(Problems problems, Field attributes, Field old) {
    for (var name : new String[] {"driverName", "parameters"}) {
      if (!attributes.at(name).hasValueOf(old.at(name))) {
        problems.forbidden(attributes.at(name), "updates to " + name + " are forbidden.");
      }
    }
  }

  /** Checks what a class tells a driver. */
  static void parameters(Problems problems, Field parameters) {
    if (parameters.node().size() > PARAMETERS_MAX) {
      problems.tooLong(parameters, PARAMETERS_MAX);
      return;
    }
    for (var parameter : parameters.entries()) {
      if (parameter.key().isEmpty()) {
        problems.invalid(parameters, "\"\"", "field can not be empty.");
      }
    }
    size(problems, parameters);
  }

  private static void size(Problems problems, Field map) {
    long size = 0;
    for (var entry : map.entries()) {
      size += entry.key().length() + entry.text().length();
    }
    if (size > BYTES_MAX) {
      problems.tooLong(map, BYTES_MAX);
    }
  }
}
