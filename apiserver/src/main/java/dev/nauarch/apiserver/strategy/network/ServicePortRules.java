package dev.nauarch.apiserver.strategy.network;

import dev.nauarch.apiserver.object.NameRules;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Forms;
import dev.nauarch.apiserver.strategy.field.Problems;
import java.util.ArrayList;
import java.util.HashSet;

/** What is wrong with the ports of a service. */
final class ServicePortRules {

  private static final int PORT_MAX = 65_535;

  private ServicePortRules() {}

  /** Checks each port. */
  static void check(Problems problems, Field spec) {
    var ports = spec.at("ports").items();
    var names = new ArrayList<Field>();
    for (var port : ports) {
      var name = port.at("name");
      if (name.isEmpty() && ports.size() > 1) {
        problems.required(name, "");
      } else if (!name.isEmpty()) {
        problems.form(name, NameRules::label);
        names.add(name);
      }
      if (!port.at("port").isPresent()) {
        problems.required(port.at("port"), "");
      } else {
        problems.range(port.at("port"), 1, PORT_MAX);
      }
      problems.requireOneOf(port.at("protocol"), "SCTP", "TCP", "UDP");
      target(problems, port.at("targetPort"));
      if (port.at("appProtocol").isPresent()) {
        problems.form(port.at("appProtocol"), NameRules::labelKey);
      }
    }
    problems.unique(names);
  }

  private static void target(Problems problems, Field target) {
    if (target.node().isString()) {
      problems.form(target, Forms::portName);
    } else {
      problems.range(target, 1, PORT_MAX);
    }
  }

  /** Checks that no two ports are the same. */
  static void pairs(Problems problems, Field spec) {
    var ports = spec.at("ports").items();
    if (spec.at("type").is("ClusterIP")) {
      for (var port : ports) {
        if (port.at("nodePort").number(0) != 0) {
          problems.forbidden(port.at("nodePort"), "may not be used when `type` is 'ClusterIP'");
        }
      }
    }
    var taken = new HashSet<String>();
    for (var port : ports) {
      var number = port.at("nodePort");
      if (number.number(0) != 0 && !taken.add(port.at("protocol").text() + number.number(0))) {
        problems.duplicate(number);
      }
    }
    var pairs = new HashSet<String>();
    for (var port : ports) {
      if (!pairs.add(port.at("protocol").text() + port.at("port").number(0))) {
        problems.duplicate(port);
      }
    }
  }
}
