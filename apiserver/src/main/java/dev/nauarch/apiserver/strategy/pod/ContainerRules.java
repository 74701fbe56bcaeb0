package dev.nauarch.apiserver.strategy.pod;

import dev.nauarch.api.StopSignal;
import dev.nauarch.apiserver.object.NameRules;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Forms;
import dev.nauarch.apiserver.strategy.field.Problems;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What is wrong with the containers of a pod. */
final class ContainerRules {

  /** The resize policy by which a container starts again with its new resources. */
  static final String RESTART = "RestartContainer";

  private static final int PORT_MAX = 65_535;
  private static final SortedMap<String, List<String>> RESIZE_POLICY =
      new TreeMap<>(
          Map.of(
              "resourceName", List.of("cpu", "memory"),
              "restartPolicy", List.of("NotRequired", RESTART)));
  private static final String NO_PROBES =
      "may not be set for init containers without restartPolicy=Always";

  private ContainerRules() {}

  static void checkAll(Problems problems, Field spec) {
    var containers = spec.at("containers").items();
    if (containers.isEmpty()) {
      problems.required(spec.at("containers"), "");
    }
    var volumes = PodSpecRules.volumesByName(spec);
    var names = new ArrayList<Field>();
    for (var list : List.of("initContainers", "containers", "ephemeralContainers")) {
      for (var container : spec.at(list).items()) {
        names.add(container.at("name"));
        check(problems, container, volumes);
        stopSignal(problems, container.at("lifecycle", "stopSignal"), spec);
        resizePolicies(problems, container.at("resizePolicy"), spec.at("restartPolicy"));
        switch (list) {
          case "initContainers" -> init(problems, container);
          case "ephemeralContainers" -> ephemeral(problems, container, spec);
          default -> {
            // A plain container has no rules that others lack.
          }
        }
      }
    }
    problems.unique(names);
    hostPorts(problems, spec);
  }

  /** Checks the signal that stops a container, whose meaning hangs on the operating system. */
  private static void stopSignal(Problems problems, Field signal, Field spec) {
    if (!signal.isPresent()) {
      return;
    }
    if (spec.at("os", "name").isEmpty()) {
      problems.forbidden(signal, "may not be set for containers with empty `spec.os.name`");
    } else if (!StopSignal.names().contains(signal.text())) {
      problems.notSupported(signal, StopSignal.names());
    }
  }

  private static void check(Problems problems, Field container, Map<String, Field> volumes) {
    problems.requireForm(container.at("name"), NameRules::label);
    var image = container.at("image");
    if (problems.require(image) && !image.text().strip().equals(image.text())) {
      problems.invalid(image, "must not have leading or trailing whitespace");
    }
    problems.requireOneOf(container.at("imagePullPolicy"), "Always", "IfNotPresent", "Never");
    problems.oneOf(container.at("terminationMessagePolicy"), "File", "FallbackToLogsOnError");
    problems.oneOf(container.at("restartPolicy"), "Always", "Never", "OnFailure");
    ports(problems, container.at("ports"));
    EnvironmentRules.check(problems, container);
    mounts(problems, container, volumes);
    ProbeRules.container(problems, container);
    ResourceRules.check(problems, container.at("resources"));
    SecurityRules.container(problems, container.at("securityContext"));
  }

  private static void resizePolicies(Problems problems, Field policies, Field podRestarts) {
    var names = new HashSet<String>();
    for (var policy : policies.items()) {
      if (!names.add(policy.at("resourceName").text())) {
        problems.duplicate(policy.with(policy.at("resourceName").node()));
      }
      for (var each : RESIZE_POLICY.entrySet()) {
        // What is wrong with one is said of the list, as upstream does.
        var value = policies.with(policy.at(each.getKey()).node());
        if (value.isEmpty()) {
          problems.required(policies, "");
        } else if (!each.getValue().contains(value.text())) {
          problems.notSupported(value, each.getValue());
        }
      }
      if (podRestarts.is("Never") && !policy.at("restartPolicy").is("NotRequired")) {
        problems.invalid(
            policies.with(policy.at("restartPolicy").node()),
            "must be 'NotRequired' when pod `restartPolicy` is 'Never'");
      }
    }
  }

