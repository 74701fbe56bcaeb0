package dev.nauarch.apiserver.strategy.network;

import dev.nauarch.apiserver.object.NameRules;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Forms;
import dev.nauarch.apiserver.strategy.field.Problems;
import java.util.List;

/** The rules of the classes of ingresses. */
final class IngressClassRules {

  private static final int CONTROLLER_MAX = 250;

  private IngressClassRules() {}

  static void check(Problems problems, Field ingressClass) {
    var controller = ingressClass.at("spec", "controller");
    if (controller.text().length() > CONTROLLER_MAX) {
      problems.tooLong(controller, CONTROLLER_MAX);
    }
    Forms.domainPath(problems, controller);
    var parameters = ingressClass.at("spec", "parameters");
    if (parameters.isPresent()) {
      parameters(problems, parameters);
    }
  }

  static void change(Problems problems, Field ingressClass, Field old) {
    problems.immutable(ingressClass.at("spec", "controller"), old.at("spec", "controller"));
  }

  /** Checks a reference to an object of any kind. */
  static void reference(Problems problems, Field reference) {
    problems.form(reference.at("apiGroup"), NameRules::subdomain);
    problems.requireForm(reference.at("kind"), NameRules::pathSegment);
    problems.requireForm(reference.at("name"), NameRules::pathSegment);
  }

  private static void parameters(Problems problems, Field parameters) {
    reference(problems, parameters);
    var scope = parameters.at("scope");
    var namespace = parameters.at("namespace");
    switch (scope.text()) {
      case "Namespace" -> {
        if (namespace.isPresent()) {
          problems.form(namespace, NameRules::label);
        } else {
          problems.required(namespace, "`parameters.scope` is set to 'Namespace'");
        }
      }
      case "Cluster" -> {
        if (namespace.isPresent()) {
          problems.forbidden(namespace, "`parameters.scope` is set to 'Cluster'");
        }
      }
      default -> problems.notSupported(scope, List.of("Cluster", "Namespace"));
    }
  }
}
