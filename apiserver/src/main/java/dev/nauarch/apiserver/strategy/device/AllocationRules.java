package dev.nauarch.apiserver.strategy.device;

import dev.nauarch.apiserver.object.NameRules;
import dev.nauarch.apiserver.strategy.field.ConditionRules;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Forms;
import dev.nauarch.apiserver.strategy.field.Lists;
import dev.nauarch.apiserver.strategy.field.NameForms;
import dev.nauarch.apiserver.strategy.field.Problems;
import dev.nauarch.apiserver.strategy.pod.SchedulingRules;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The rules of the status of claims: which devices were allocated, who uses them, how they are. */
final class AllocationRules {

  private static final int CONSUMERS_MAX = 256;
  private static final int RESULTS_MAX = 32;
  private static final int CONDITIONS_MAX = 8;
  private static final int ADDRESSES_MAX = 16;
  private static final int INTERFACE_NAME_BYTES_MAX = 256;
  private static final int HARDWARE_ADDRESS_BYTES_MAX = 128;

  private AllocationRules() {}

  /** What was said of a device goes when the device is given back. */
  static void fill(ObjectNode claim, ObjectNode old) {
    var givenBack = allocated(Field.of(old));
    givenBack.removeAll(allocated(Field.of(claim)));
    if (claim.path("status").path("devices") instanceof ArrayNode devices) {
      for (int i = devices.size() - 1; i >= 0; i--) {
        if (givenBack.contains(identity(devices.path(i)))) {
          devices.remove(i);
        }
      }
      if (devices.isEmpty()) {
        ((ObjectNode) claim.path("status")).remove("devices");
      }
    }
  }

  /** Checks a written status. */
  static void check(Problems problems, Field claim, Field old) {
    var status = claim.at("status");
    var consumers = status.at("reservedFor");
    Lists.set(
        problems,
        consumers,
        CONSUMERS_MAX,
        each -> each.at("uid").text(),
        each -> {
          problems.require(each.at("resource"));
          problems.require(each.at("name"));
          problems.require(each.at("uid"));
        });
    var allocated = allocated(claim);
    Lists.set(
        problems,
        status.at("devices"),
        Integer.MAX_VALUE,
        each -> identity(each.node()),
        each -> device(problems, each, allocated));
    var allocation = status.at("allocation");
    if (!consumers.isEmpty() && !allocation.isPresent()) {
      problems.forbidden(consumers, "may not be specified when `allocated` is not set");
    } else if (claim.at("metadata", "deletionTimestamp").isPresent()
        && hasNew(consumers, old.at("status", "reservedFor"))) {
      problems.forbidden(
          consumers,
          "new entries may not be added while `deallocationRequested` or `deletionTimestamp` are"
              + " set");
    }
    if (old.at("status", "allocation").isPresent() && allocation.isPresent()) {
      problems.immutable(allocation, old.at("status", "allocation"));
    } else if (allocation.isPresent()) {
      allocation(problems, allocation, RequestNames.of(claim.at("spec", "devices")));
    }
  }

  private static boolean hasNew(Field consumers, Field before) {
    return consumers.items().stream()
        .anyMatch(each -> before.items().stream().noneMatch(each::hasValueOf));
  }

  private static void allocation(Problems problems, Field allocation, RequestNames names) {
    Lists.each(
        problems,
        allocation.at("devices", "results"),
        RESULTS_MAX,
        each -> result(problems, each, names));
    Lists.each(
        problems,
        allocation.at("devices", "config"),
        2 * Configurations.MAX,
        each -> {
          problems.requireOneOf(each.at("source"), "FromClaim", "FromClass");
          names.checkAll(problems, each.at("requests"));
          Configurations.check(problems, each);
        });
    if (allocation.at("nodeSelector").isPresent()) {
      SchedulingRules.nodeSelector(problems, allocation.at("nodeSelector"));
    }
  }

  private static void result(Problems problems, Field result, RequestNames names) {
    names.check(problems, result.at("request"));
    NameForms.driver(problems, result.at("driver"));
    NameForms.pool(problems, result.at("pool"));
    problems.text(result.at("device"), NameRules::label);
    BindingRules.check(problems, result);
    result.at("tolerations").items().forEach(each -> TaintRules.toleration(problems, each));
    problems.form(result.at("shareID"), NameForms::uuid);
  }

  private static void device(Problems problems, Field device, Set<String> allocated) {
    NameForms.driver(problems, device.at("driver"));
    NameForms.pool(problems, device.at("pool"));
    problems.text(device.at("device"), NameRules::label);
    problems.form(device.at("shareID"), NameForms::uuid);
    var identity = identity(device.node());
    if (!allocated.contains(identity)) {
      problems.invalid(device, '"' + identity + '"', "must be an allocated device in the claim");
    }
    if (device.at("conditions").node().size() > CONDITIONS_MAX) {
      problems.tooMany(device.at("conditions"), CONDITIONS_MAX);
    }
    ConditionRules.check(problems, device.at("conditions"));
    Configurations.data(problems, device.at("data"));
    var network = device.at("networkData");
    problems.atMostBytes(network.at("interfaceName"), INTERFACE_NAME_BYTES_MAX);
    problems.atMostBytes(network.at("hardwareAddress"), HARDWARE_ADDRESS_BYTES_MAX);
    Lists.set(
        problems,
        network.at("ips"),
        ADDRESSES_MAX,
        Field::text,
        each -> problems.form(each, AllocationRules::address));
  }

  private static Optional<String> address(String text) {
    return Forms.cidr(text)
        .map(_ -> "must be a valid address in CIDR form, (e.g. 10.9.8.7/24 or 2001:db8::1/64)");
  }

  private static Set<String> allocated(Field claim) {
    var found = new HashSet<String>();
    for (var result : claim.at("status", "allocation", "devices", "results").items()) {
      found.add(identity(result.node()));
    }
    return found;
  }

  /** The device, and the share of it where it is shared. */
  private static String identity(JsonNode device) {
    var share = device.path("shareID").asString("");
    return String.join(
            "/",
            device.path("driver").asString(""),
            device.path("pool").asString(""),
            device.path("device").asString(""))
        + (share.isEmpty() ? "" : "/" + share);
  }
}
