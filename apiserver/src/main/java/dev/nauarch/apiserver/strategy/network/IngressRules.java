package dev.nauarch.apiserver.strategy.network;

import dev.nauarch.apiserver.object.Addresses;
import dev.nauarch.apiserver.object.NameRules;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Forms;
import dev.nauarch.apiserver.strategy.field.Problems;
import java.util.List;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.StringNode;

/** The rules of ingresses. */
final class IngressRules {

  private static final String CLASS_ANNOTATION = "kubernetes.io/ingress.class";
  private static final List<String> NOT_IN_PATHS = List.of("//", "/./", "/../", "%2f", "%2F");
  private static final List<String> NOT_ENDING_PATHS = List.of("/..", "/.");
  private static final int PORT_MAX = 65_535;

  private IngressRules() {}

  /** Checks a new ingress, whose class may not be given in two ways that differ. */
  static void create(Problems problems, Field ingress) {
    check(problems, ingress);
    var older = ingress.at("metadata", "annotations").at(CLASS_ANNOTATION);
    var name = ingress.at("spec", "ingressClassName");
    if (older.isPresent() && name.isPresent() && !older.hasValueOf(name)) {
      problems.invalid(
          new Field(older.node(), "annotations." + CLASS_ANNOTATION, CLASS_ANNOTATION),
          "must match `ingressClassName` when both are specified");
    }
  }

  static void check(Problems problems, Field ingress) {
    var spec = ingress.at("spec");
    var backend = spec.at("defaultBackend");
    var rules = spec.at("rules");
    if (rules.isEmpty() && !backend.isPresent()) {
      problems.invalid(
          spec.with(NullNode.getInstance()),
          "either `defaultBackend` or `rules` must be specified");
    }
    if (backend.isPresent()) {
      backend(problems, backend);
    }
    rules.items().forEach(rule -> rule(problems, rule));
    for (var tls : spec.at("tls").items()) {
      tls.at("hosts").items().forEach(host -> host(problems, host));
      if (!tls.at("secretName").isEmpty()) {
        problems.form(tls.at("secretName"), NameRules::subdomain);
      }
    }
    problems.form(spec.at("ingressClassName"), NameRules::subdomain);
  }

  static void status(Problems problems, Field ingress, Field old) {
    points(
        problems,
        ingress.at("status", "loadBalancer", "ingress"),
        old.at("status", "loadBalancer", "ingress"));
  }

  /** Checks where a load balancer is reached. */
  static void points(Problems problems, Field points, Field old) {
    var known = old.items().stream().map(point -> point.at("ip").text()).toList();
    for (var point : points.items()) {
      var ip = point.at("ip");
      if (!ip.isEmpty() && !known.contains(ip.text())) {
        problems.form(ip, Addresses::strictAddress);
      }
      var name = point.at("hostname");
      if (!name.isEmpty()) {
        problems.form(name, NameRules::subdomain);
        noAddress(problems, name);
      }
    }
  }

  static List<String> warnings(Field ingress, Field old) {
    boolean isOld = ingress.at("metadata", "annotations").at(CLASS_ANNOTATION).isPresent();
    return old.isEmpty() && isOld && !ingress.at("spec", "ingressClassName").isPresent()
        ? List.of(
            "annotation \""
                + CLASS_ANNOTATION
                + "\" is deprecated, please use 'spec.ingressClassName' instead")
        : List.of();
  }

  private static void rule(Problems problems, Field rule) {
    var host = rule.at("host");
    if (!host.isEmpty()) {
      noAddress(problems, host);
      host(problems, host);
    }
    var http = rule.at("http");
    if (!http.isPresent()) {
      return;
    }
    problems.require(http.at("paths"));
    http.at("paths").items().forEach(path -> path(problems, path));
  }

  private static void host(Problems problems, Field host) {
    problems.form(
        host, host.text().indexOf('*') >= 0 ? NameRules::wildcardSubdomain : NameRules::subdomain);
  }

  private static void noAddress(Problems problems, Field name) {
    if (Addresses.isAddress(name.text())) {
      problems.invalid(name, "must be a DNS name, not an IP address");
    }
  }

  private static void path(Problems problems, Field item) {
    var type = item.at("pathType");
    if (!type.isPresent()) {
      problems.required(type, "pathType must be specified");
      return;
    }
    var path = item.at("path").or(StringNode.valueOf(""));
    switch (type.text()) {
      case "Exact", "Prefix" -> {
        if (!path.text().startsWith("/")) {
          problems.invalid(path, "must be an absolute path");
        }
        for (var part : NOT_IN_PATHS) {
          if (path.text().contains(part)) {
            problems.invalid(path, "must not contain '" + part + "'");
          }
        }
        for (var end : NOT_ENDING_PATHS) {
          if (path.text().endsWith(end)) {
            problems.invalid(path, "cannot end with '" + end + "'");
          }
        }
      }
      case "ImplementationSpecific" -> {
        if (!path.isEmpty() && !path.text().startsWith("/")) {
          problems.invalid(path, "must be an absolute path");
        }
      }
      default -> problems.notSupported(type, List.of("Exact", "ImplementationSpecific", "Prefix"));
    }
    backend(problems, item.at("backend"));
  }

  private static void backend(Problems problems, Field backend) {
    var resource = backend.at("resource");
    var service = backend.at("service");
    if (resource.isPresent() && service.isPresent()) {
      whole(problems, backend, "cannot set both resource and service backends");
    } else if (resource.isPresent()) {
      IngressClassRules.reference(problems, resource);
    } else if (service.isPresent()) {
      problems.requireForm(service.at("name"), NameRules::label);
      port(problems, backend, service.at("port"));
    } else {
      whole(problems, backend, "resource or service backend is required");
    }
  }

  private static void port(Problems problems, Field backend, Field port) {
    boolean hasName = !port.at("name").isEmpty();
    boolean hasNumber = port.at("number").number(0) != 0;
    if (hasName && hasNumber) {
      whole(problems, backend, "cannot set both port name & port number");
    } else if (hasName) {
      problems.form(port.at("name"), Forms::portName);
    } else if (hasNumber) {
      problems.range(port.at("number"), 1, PORT_MAX);
    } else {
      problems.required(backend, "port name or number is required");
    }
  }

  /** Says what is wrong with a backend as a whole, without showing it. */
  private static void whole(Problems problems, Field backend, String detail) {
    problems.invalid(backend.with(StringNode.valueOf("")), detail);
  }
}
