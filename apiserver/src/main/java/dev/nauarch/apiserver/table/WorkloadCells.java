package dev.nauarch.apiserver.table;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What a table says of work that is made of pods. */
final class WorkloadCells {

  private WorkloadCells() {}

  /** A property of the containers of its template. */
  static String containers(ObjectNode object, String property) {
    var template = object.path("spec").path("template");
    if (template.isMissingNode()) {
      var jobTemplate = object.at("/spec/jobTemplate/spec/template");
      template = jobTemplate.isMissingNode() ? object.path("template") : jobTemplate;
    }
    var names = new ArrayList<String>();
    template
        .path("spec")
        .path("containers")
        .forEach(container -> names.add(container.path(property).asString("")));
    return String.join(",", names);
  }

  /** The labels of the template of a PodTemplate. */
  static String templateLabels(ObjectNode object) {
    return labels(object.path("template").path("metadata").path("labels"));
  }

  /** Labels as a selector writes them. */
  static String labels(JsonNode labels) {
    var parts = new ArrayList<String>();
    labels.properties().stream()
        .map(label -> label.getKey() + "=" + label.getValue().asString(""))
        .sorted()
        .forEach(parts::add);
    return parts.isEmpty() ? "<none>" : String.join(",", parts);
  }

  /** A label selector in one line. */
  static String selector(JsonNode selector) {
    var parts = new ArrayList<String>();
    for (var label : selector.path("matchLabels").properties()) {
      parts.add(label.getKey() + "=" + label.getValue().asString(""));
    }
    for (var expression : selector.path("matchExpressions")) {
      parts.add(expression(expression));
    }
    parts.sort(null);
    return parts.isEmpty() ? "<none>" : String.join(",", parts);
  }

  private static String expression(JsonNode expression) {
    var key = expression.path("key").asString("");
    List<String> values = new ArrayList<>();
    expression.path("values").forEach(value -> values.add(value.asString("")));
    values.sort(null);
    var list = " (" + String.join(",", values) + ")";
    return switch (expression.path("operator").asString("")) {
      case "In" -> key + " in" + list;
      case "NotIn" -> key + " notin" + list;
      case "DoesNotExist" -> "!" + key;
      default -> key;
    };
  }

  static String deploymentReady(ObjectNode deployment) {
    return deployment.at("/status/readyReplicas").asLong(0)
        + "/"
        + deployment.at("/spec/replicas").asLong(0);
  }

  /** What became of a Job. */
  static String jobStatus(ObjectNode job) {
    if (isTrue(job, "Complete")) {
      return "Complete";
    }
    if (isTrue(job, "Failed")) {
      return "Failed";
    }
    if (job.path("metadata").has("deletionTimestamp")) {
      return "Terminating";
    }
    for (var type : List.of("Suspended", "FailureTarget", "SuccessCriteriaMet")) {
      if (isTrue(job, type)) {
        return type;
      }
    }
    return "Running";
  }

  /** Pods that succeeded, of those that must. */
  static String jobCompletions(ObjectNode job) {
    var succeeded = job.at("/status/succeeded").asLong(0);
    var completions = job.path("spec").path("completions");
    if (!completions.isMissingNode()) {
      return succeeded + "/" + completions.asLong(0);
    }
    var parallelism = job.at("/spec/parallelism").asLong(0);
    return parallelism > 1 ? succeeded + "/1 of " + parallelism : succeeded + "/1";
  }

  /** How long a Job ran or has been running. */
  static String jobDuration(ObjectNode job, Instant now) {
    var started = job.at("/status/startTime").asString("");
    if (started.isEmpty()) {
      return "";
    }
    var ended = job.at("/status/completionTime").asString("");
    try {
      var end = ended.isEmpty() ? now : OffsetDateTime.parse(ended).toInstant();
      return Age.print(Duration.between(OffsetDateTime.parse(started).toInstant(), end));
    } catch (DateTimeException noTime) {
      return "<unknown>";
    }
  }

  /** Whether a gang has its places. */
  static String podGroupScheduled(ObjectNode group) {
    for (var type : List.of("PodGroupScheduled", "PodGroupInitiallyScheduled")) {
      for (var condition : group.path("status").path("conditions")) {
        if (condition.path("type").asString("").equals(type)) {
          return condition.path("status").asString("");
        }
      }
    }
    return "";
  }

  private static boolean isTrue(ObjectNode object, String type) {
    for (var condition : object.path("status").path("conditions")) {
      if (condition.path("type").asString("").equals(type)) {
        return condition.path("status").asString("").equals("True");
      }
    }
    return false;
  }
}
