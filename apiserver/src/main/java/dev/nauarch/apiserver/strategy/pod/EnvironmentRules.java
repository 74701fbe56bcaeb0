package dev.nauarch.apiserver.strategy.pod;

import dev.nauarch.apiserver.object.NameRules;
import dev.nauarch.apiserver.strategy.field.Field;
import dev.nauarch.apiserver.strategy.field.Forms;
import dev.nauarch.apiserver.strategy.field.Problems;
import java.util.List;
import java.util.regex.Pattern;

/** What is wrong with the environment of a container, and with references to a pod's own fields. */
final class EnvironmentRules {

  private static final List<String> ENVIRONMENT_FIELDS =
      List.of(
          "metadata.name",
          "metadata.namespace",
          "metadata.uid",
          "spec.nodeName",
          "spec.serviceAccountName",
          "status.hostIP",
          "status.hostIPs",
          "status.podIP",
          "status.podIPs");
  private static final List<String> FILE_FIELDS =
      List.of(
          "metadata.annotations",
          "metadata.labels",
          "metadata.name",
          "metadata.namespace",
          "metadata.uid");
  private static final Pattern SUBSCRIPT =
      Pattern.compile("metadata\\.(labels|annotations)\\['[^']+'\\]");
  private static final List<String> RESOURCES =
      List.of(
          "limits.cpu",
          "limits.ephemeral-storage",
          "limits.memory",
          "requests.cpu",
          "requests.ephemeral-storage",
          "requests.memory");

  private EnvironmentRules() {}

  static void check(Problems problems, Field container) {
    for (var variable : container.at("env").items()) {
      problems.requireForm(variable.at("name"), Forms::environmentName);
      if (variable.at("valueFrom").isPresent()) {
        source(problems, variable);
      }
    }
    for (var source : container.at("envFrom").items()) {
      if (!source.at("prefix").isEmpty()) {
        problems.form(source.at("prefix"), Forms::environmentName);
      }
      long sources =
          List.of("configMapRef", "secretRef").stream()
              .filter(name -> source.at(name).isPresent())
              .peek(name -> problems.requireForm(source.at(name, "name"), NameRules::subdomain))
              .count();
      if (sources == 0) {
        problems.invalid(source, "must specify one of: `configMapRef` or `secretRef`");
      } else if (sources > 1) {
        problems.invalid(source, "may not have more than one field specified at a time");
      }
    }
  }

  private static void source(Problems problems, Field variable) {
    var from = variable.at("valueFrom");
    long sources =
        List.of("fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef")
            .stream()
            .filter(name -> from.at(name).isPresent())
            .count();
    if (sources == 0) {
      problems.invalid(
          from,
          "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or"
              + " `secretKeyRef`");
    } else if (!variable.at("value").isEmpty()) {
      problems.invalid(from, "may not be specified when `value` is not empty");
    } else if (sources > 1) {
      problems.invalid(from, "may not have more than one field specified at a time");
    }
    if (from.at("fieldRef").isPresent()) {
      fieldPath(problems, from.at("fieldRef"), ENVIRONMENT_FIELDS);
    }
    if (from.at("resourceFieldRef").isPresent()) {
      resource(problems, from.at("resourceFieldRef"));
    }
    for (var name : List.of("configMapKeyRef", "secretKeyRef")) {
      if (from.at(name).isPresent()) {
        problems.require(from.at(name, "name"));
        problems.requireForm(from.at(name, "key"), Forms::dataKey);
      }
    }
  }

  /** Checks the items of a downwardAPI volume. */
  static void files(Problems problems, Field items) {
    for (var item : items.items()) {
      problems.requireForm(item.at("path"), Forms::localPath);
      var field = item.at("fieldRef");
      var resource = item.at("resourceFieldRef");
      if (field.isPresent() && resource.isPresent()) {
        problems.invalid(item, "fieldRef and resourceFieldRef can not be specified simultaneously");
      } else if (field.isPresent()) {
        fieldPath(problems, field, FILE_FIELDS);
      } else if (resource.isPresent()) {
        problems.require(resource.at("containerName"));
        resource(problems, resource);
      } else {
        problems.required(field, "one of fieldRef and resourceFieldRef is required");
      }
      VolumeRules.mode(problems, item.at("mode"));
    }
  }

  private static void fieldPath(Problems problems, Field reference, List<String> supported) {
    problems.require(reference.at("apiVersion"));
    var path = reference.at("fieldPath");
    if (problems.require(path)
        && !supported.contains(path.text())
        && !SUBSCRIPT.matcher(path.text()).matches()) {
      problems.notSupported(path, supported);
    }
  }

  private static void resource(Problems problems, Field reference) {
    var resource = reference.at("resource");
    if (problems.require(resource)
        && !RESOURCES.contains(resource.text())
        && !resource.text().startsWith("limits.hugepages-")
        && !resource.text().startsWith("requests.hugepages-")) {
      problems.notSupported(resource, RESOURCES);
    }
  }
}
