package dev.nauarch.apiserver.table;

import java.time.Duration;
import java.util.ArrayList;
import java.util.TreeMap;
import tools.jackson.databind.node.ObjectNode;

/** What a table says of who may do what. */
final class PolicyCells {

  private PolicyCells() {}

  static String role(ObjectNode binding) {
    var role = binding.path("roleRef");
    return role.path("kind").asString("") + "/" + role.path("name").asString("");
  }

  static String requestedDuration(ObjectNode request) {
    var seconds = request.path("spec").path("expirationSeconds");
    return seconds.isNumber() ? Age.print(Duration.ofSeconds(seconds.asLong())) : "<none>";
  }

  static String requestCondition(ObjectNode request) {
    var types =
        request
            .path("status")
            .path("conditions")
            .valueStream()
            .map(condition -> condition.path("type").asString(""))
            .toList();
    var state = "Pending";
    if (types.contains("Denied")) {
      state = "Denied";
    } else if (types.contains("Approved")) {
      state = "Approved";
    }
    return state
        + (types.contains("Failed") ? ",Failed" : "")
        + (request.path("status").path("certificate").asString("").isEmpty() ? "" : ",Issued");
  }

  static String subjects(ObjectNode binding, String kind) {
    var names = new ArrayList<String>();
    for (var subject : binding.path("subjects")) {
      if (subject.path("kind").asString("").equals(kind)) {
        var name = subject.path("name").asString("");
        names.add(
            kind.equals("ServiceAccount")
                ? subject.path("namespace").asString("") + "/" + name
                : name);
      }
    }
    return String.join(", ", names);
  }

  /** What of a quota is used, for example {@code pods: 1/10}: of limits, or of all else. */
  static String used(ObjectNode quota, boolean ofLimits) {
    var status = quota.path("status");
    var texts = new TreeMap<String, String>();
    for (var hard : status.path("hard").properties()) {
      if (hard.getKey().startsWith("limits.") == ofLimits) {
        var used = status.path("used").path(hard.getKey()).asString("0");
        texts.put(hard.getKey(), hard.getKey() + ": " + used + "/" + hard.getValue().asString(""));
      }
    }
    return String.join(", ", texts.values());
  }

  static String paramKind(ObjectNode policy) {
    var kind = policy.path("spec").path("paramKind");
    return kind.isObject()
        ? kind.path("apiVersion").asString("") + "/" + kind.path("kind").asString("")
        : "<unset>";
  }

  static String paramRef(ObjectNode binding) {
    var ref = binding.path("spec").path("paramRef");
    var name = ref.path("name").asString("");
    if (name.isEmpty()) {
      return ref.path("selector").isObject()
          ? WorkloadCells.selector(ref.path("selector"))
          : "<unset>";
    }
    var namespace = ref.path("namespace").asString("");
    return (namespace.isEmpty() ? "*" : namespace) + "/" + name;
  }
}
