package dev.nauarch.apiserver.strategy.network;

import dev.nauarch.api.FieldError;
import dev.nauarch.apiserver.object.NameRules;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Forms;
import dev.nauarch.apiserver.strategy.field.Problems;
import dev.nauarch.apiserver.strategy.pod.PodSpecRules;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/** What is wrong with a service. */
final class ServiceRules {

  private static final int PORT_MAX = 65_535;
  private static final int AFFINITY_SECONDS_MAX = 86_400;

  private ServiceRules() {}

  static List<FieldError> check(ObjectNode service) {
    var problems = new Problems();
    check(problems, Field.of(service).at("spec"));
    return problems.errors();
  }

  static List<FieldError> checkUpdate(ObjectNode service, ObjectNode old) {
    var problems = new Problems();
    var now = Field.of(service).at("spec");
    var before = Field.of(old).at("spec");
    boolean hadAddress = !before.at("type").is("ExternalName");
    if (hadAddress && !now.at("type").is("ExternalName")) {
      var addresses = now.at("clusterIPs").items();
      var oldAddresses = before.at("clusterIPs").items();
      for (int i = 0; i < oldAddresses.size(); i++) {
        if (i < addresses.size() && !addresses.get(i).hasValueOf(oldAddresses.get(i))) {
          problems.invalid(addresses.get(i), "may not change once set");
        }
      }
    }
    check(problems, now);
    return problems.errors();
  }

  private static void check(Problems problems, Field spec) {
    var type = spec.at("type");
    problems.requireOneOf(type, "ClusterIP", "ExternalName", "LoadBalancer", "NodePort");
    problems.requireOneOf(spec.at("sessionAffinity"), "ClientIP", "None");
    var seconds = spec.at("sessionAffinityConfig", "clientIP", "timeoutSeconds");
    if (spec.at("sessionAffinity").is("ClientIP")
        && (seconds.number(0) <= 0 || seconds.number(0) > AFFINITY_SECONDS_MAX)) {
      problems.invalid(seconds, "must be greater than 0 and less than 86400");
    }
    boolean isHeadless = spec.at("clusterIP").is("None");
    if (spec.at("ports").isEmpty() && !isHeadless && !type.is("ExternalName")) {
      problems.required(spec.at("ports"), "");
    }
    if (type.is("ExternalName")) {
      externalName(problems, spec);
    }
    if (isHeadless && (type.is("NodePort") || type.is("LoadBalancer"))) {
      problems.invalid(
          spec.at("clusterIPs").items().isEmpty()
              ? spec.at("clusterIP")
              : spec.at("clusterIPs").items().getFirst(),
          "may not be set to 'None' for " + type.text() + " services");
    }
    ports(problems, spec);
    addresses(problems, spec);
    PodSpecRules.labels(problems, spec.at("selector"));
    policies(problems, spec);
  }

  private static void policies(Problems problems, Field spec) {
    problems.oneOf(spec.at("internalTrafficPolicy"), "Cluster", "Local");
    var external = spec.at("externalTrafficPolicy");
    problems.oneOf(external, "Cluster", "Local");
    if (external.isPresent() && !ServiceStrategy.takesNodePorts(spec.at("type").text())) {
      problems.invalid(external, "may only be set for externally-accessible services");
    }
    problems.oneOf(spec.at("ipFamilyPolicy"), "PreferDualStack", "RequireDualStack", "SingleStack");
    for (var family : spec.at("ipFamilies").items()) {
      problems.oneOf(family, "IPv4", "IPv6");
    }
    spec.at("externalIPs").items().forEach(address -> problems.form(address, Forms::ip));
    var ranges = spec.at("loadBalancerSourceRanges");
    if (!ranges.isEmpty() && !spec.at("type").is("LoadBalancer")) {
      problems.forbidden(ranges, "may only be used when `type` is 'LoadBalancer'");
    }
    ranges.items().forEach(range -> problems.form(range, Forms::cidr));
  }

  private static void externalName(Problems problems, Field spec) {
    if (!spec.at("clusterIP").isEmpty()) {
      problems.forbidden(spec.at("clusterIPs"), "may not be set for ExternalName services");
    }
    var name = spec.at("externalName");
    if (name.isEmpty()) {
      problems.required(name, "");
    } else {
      var bare = name.text().endsWith(".") ? strip(name.text()) : name.text();
      NameRules.subdomain(bare).ifPresent(detail -> problems.invalid(name, detail));
    }
  }

  private static String strip(String name) {
    return name.substring(0, name.length() - 1);
  }

  private static void ports(Problems problems, Field spec) {
    var ports = spec.at("ports").items();
    var names = new ArrayList<Field>();
    var pairs = new HashSet<String>();
    var nodePorts = new HashSet<String>();
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
      var protocol = port.at("protocol").text();
      if (!pairs.add(protocol + port.at("port").number(0))) {
        problems.duplicate(port);
      }
      nodePort(problems, spec, port, nodePorts);
    }
    problems.unique(names);
  }

  private static void nodePort(Problems problems, Field spec, Field port, Set<String> nodePorts) {
    var nodePort = port.at("nodePort");
    if (nodePort.number(0) == 0) {
      return;
    }
    if (!ServiceStrategy.takesNodePorts(spec.at("type").text())) {
      problems.forbidden(
          nodePort, "may not be used when `type` is '" + spec.at("type").text() + "'");
    }
    if (!nodePorts.add(port.at("protocol").text() + nodePort.number(0))) {
      problems.duplicate(nodePort);
    }
  }

  private static void target(Problems problems, Field target) {
    if (target.node().isString()) {
      problems.form(target, Forms::portName);
    } else {
      problems.range(target, 1, PORT_MAX);
    }
  }

  private static void addresses(Problems problems, Field spec) {
    var address = spec.at("clusterIP");
    var all = spec.at("clusterIPs").items();
    if (!address.isEmpty() && !all.isEmpty() && !all.getFirst().hasValueOf(address)) {
      problems.invalid(all.getFirst(), "first value must match `clusterIP`");
    }
    if (all.size() > 2) {
      problems.tooMany(spec.at("clusterIPs"), 2);
    }
    for (var one : all) {
      if (!one.is("None") && !one.isEmpty()) {
        problems.form(one, Forms::ip);
      }
    }
  }
}
