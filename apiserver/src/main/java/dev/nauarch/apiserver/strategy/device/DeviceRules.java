package dev.nauarch.apiserver.strategy.device;

import dev.nauarch.apiserver.object.NameRules;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Lists;
import dev.nauarch.apiserver.strategy.field.NameForms;
import dev.nauarch.apiserver.strategy.field.Problems;
import dev.nauarch.apiserver.strategy.pod.SchedulingRules;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import tools.jackson.databind.node.StringNode;

/** The rules of one device of a slice. */
final class DeviceRules {

  private static final int PROPERTIES_MAX = 32;
  private static final int VALUE_BYTES_MAX = 64;
  private static final int TAINTS_MAX = 16;
  private static final int CONSUMED_MAX = 2;
  private static final List<String> VALUES = List.of("bool", "int", "string", "version");
  private static final String WHERE =
      "exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required when"
          + " `perDeviceNodeSelection` is set to true in the ResourceSlice spec";
  private static final Pattern SEMANTIC_VERSION =
      Pattern.compile(
          "(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)"
              + "(-(0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*)"
              + "(\\.(0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*))*)?"
              + "(\\+[0-9a-zA-Z-]+(\\.[0-9a-zA-Z-]+)*)?");

  private DeviceRules() {}

  /**
   * Checks a device.
   *
   * @param old the device of that name before; may be missing
   * @param perDevice whether each device says on which nodes it is
   */
  static void check(Problems problems, Field device, Field old, Field perDevice) {
    problems.text(device.at("name"), NameRules::label);
    var attributes = device.at("attributes");
    var capacity = device.at("capacity");
    int count = attributes.node().size() + capacity.node().size();
    if (count > PROPERTIES_MAX) {
      problems.invalid(
          device,
          Integer.toString(count),
          "the total number of attributes and capacities must not exceed " + PROPERTIES_MAX);
    }
    for (var attribute : attributes.entries()) {
      NameForms.qualified(problems, attribute.key(), named(attributes, attribute));
      attribute(problems, attribute);
    }
    if (!old.isPresent() || !capacity.hasValueOf(old.at("capacity"))) {
      boolean isShared = device.at("allowMultipleAllocations").flag(false);
      for (var amount : capacity.entries()) {
        NameForms.qualified(problems, amount.key(), named(capacity, amount));
        CapacityRules.check(problems, amount, isShared);
      }
    }
    if (!old.isPresent() || !device.at("taints").hasValueOf(old.at("taints"))) {
      Lists.each(
          problems, device.at("taints"), TAINTS_MAX, each -> TaintRules.taint(problems, each));
    }
    Lists.set(
        problems,
        device.at("consumesCounters"),
        CONSUMED_MAX,
        each -> each.at("counterSet").text(),
        each -> SliceRules.counters(problems, each, "counterSet"));
    where(problems, device, perDevice.flag(false));
    BindingRules.check(problems, device);
  }

  private static Field named(Field map, Field entry) {
    return new Field(StringNode.valueOf(entry.key()), map.path(), "");
  }

  private static void attribute(Problems problems, Field attribute) {
    var set = VALUES.stream().map(attribute::at).filter(Field::isPresent).toList();
    problems.atMostBytes(attribute.at("string"), VALUE_BYTES_MAX);
    var version = attribute.at("version");
    if (version.isPresent() && !SEMANTIC_VERSION.matcher(version.text()).matches()) {
      problems.invalid(version, "must be a string compatible with semver.org spec 2.0.0");
    }
    problems.atMostBytes(version, VALUE_BYTES_MAX);
    if (set.isEmpty()) {
      problems.invalid(attribute, "\"\"", "exactly one value must be specified");
    } else if (set.size() > 1) {
      problems.invalid(attribute, "exactly one value must be specified");
    }
  }

  private static void where(Problems problems, Field device, boolean isPerDevice) {
    var node = device.at("nodeName");
    var selector = device.at("nodeSelector");
    var all = device.at("allNodes");
    if (!isPerDevice) {
      if (node.isPresent() || selector.isPresent() || all.isPresent()) {
        problems.invalid(
            device,
            "null",
            "`nodeName`, `nodeSelector` and `allNodes` can only be set if"
                + " `perDeviceNodeSelection` is set to true in the ResourceSlice spec");
      }
      return;
    }
    var set = new ArrayList<String>();
    if (node.isPresent() && node.isEmpty()) {
      problems.invalid(node, "must not be empty");
    } else if (node.isPresent()) {
      set.add("`nodeName`");
      problems.form(node, NameRules::subdomain);
    }
    if (selector.isPresent()) {
      set.add("`nodeSelector`");
      SchedulingRules.nodeSelector(problems, selector);
    }
    if (all.flag(false)) {
      set.add("`allNodes`");
    } else if (all.isPresent()) {
      problems.invalid(all, "must be either unset or set to true");
    }
    if (set.isEmpty()) {
      problems.required(device, WHERE);
    } else if (set.size() > 1) {
      problems.invalid(device, "\"{" + String.join(", ", set) + "}\"", WHERE);
    }
  }
}
