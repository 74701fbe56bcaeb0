package dev.nauarch.apiserver.strategy.pod;

import dev.nauarch.apiserver.object.NameRules;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Forms;
import dev.nauarch.apiserver.strategy.field.Problems;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.node.StringNode;

/** What is wrong with the spec of a pod or of a pod template. */
public final class PodSpecRules {

  private static final long INT32_MAX = Integer.MAX_VALUE;

  private PodSpecRules() {}

  /** Checks a pod template: its metadata and its spec. */
  public static void template(Problems problems, Field template) {
    labels(problems, template.at("metadata", "labels"));
    for (var annotation : template.at("metadata", "annotations").entries()) {
      var map = template.at("metadata", "annotations");
      NameRules.labelKey(annotation.key().toLowerCase(Locale.ROOT))
          .ifPresent(detail -> problems.invalid(keyOf(map, annotation), detail));
    }
    check(problems, template.at("spec"));
    if (!template.at("spec", "ephemeralContainers").isEmpty()) {
      problems.forbidden(
          template.at("spec", "ephemeralContainers"),
          "ephemeral containers not allowed in pod template");
    }
  }

  /** Checks a map of labels. */
  public static void labels(Problems problems, Field labels) {
    for (var label : labels.entries()) {
      NameRules.labelKey(label.key())
          .ifPresent(detail -> problems.invalid(keyOf(labels, label), detail));
      NameRules.labelValue(label.text())
          .ifPresent(
              detail -> problems.invalid(new Field(label.node(), labels.path(), ""), detail));
    }
  }

  /** Checks a spec. */
  public static void check(Problems problems, Field spec) {
    VolumeRules.check(problems, spec.at("volumes"));
    ContainerRules.checkAll(problems, spec);
    problems.requireOneOf(spec.at("restartPolicy"), "Always", "Never", "OnFailure");
    dns(problems, spec);
    problems.notNegative(spec.at("terminationGracePeriodSeconds"));
    problems.range(spec.at("activeDeadlineSeconds"), 1, INT32_MAX);
    labels(problems, spec.at("nodeSelector"));
    names(problems, spec);
    gates(problems, spec);
    SchedulingRules.check(problems, spec);
    SecurityRules.pod(problems, spec);
    for (var alias : spec.at("hostAliases").items()) {
      problems.form(alias.at("ip"), Forms::ip);
      alias.at("hostnames").items().forEach(name -> problems.form(name, NameRules::subdomain));
    }
    for (var secret : spec.at("imagePullSecrets").items()) {
      if (secret.at("name").isEmpty()) {
        problems.required(secret.at("name"), "");
      }
    }
    if (spec.at("hostPID").flag(false) && spec.at("shareProcessNamespace").flag(false)) {
      problems.invalid(
          spec.at("shareProcessNamespace"),
          "ShareProcessNamespace and HostPID cannot both be enabled");
    }
    if (spec.at("os").isPresent()) {
      problems.requireOneOf(spec.at("os", "name"), "linux", "windows");
    }
  }

  private static void names(Problems problems, Field spec) {
    for (var name : List.of("nodeName", "serviceAccountName", "runtimeClassName")) {
      if (!spec.at(name).isEmpty()) {
        problems.form(spec.at(name), NameRules::subdomain);
      }
    }
    if (!spec.at("priorityClassName").isEmpty()) {
      problems.form(spec.at("priorityClassName"), NameRules::subdomain);
    }
    for (var name : List.of("hostname", "subdomain")) {
      if (!spec.at(name).isEmpty()) {
        problems.form(spec.at(name), NameRules::label);
      }
    }
    problems.oneOf(spec.at("preemptionPolicy"), "Never", "PreemptLowerPriority");
    var group = spec.at("schedulingGroup", "podGroupName");
    if (spec.at("schedulingGroup").isPresent()) {
      problems.requireForm(group, NameRules::subdomain);
    }
  }

  private static void gates(Problems problems, Field spec) {
    var gates = spec.at("schedulingGates").items();
    problems.unique(gates.stream().map(gate -> gate.at("name")).toList());
    for (var gate : gates) {
      problems.requireForm(gate.at("name"), NameRules::labelKey);
    }
    if (!gates.isEmpty() && !spec.at("nodeName").isEmpty()) {
      problems.forbidden(
          spec.at("nodeName"), "cannot be set until all schedulingGates have been cleared");
    }
    for (var gate : spec.at("readinessGates").items()) {
      problems.form(gate.at("conditionType"), NameRules::labelKey);
    }
  }

  private static void dns(Problems problems, Field spec) {
    var policy = spec.at("dnsPolicy");
    problems.requireOneOf(policy, "ClusterFirst", "ClusterFirstWithHostNet", "Default", "None");
    var config = spec.at("dnsConfig");
    var servers = config.at("nameservers");
    if (policy.is("None") && servers.isEmpty()) {
      problems.required(
          config.isPresent() ? servers : config,
          "must provide at least one DNS nameserver when `dnsPolicy` is None");
    }
    if (servers.items().size() > 3) {
      problems.invalid(servers, "must not have more than 3 nameservers");
    }
    servers.items().forEach(server -> problems.form(server, Forms::ip));
    for (var option : config.at("options").items()) {
      if (option.at("name").isEmpty()) {
        problems.required(option.at("name"), "must not be empty");
      }
    }
  }

  /** The names of a spec's volumes, and whether each is a claim of a raw device. */
  static SortedMap<String, Field> volumesByName(Field spec) {
    var volumes = new TreeMap<String, Field>();
    spec.at("volumes").items().forEach(volume -> volumes.put(volume.at("name").text(), volume));
    return volumes;
  }

  private static Field keyOf(Field map, Field entry) {
    return new Field(StringNode.valueOf(entry.key()), map.path(), "");
  }
}
