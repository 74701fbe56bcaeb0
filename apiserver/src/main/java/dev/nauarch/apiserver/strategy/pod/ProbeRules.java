package dev.nauarch.apiserver.strategy.pod;

import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Forms;
import dev.nauarch.apiserver.strategy.field.Problems;
import java.util.List;

/** What is wrong with the probes and the hooks of a container. */
final class ProbeRules {

  private static final int PORT_MAX = 65_535;

  private ProbeRules() {}

  static void container(Problems problems, Field container) {
    for (var name : List.of("livenessProbe", "startupProbe")) {
      var probe = container.at(name);
      if (probe.isPresent()) {
        probe(problems, probe);
        if (probe.at("successThreshold").number(1) != 1) {
          problems.invalid(probe.at("successThreshold"), "must be 1");
        }
      }
    }
    var readiness = container.at("readinessProbe");
    if (readiness.isPresent()) {
      probe(problems, readiness);
      if (readiness.at("terminationGracePeriodSeconds").isPresent()) {
        problems.invalid(
            readiness.at("terminationGracePeriodSeconds"), "must not be set for readinessProbes");
      }
    }
    for (var name : List.of("postStart", "preStop")) {
      var hook = container.at("lifecycle", name);
      if (hook.isPresent()) {
        handler(problems, hook, List.of("exec", "httpGet", "tcpSocket", "sleep"));
      }
    }
  }

  private static void probe(Problems problems, Field probe) {
    handler(problems, probe, List.of("exec", "httpGet", "tcpSocket", "grpc"));
    problems.notNegative(
        probe.at("initialDelaySeconds"),
        probe.at("timeoutSeconds"),
        probe.at("periodSeconds"),
        probe.at("successThreshold"),
        probe.at("failureThreshold"));
    var grace = probe.at("terminationGracePeriodSeconds");
    if (grace.isPresent() && grace.number(1) <= 0) {
      problems.invalid(grace, "must be greater than 0");
    }
  }

  private static void handler(Problems problems, Field parent, List<String> known) {
    int handlers = 0;
    for (var name : known) {
      var handler = parent.at(name);
      if (handler.isPresent()) {
        if (++handlers > 1) {
          problems.forbidden(handler, "may not specify more than 1 handler type");
        } else {
          check(problems, handler);
        }
      }
    }
    if (handlers == 0) {
      problems.required(parent, "must specify a handler type");
    }
  }

  private static void check(Problems problems, Field handler) {
    switch (handler.key()) {
      case "exec" -> problems.require(handler.at("command"));
      case "httpGet" -> {
        problems.require(handler.at("path"));
        port(problems, handler.at("port"));
        problems.requireOneOf(handler.at("scheme"), "HTTP", "HTTPS");
        for (var header : handler.at("httpHeaders").items()) {
          problems.require(header.at("name"));
        }
      }
      case "tcpSocket", "grpc" -> port(problems, handler.at("port"));
      default -> problems.notNegative(handler.at("seconds"));
    }
  }

  /** Checks a port by number or name. */
  private static void port(Problems problems, Field port) {
    if (!port.isPresent()) {
      problems.required(port, "");
    } else if (port.node().isString()) {
      problems.form(port, Forms::portName);
    } else {
      problems.range(port, 1, PORT_MAX);
    }
  }
}
