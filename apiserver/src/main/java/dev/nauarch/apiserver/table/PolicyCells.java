package dev.nauarch.apiserver.table;

import java.util.ArrayList;
import tools.jackson.databind.node.ObjectNode;

/** What a table says of who may do what. */
final class PolicyCells {

  private PolicyCells() {}

  static String role(ObjectNode binding) {
    var role = binding.path("roleRef");
    return role.path("kind").asString("") + "/" + role.path("name").asString("");
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
}
