package dev.nauarch.apiserver.strategy.device;

import dev.nauarch.apiserver.object.NameRules;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Lists;
import dev.nauarch.apiserver.strategy.field.NameForms;
import dev.nauarch.apiserver.strategy.field.Problems;
import dev.nauarch.apiserver.strategy.pod.SchedulingRules;
import java.time.Instant;
import java.util.ArrayList;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/** The rules of slices of a pool of devices. */
final class SliceRules {

  private static final int DEVICES_MAX = 128;
  private static final int COMPLEX_DEVICES_MAX = 64;
  private static final int COUNTER_SETS_MAX = 8;
  private static final int COUNTERS_MAX = 32;
  private static final String WHERE =
      "exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required";

  private SliceRules() {}

  /** Taints count from when they are made. */
  static void fill(ObjectNode slice, Instant now) {
    for (var device : slice.path("spec").path("devices")) {
      device.path("taints").forEach(taint -> TaintRules.fillTime(taint, now));
    }
  }

  /** Checks a new slice. */
  static void check(Problems problems, Field slice) {
    change(problems, slice, Field.of(JsonNodeFactory.instance.objectNode()));
  }

  /** Checks a changed slice; the old one is empty for a new one. */
  static void change(Problems problems, Field slice, Field old) {
    var spec = slice.at("spec");
    var before = old.at("spec");
    NameForms.driver(problems, spec.at("driver"));
    pool(problems, spec.at("pool"));
    if (before.isPresent()) {
      problems.immutable(spec.at("pool", "name"), before.at("pool", "name"));
      problems.immutable(spec.at("driver"), before.at("driver"));
      problems.immutable(spec.at("nodeName"), before.at("nodeName"));
    }
    where(problems, spec);
    var devices = spec.at("devices");
    if (spec.at("sharedCounters").isPresent() && devices.isPresent()) {
      problems.invalid(spec, "\"\"", "only one of `sharedCounters` or `devices` is allowed");
    }
    boolean isComplex =
        devices.items().stream()
            .anyMatch(
                each -> !each.at("taints").isEmpty() || !each.at("consumesCounters").isEmpty());
    Lists.set(
        problems,
        devices,
        isComplex ? COMPLEX_DEVICES_MAX : DEVICES_MAX,
        each -> each.at("name").text(),
        each ->
            DeviceRules.check(
                problems, each, former(before, each), spec.at("perDeviceNodeSelection")));
    Lists.set(
        problems,
        spec.at("sharedCounters"),
        COUNTER_SETS_MAX,
        each -> each.at("name").text(),
        each -> counters(problems, each, "name"));
  }

  private static void pool(Problems problems, Field pool) {
    NameForms.pool(problems, pool.at("name"));
    var count = pool.at("resourceSliceCount");
    if (count.number(0) <= 0) {
      problems.invalid(count, Long.toString(count.number(0)), "must be greater than zero");
    }
    if (pool.at("generation").number(0) < 0) {
      problems.invalid(pool.at("generation"), "must be greater than or equal to zero");
    }
  }

  /** Exactly one field says on which nodes the devices are. */
  private static void where(Problems problems, Field spec) {
    var set = new ArrayList<String>();
    var node = spec.at("nodeName");
    if (node.isPresent() && node.isEmpty()) {
      problems.invalid(node, "must be either unset or set to a non-empty string");
    } else if (node.isPresent()) {
      set.add("`nodeName`");
      problems.form(node, NameRules::subdomain);
    }
    var selector = spec.at("nodeSelector");
    if (selector.isPresent()) {
      set.add("`nodeSelector`");
      SchedulingRules.nodeSelector(problems, selector);
      if (selector.at("nodeSelectorTerms").items().size() != 1) {
        problems.invalid(
            selector.at("nodeSelectorTerms"), "must have exactly one node selector term");
      }
    }
    for (var name : new String[] {"allNodes", "perDeviceNodeSelection"}) {
      if (spec.at(name).flag(false)) {
        set.add('`' + name + '`');
      } else if (spec.at(name).isPresent()) {
        problems.invalid(spec.at(name), "must be either unset or set to true");
      }
    }
    if (set.isEmpty()) {
      problems.required(spec, WHERE);
    } else if (set.size() > 1) {
      problems.invalid(
          spec, "\"{" + String.join(", ", set) + "}\"", WHERE + ", but multiple fields are set");
    }
  }

  private static Field former(Field spec, Field device) {
    return spec.at("devices").items().stream()
        .filter(each -> each.at("name").hasValueOf(device.at("name")))
        .findFirst()
        .orElse(spec.at("no such device"));
  }

  /** Checks a named set of counters, of a slice or of what a device takes of one. */
  static void counters(Problems problems, Field set, String nameField) {
    problems.requireForm(set.at(nameField), NameRules::label);
    var counters = set.at("counters");
    if (counters.isEmpty()) {
      problems.required(counters, "");
    } else if (counters.node().size() > COUNTERS_MAX) {
      problems.tooMany(counters, COUNTERS_MAX);
    } else {
      for (var counter : counters.entries()) {
        NameRules.label(counter.key())
            .ifPresent(
                detail ->
                    problems.invalid(
                        new Field(StringNode.valueOf(counter.key()), counters.path(), ""), detail));
      }
    }
  }
}
