package dev.nauarch.apiserver.authorization;

import dev.nauarch.apiserver.port.ObjectView;
import dev.nauarch.apiserver.port.User;
import dev.nauarch.apiserver.upkeep.Chore;
import dev.nauarch.apiserver.upkeep.Due;
import dev.nauarch.apiserver.upkeep.Write;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes into each aggregated cluster role the rules of the roles that it selects, so that whoever
 * reads it sees what it gives. Access itself does not wait for that.
 */
public final class RoleAggregationChore implements Chore {

  private final ObjectView view;

  /** A chore over the roles of this view. */
  public RoleAggregationChore(ObjectView view) {
    this.view = view;
  }

  @Override
  public String name() {
    return "clusterrole-aggregation-controller";
  }

  @Override
  public User user() {
    return Chore.account("clusterrole-aggregation-controller");
  }

  @Override
  public Followed followed() {
    return new Followed(RoleIndex.GROUP, "v1", "clusterroles", "");
  }

  @Override
  public boolean seesDeletions() {
    return true;
  }

  @Override
  public Due due(List<ObjectNode> objects, Instant now) {
    var all = view.list(RoleIndex.GROUP, "clusterroles", "");
    var writes = new ArrayList<Write>();
    for (var role : all) {
      if (role.has("aggregationRule") && !rules(role, all).equals(present(role))) {
        writes.add(
            new Write.Change(
                "clusterroles",
                "",
                role.path("metadata").path("name").asString(""),
                "",
                current -> {
                  if (current.has("aggregationRule")) {
                    var rules = current.putArray("rules");
                    rules(current, view.list(RoleIndex.GROUP, "clusterroles", ""))
                        .forEach(rules::add);
                  }
                  return current;
                }));
      }
    }
    return Due.now(writes);
  }

  /** The rules that a role is to have, each once, in the order of the roles that bring them. */
  private static List<JsonNode> rules(ObjectNode role, List<ObjectNode> all) {
    var name = role.path("metadata").path("name");
    var rules = new ArrayList<JsonNode>();
    for (var other : all) {
      if (other.path("metadata").path("name").equals(name) || !selects(role, other)) {
        continue;
      }
      for (var rule : other.path("rules")) {
        if (!rules.contains(rule)) {
          rules.add(rule);
        }
      }
    }
    return rules;
  }

  private static boolean selects(ObjectNode role, ObjectNode other) {
    var labels = other.path("metadata").path("labels");
    return role.path("aggregationRule")
        .path("clusterRoleSelectors")
        .valueStream()
        .anyMatch(selector -> LabelMatch.matches(selector, labels));
  }

  private static List<JsonNode> present(ObjectNode role) {
    return role.path("rules").isArray()
        ? role.path("rules").valueStream().toList()
        : JsonNodeFactory.instance.arrayNode().valueStream().toList();
  }
}
