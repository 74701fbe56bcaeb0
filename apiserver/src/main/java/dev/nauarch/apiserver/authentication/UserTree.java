package dev.nauarch.apiserver.authentication;

import dev.nauarch.apiserver.port.User;
import java.util.TreeMap;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A user as Kubernetes writes one ({@code UserInfo}). */
final class UserTree {

  private UserTree() {}

  static ObjectNode of(User user) {
    var tree = JsonNodeFactory.instance.objectNode().put("username", user.name());
    if (!user.uid().isEmpty()) {
      tree.put("uid", user.uid());
    }
    var groups = tree.putArray("groups");
    user.groups().forEach(groups::add);
    if (!user.extra().isEmpty()) {
      var extra = tree.putObject("extra");
      for (var entry : new TreeMap<>(user.extra()).entrySet()) {
        var values = extra.putArray(entry.getKey());
        entry.getValue().forEach(values::add);
      }
    }
    return tree;
  }
}
