package dev.nauarch.apiserver.strategy.core;

import dev.nauarch.api.quota.Amount;
import dev.nauarch.apiserver.object.NameRules;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Forms;
import dev.nauarch.apiserver.strategy.field.Problems;
import java.util.HashSet;
import tools.jackson.databind.node.ObjectNode;

/** The rules of namespaces, nodes and events. */
final class ClusterRules {

  private static final String NAME_LABEL = "kubernetes.io/metadata.name";

  private ClusterRules() {}

  /** Every namespace can be selected by its name. */
  static void fillNamespace(ObjectNode namespace, ObjectNode old) {
    var metadata = namespace.withObject("metadata");
    metadata.withObject("labels").put(NAME_LABEL, metadata.path("name").asString(""));
    if (old.isEmpty()) {
      if (namespace.path("spec").path("finalizers").isEmpty()) {
        namespace.withObject("spec").putArray("finalizers").add("kubernetes");
      }
      namespace.withObject("status").put("phase", "Active");
    } else if (old.path("spec").has("finalizers")) {
      // Only the finalize subresource takes them away.
      namespace.withObject("spec").set("finalizers", old.path("spec").path("finalizers"));
    }
  }

  static void node(Problems problems, Field node) {
    var spec = node.at("spec");
    var seen = new HashSet<String>();
    for (var taint : spec.at("taints").items()) {
      problems.requireForm(taint.at("key"), NameRules::labelKey);
      problems.form(taint.at("value"), NameRules::labelValue);
      problems.requireOneOf(taint.at("effect"), "NoExecute", "NoSchedule", "PreferNoSchedule");
      if (!seen.add(taint.at("key").text() + ":" + taint.at("effect").text())) {
        problems.duplicate(taint);
      }
    }
    spec.at("podCIDRs").items().forEach(range -> problems.form(range, Forms::cidr));
    for (var name : new String[] {"capacity", "allocatable"}) {
      for (var amount : node.at("status", name).entries()) {
        if (Amount.read(amount.node().asString("")).isEmpty()) {
          problems.invalid(amount, Amount.FORM);
        }
      }
    }
  }

  static void nodeChange(Problems problems, Field node, Field old) {
    for (var name : new String[] {"podCIDR", "providerID"}) {
      var before = old.at("spec", name);
      if (!before.isEmpty() && !node.at("spec", name).hasValueOf(before)) {
        problems.forbidden(
            node.at("spec", name),
            "node updates may not change " + name + " except from \"\" to valid");
      }
    }
  }

  static void event(Problems problems, Field event) {
    var namespace = event.at("metadata", "namespace");
    var of = event.at("involvedObject", "namespace");
    if (of.isEmpty() ? !namespace.is("default") : !of.hasValueOf(namespace)) {
      problems.invalid(of, "does not match event.namespace");
    }
    problems.requireOneOf(event.at("type"), "Normal", "Warning");
  }

  static void newEvent(Problems problems, Field event) {
    problems.require(event.at("reportingController"));
    problems.require(event.at("reportingInstance"));
    problems.require(event.at("action"));
    problems.require(event.at("reason"));
    problems.requireOneOf(event.at("type"), "Normal", "Warning");
    var of = event.at("regarding", "namespace");
    var namespace = event.at("metadata", "namespace");
    if (of.isEmpty() ? !namespace.is("default") : !of.hasValueOf(namespace)) {
      problems.invalid(of, "does not match event.namespace");
    }
  }
}
