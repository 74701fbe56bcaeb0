package dev.nauarch.apiserver.strategy.network;

import dev.nauarch.apiserver.object.NameRules;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Forms;
import dev.nauarch.apiserver.strategy.field.Problems;
import dev.nauarch.apiserver.strategy.pod.PodSpecRules;
import java.net.InetAddress;
import java.util.List;
import tools.jackson.databind.node.StringNode;

/** What is wrong with a service. */
final class ServiceRules {

  private static final int PORT_MAX = 65_535;
  private static final int AFFINITY_SECONDS_MAX = 86_400;
  private static final String SAME = "may not change once set";
  private static final String BALANCER_ONLY = "may only be used when `type` is 'LoadBalancer'";
  static final String HINTS = "service.kubernetes.io/topology-aware-hints";
  static final String MODE = "service.kubernetes.io/topology-mode";
  private static final String RANGES = "service.beta.kubernetes.io/load-balancer-source-ranges";

  private ServiceRules() {}

  /** Checks what may not become of an old service. */
  static void change(Problems problems, Field now, Field old) {
    var type = now.at("type");
    if (type.is("LoadBalancer")
        && old.at("type").is("LoadBalancer")
        && !now.at("loadBalancerClass").hasValueOf(old.at("loadBalancerClass"))) {
      problems.invalid(now.at("loadBalancerClass"), SAME);
    }
    var health = now.at("healthCheckNodePort");
    if (isHealthChecked(now)
        && isHealthChecked(old)
        && health.number(0) != old.at("healthCheckNodePort").number(0)) {
      problems.forbidden(health, Problems.IMMUTABLE);
    }
  }

  /**
   * Checks a service.
   *
   * @param oldSpec of the service that it was; missing for a new one
   */
  static void check(Problems problems, Field service, Field oldSpec) {
    var spec = service.at("spec");
    var type = spec.at("type");
    var annotations = service.at("metadata", "annotations");
    var mode = annotations.at(MODE);
    if (mode.isPresent() && annotations.at(HINTS).isPresent() && !mode.is(text(annotations))) {
      problems.invalid(
          new Field(mode.node(), "metadata.annotations[" + MODE + "]", ""),
          "must match annotations[" + HINTS + "] when both are specified");
    }
    if (spec.at("ports").isEmpty()
        && !ServiceAddressRules.isHeadless(spec)
        && !type.is("ExternalName")) {
      problems.required(spec.at("ports"), "");
    }
    switch (type.text()) {
      case "ExternalName" -> externalName(problems, spec);
      case "LoadBalancer", "NodePort" -> {
        if (ServiceAddressRules.isHeadless(spec)) {
          problems.invalid(
              spec.at("clusterIPs").items().getFirst(),
              "may not be set to 'None' for " + type.text() + " services");
        }
      }
      default -> {}
    }
    ServicePortRules.check(problems, spec);
    PodSpecRules.labels(problems, spec.at("selector"));
    affinity(problems, spec);
    ServiceAddressRules.check(problems, spec, oldSpec);
    externalAddresses(problems, spec, oldSpec);
    problems.requireOneOf(type, "ClusterIP", "ExternalName", "LoadBalancer", "NodePort");
    ServicePortRules.pairs(problems, spec);
    balancer(problems, spec, annotations, oldSpec);
    traffic(problems, spec);
  }

  private static String text(Field annotations) {
    return annotations.at(HINTS).text();
  }

  private static void externalName(Problems problems, Field spec) {
    for (var name : List.of("clusterIPs", "ipFamilies", "ipFamilyPolicy")) {
      if (!spec.at(name).isEmpty()) {
        problems.forbidden(spec.at(name), "may not be set for ExternalName services");
      }
    }
    var name = spec.at("externalName");
    var text = name.text();
    var bare = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
    if (bare.isEmpty()) {
      problems.required(name, "");
    } else {
      NameRules.subdomain(bare).ifPresent(detail -> problems.invalid(name, detail));
    }
  }

  private static void affinity(Problems problems, Field spec) {
    var affinity = spec.at("sessionAffinity");
    problems.requireOneOf(affinity, "ClientIP", "None");
    var seconds = spec.at("sessionAffinityConfig", "clientIP", "timeoutSeconds");
    if (affinity.is("ClientIP")
        && (seconds.number(0) <= 0 || seconds.number(0) > AFFINITY_SECONDS_MAX)) {
      problems.invalid(seconds, "must be greater than 0 and less than " + AFFINITY_SECONDS_MAX);
    }
  }

