package dev.nauarch.apiserver.table;

import tools.jackson.databind.node.ObjectNode;

/** What a table says of groups of pods. */
final class GroupCells {

  private GroupCells() {}

  /** Whether the pods start together. */
  static String policy(ObjectNode group) {
    return group.at("/spec/schedulingPolicy/gang").isObject() ? "Gang" : "Basic";
  }

  /** Whether a group has its places, or why it loses them. */
  static String status(ObjectNode group) {
    var status = "Pending";
    var disruption = "";
    for (var condition : group.path("status").path("conditions")) {
      switch (condition.path("type").asString("")) {
        case "PodGroupScheduled", "PodGroupInitiallyScheduled" ->
            status =
                condition.path("status").asString("").equals("True")
                    ? "Scheduled"
                    : "Unschedulable";
        case "DisruptionTarget" -> disruption = condition.path("reason").asString("");
        default -> {
          // Other conditions say more than a table has room for.
        }
      }
    }
    return disruption.isEmpty() ? status : disruption;
  }
}