  private static void init(Problems problems, Field container) {
    var policy = container.at("restartPolicy");
    if (policy.is("Always")) {
      return;
    }
    for (var resize : container.at("resizePolicy").items()) {
      if (resize.at("restartPolicy").is(RESTART)) {
        problems.invalid(
            resize.at("restartPolicy"),
            "must not be set to 'RestartContainer' for non-sidecar initContainers");
      }
    }
    for (var name : List.of("lifecycle", "livenessProbe", "readinessProbe", "startupProbe")) {
      if (container.at(name).isPresent()) {
        problems.forbidden(container.at(name), NO_PROBES);
      }
    }
  }

  private static void ephemeral(Problems problems, Field container, Field spec) {
    var target = container.at("targetContainerName");
    boolean isThere =
        Stream.of("containers", "initContainers")
            .flatMap(list -> spec.at(list).items().stream())
            .anyMatch(other -> other.at("name").hasValueOf(target));
    if (!target.isEmpty() && !isThere) {
      problems.notFound(target);
    }
    for (var mount : container.at("volumeMounts").items()) {
      for (var name : List.of("subPath", "subPathExpr")) {
        if (!mount.at(name).isEmpty()) {
          problems.forbidden(mount.at(name), "cannot be set for an Ephemeral Container");
        }
      }
    }
    for (var name :
        List.of(
            "ports",
            "livenessProbe",
            "readinessProbe",
            "startupProbe",
            "lifecycle",
            "resizePolicy",
            "resources")) {
      if (!container.at(name).isEmpty()) {
        problems.forbidden(container.at(name), "cannot be set for an Ephemeral Container");
      }
    }
  }

  private static void ports(Problems problems, Field ports) {
    var names = new ArrayList<Field>();
    for (var port : ports.items()) {
      if (!port.at("name").isEmpty()) {
        problems.form(port.at("name"), Forms::portName);
        names.add(port.at("name"));
      }
      if (port.at("containerPort").number(0) == 0) {
        problems.required(port.at("containerPort"), "");
      } else {
        problems.range(port.at("containerPort"), 1, PORT_MAX);
      }
      if (port.at("hostPort").number(0) != 0) {
        problems.range(port.at("hostPort"), 1, PORT_MAX);
      }
      problems.requireOneOf(port.at("protocol"), "SCTP", "TCP", "UDP");
    }
    problems.unique(names);
  }

  private static void hostPorts(Problems problems, Field spec) {
    var taken = new HashSet<String>();
    boolean isOnHost = spec.at("hostNetwork").flag(false);
    for (var container : spec.at("containers").items()) {
      for (var port : container.at("ports").items()) {
        long hostPort = port.at("hostPort").number(0);
        if (isOnHost && hostPort != port.at("containerPort").number(0)) {
          problems.invalid(
              port.at("containerPort"), "must match `hostPort` when `hostNetwork` is true");
        }
        var address = port.at("protocol").text() + "/" + port.at("hostIP").text() + "/" + hostPort;
        if (hostPort != 0 && !taken.add(address)) {
          problems.duplicate(port.at("hostPort"));
        }
      }
    }
  }

  private static void mounts(Problems problems, Field container, Map<String, Field> volumes) {
    Set<String> paths = new HashSet<>();
    for (var mount : container.at("volumeMounts").items()) {
      var volume = mount.at("name");
      if (problems.require(volume) && !volumes.containsKey(volume.text())) {
        problems.notFound(volume);
      }
      if (problems.require(mount.at("mountPath")) && !paths.add(mount.at("mountPath").text())) {
        problems.invalid(mount.at("mountPath"), "must be unique");
      }
      for (var name : List.of("subPath", "subPathExpr")) {
        if (!mount.at(name).isEmpty()) {
          problems.form(mount.at(name), Forms::localPath);
        }
      }
      if (!mount.at("subPath").isEmpty() && !mount.at("subPathExpr").isEmpty()) {
        problems.invalid(mount.at("subPathExpr"), "subPathExpr and subPath are mutually exclusive");
      }
      problems.oneOf(mount.at("mountPropagation"), "Bidirectional", "HostToContainer", "None");
    }
    for (var device : container.at("volumeDevices").items()) {
      if (problems.require(device.at("name")) && !volumes.containsKey(device.at("name").text())) {
        problems.notFound(device.at("name"));
      }
      if (problems.require(device.at("devicePath")) && !paths.add(device.at("devicePath").text())) {
        problems.invalid(device.at("devicePath"), "must be unique");
      }
    }
  }
}