  private static void externalAddresses(Problems problems, Field spec, Field oldSpec) {
    for (var address : spec.at("externalIPs").items()) {
      if (AddressRules.legacyIp(problems, address, oldSpec.at("externalIPs"))) {
        if (Forms.isIp(address.text())
            && InetAddress.ofLiteral(address.text()).isLoopbackAddress()) {
          problems.invalid(address, "may not be in the loopback range (127.0.0.0/8, ::1/128)");
        }
        AddressRules.endpoint(problems, address);
      }
    }
  }

  private static void balancer(Problems problems, Field spec, Field annotations, Field oldSpec) {
    boolean isBalancer = spec.at("type").is("LoadBalancer");
    var ranges = spec.at("loadBalancerSourceRanges");
    // Kubernetes' own messages spell the field so.
    var path = "spec.LoadBalancerSourceRanges";
    var inAnnotation = annotations.at(RANGES);
    if (!ranges.isEmpty()) {
      if (!isBalancer) {
        problems.forbidden(new Field(ranges.node(), path, ""), BALANCER_ONLY);
      }
      int index = 0;
      for (var range : ranges.items()) {
        var stripped = StringNode.valueOf(range.text().strip());
        AddressRules.legacyRange(
            problems,
            new Field(stripped, path + "[" + index + "]", ""),
            oldSpec.at("loadBalancerSourceRanges"));
        index++;
      }
    } else if (inAnnotation.isPresent()) {
      var field = new Field(inAnnotation.node(), "metadata.annotations[" + RANGES + "]", "");
      if (!isBalancer) {
        problems.forbidden(field, BALANCER_ONLY);
      }
      if (!inAnnotation.text().isBlank()) {
        for (var range : inAnnotation.text().split(",", -1)) {
          var one = new Field(StringNode.valueOf(range.strip()), field.path(), "");
          AddressRules.legacyRange(problems, one, oldSpec.at("loadBalancerSourceRanges"));
        }
      }
    }
    var nodePorts = spec.at("allocateLoadBalancerNodePorts");
    if (nodePorts.isPresent() && !isBalancer) {
      problems.forbidden(nodePorts, BALANCER_ONLY);
    }
    var balancer = spec.at("loadBalancerClass");
    if (balancer.isPresent() && isBalancer) {
      problems.form(balancer, NameRules::labelKey);
    } else if (balancer.isPresent()) {
      problems.forbidden(balancer, BALANCER_ONLY);
    }
  }

  private static void traffic(Problems problems, Field spec) {
    var external = spec.at("externalTrafficPolicy");
    if (isOutward(spec)) {
      problems.requireOneOf(external, "Cluster", "Local");
    } else if (!external.isEmpty()) {
      problems.invalid(external, "may only be set for externally-accessible services");
    }
    var health = spec.at("healthCheckNodePort");
    if (!isHealthChecked(spec) && health.number(0) != 0) {
      problems.invalid(
          health,
          "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'");
    } else if (health.number(0) != 0) {
      problems.range(health, 1, PORT_MAX);
    }
    problems.oneOf(spec.at("internalTrafficPolicy"), "Cluster", "Local");
    problems.oneOf(
        spec.at("trafficDistribution"), "PreferClose", "PreferSameZone", "PreferSameNode");
  }

  /** Whether a service may be reached from outside of the cluster. */
  static boolean isOutward(Field spec) {
    var type = spec.at("type").text();
    return ServiceStrategy.takesNodePorts(type)
        || (type.equals("ClusterIP") && !spec.at("externalIPs").isEmpty());
  }

  /** Whether a load balancer asks nodes whether they have endpoints. */
  static boolean isHealthChecked(Field spec) {
    return spec.at("type").is("LoadBalancer") && spec.at("externalTrafficPolicy").is("Local");
  }

  /** Checks what a load balancer's status says. */
  static void status(Problems problems, Field service, Field old) {
    var points = service.at("status", "loadBalancer", "ingress");
    if (!service.at("spec", "type").is("LoadBalancer") && !points.isEmpty()) {
      problems.forbidden(points, "may only be used when `spec.type` is 'LoadBalancer'");
      return;
    }
    IngressRules.points(problems, points, old.at("status", "loadBalancer", "ingress"));
    for (var point : points.items()) {
      var how = point.at("ipMode");
      boolean hasAddress = !point.at("ip").isEmpty();
      if (!how.isPresent() && hasAddress) {
        problems.required(how, "must be specified when `ip` is set");
      } else if (how.isPresent() && !hasAddress) {
        problems.forbidden(how, "may not be specified when `ip` is not set");
      } else {
        problems.oneOf(how, "Proxy", "VIP");
      }
    }
  }
}
