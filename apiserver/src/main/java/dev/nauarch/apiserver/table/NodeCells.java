package dev.nauarch.apiserver.table;

import java.util.ArrayList;
import java.util.TreeSet;
import tools.jackson.databind.node.ObjectNode;

/** What a table says of a node. */
final class NodeCells {

  private static final String ROLE = "node-role.kubernetes.io/";

  private NodeCells() {}

  /** Whether it is ready, and whether it takes new pods. */
  static String status(ObjectNode node) {
    var words = new ArrayList<String>();
    for (var condition : node.path("status").path("conditions")) {
      if (condition.path("type").asString("").equals("Ready")) {
        words.add(condition.path("status").asString("").equals("True") ? "Ready" : "NotReady");
      }
    }
    if (words.isEmpty()) {
      words.add("Unknown");
    }
    if (node.path("spec").path("unschedulable").asBoolean(false)) {
      words.add("SchedulingDisabled");
    }
    return String.join(",", words);
  }

  /** The roles that its labels name. */
  static String roles(ObjectNode node) {
    var roles = new TreeSet<String>();
    for (var label : node.path("metadata").path("labels").properties()) {
      if (label.getKey().startsWith(ROLE)) {
        roles.add(label.getKey().substring(ROLE.length()));
      } else if (label.getKey().equals("kubernetes.io/role")) {
        roles.add(label.getValue().asString(""));
      }
    }
    roles.remove("");
    return roles.isEmpty() ? "<none>" : String.join(",", roles);
  }

  /** Its first address of a type. */
  static String address(ObjectNode node, String type) {
    for (var address : node.path("status").path("addresses")) {
      if (address.path("type").asString("").equals(type)) {
        return Cells.orNone(address.path("address"));
      }
    }
    return "<none>";
  }
}
