package dev.nauarch.apiserver.strategy.storage;

import dev.nauarch.apiserver.object.NameRules;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.NameForms;
import dev.nauarch.apiserver.strategy.field.Problems;
import java.util.HashSet;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/** The rules of drivers of volumes and of nodes that have some. */
final class DriverRules {

  private static final int NODE_ID_LENGTH_MAX = 256;
  private static final int UPDATE_SECONDS_MIN = 10;
  private static final int TOKEN_SECONDS_MIN = 600;
  private static final long TOKEN_SECONDS_MAX = 1L << 32;

  private DriverRules() {}

  /** Checks a driver. */
  static void driver(Problems problems, Field driver) {
    var spec = driver.at("spec");
    problems.require(new Field(spec.at("attachRequired").node(), "spec.attachedRequired", ""));
    problems.require(spec.at("podInfoOnMount"));
    problems.require(spec.at("storageCapacity"));
    problems.oneOf(spec.at("fsGroupPolicy"), "File", "None", "ReadWriteOnceWithFSType");
    tokens(problems, spec.at("tokenRequests"));
    var modes = spec.at("volumeLifecycleModes");
    for (var mode : modes.items()) {
      problems.oneOf(new Field(mode.node(), modes.path(), ""), "Ephemeral", "Persistent");
    }
    problems.require(spec.at("seLinuxMount"));
    var period = spec.at("nodeAllocatableUpdatePeriodSeconds");
    if (period.isPresent() && period.number(0) < UPDATE_SECONDS_MIN) {
      problems.invalid(period, "must be greater than or equal to 10 seconds");
    }
    var inSecrets = spec.at("serviceAccountTokenInSecrets");
    if (inSecrets.isPresent() && spec.at("tokenRequests").isEmpty()) {
      problems.invalid(
          inSecrets, "serviceAccountTokenInSecrets is set but no tokenRequests are specified");
    }
  }

  private static void tokens(Problems problems, Field requests) {
    var audiences = new HashSet<String>();
    for (var request : requests.items()) {
      var audience = request.at("audience");
      if (!audiences.add(audience.text())) {
        problems.duplicate(
            new Field(StringNode.valueOf(audience.text()), audience.path(), "audience"));
        continue;
      }
      var seconds = request.at("expirationSeconds");
      if (seconds.isPresent() && seconds.number(0) < TOKEN_SECONDS_MIN) {
        problems.invalid(seconds, "may not specify a duration less than 10 minutes");
      } else if (seconds.number(0) > TOKEN_SECONDS_MAX) {
        problems.invalid(seconds, "may not specify a duration larger than 2^32 seconds");
      }
    }
  }

  /** What a driver can't change. */
  static void driverChange(Problems problems, Field driver, Field old) {
    var attach = driver.at("spec", "attachRequired");
    problems.immutable(
        new Field(attach.node(), "spec.attachedRequired", ""), old.at("spec", "attachRequired"));
    problems.immutable(
        driver.at("spec", "volumeLifecycleModes"), old.at("spec", "volumeLifecycleModes"));
  }

  /** Checks which drivers a node has. */
  static void node(Problems problems, Field node) {
    var names = new HashSet<String>();
    for (var driver : node.at("spec", "drivers").items()) {
      NameForms.driver(problems, driver.at("name"));
      var id = driver.at("nodeID");
      if (id.isEmpty()) {
        problems.required(id, "");
      }
      if (id.text().length() > NODE_ID_LENGTH_MAX) {
        problems.invalid(id, "must be 256 characters or less");
      }
      problems.notNegative(driver.at("allocatable", "count"));
      if (!names.add(driver.at("name").text())) {
        problems.duplicate(driver.at("name"));
      }
      keys(problems, driver);
    }
  }

  private static void keys(Problems problems, Field driver) {
    var seen = new HashSet<String>();
    for (var key : driver.at("topologyKeys").items()) {
      var field = new Field(key.node(), driver.path(), "");
      if (key.isEmpty()) {
        problems.required(field, "");
      }
      if (!seen.add(key.text())) {
        problems.duplicate(field);
      }
      problems.text(field, NameRules::labelKey);
    }
  }

  /** A driver that a node has stays as it is, but for how many volumes it can have. */
  static void nodeChange(Problems problems, Field node, Field old) {
    for (var before : old.at("spec", "drivers").items()) {
      for (var driver : node.at("spec", "drivers").items()) {
        if (driver.at("name").hasValueOf(before.at("name"))
            && !fixed(driver).hasValueOf(fixed(before))) {
          problems.invalid(new Field(driver.node(), "spec.drivers", ""), Problems.IMMUTABLE);
        }
      }
    }
  }

  private static Field fixed(Field driver) {
    var copy = (ObjectNode) driver.node().deepCopy();
    copy.remove("allocatable");
    return Field.of(copy);
  }
}
