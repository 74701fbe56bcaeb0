package dev.nauarch.apiserver.flowcontrol;

import dev.nauarch.apiserver.port.ObjectView;
import dev.nauarch.apiserver.port.User;
import dev.nauarch.apiserver.upkeep.Chore;
import dev.nauarch.apiserver.upkeep.Due;
import dev.nauarch.apiserver.upkeep.Write;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Keeps the objects that every cluster has, and says in the status of flow schemas whether their
 * priority level is there. Objects that are gone come back, mandatory ones are put right, and so
 * are suggested ones unless their annotation, or without one a change of their spec, says that
 * somebody wants them otherwise.
 */
public final class FlowChore implements Chore {

  private static final User SERVER =
      User.of("system:apiserver", List.of(User.MASTERS, User.AUTHENTICATED));

  private final ObjectView view;
  private final String plural;
  private final List<ObjectNode> kept;

  private FlowChore(ObjectView view, String plural, String kind) {
    this.view = view;
    this.plural = plural;
    this.kept =
        FlowObjects.objects().stream()
            .filter(object -> object.path("kind").asString("").equals(kind))
            .toList();
  }

  /** The chores for both kinds. */
  public static List<Chore> of(ObjectView view) {
    return List.of(
        new FlowChore(view, FlowObjects.LEVELS, "PriorityLevelConfiguration"),
        new FlowChore(view, FlowObjects.SCHEMAS, "FlowSchema"));
  }

  @Override
  public String name() {
    return "api-priority-and-fairness-" + plural;
  }

  @Override
  public User user() {
    return SERVER;
  }

  @Override
  public Followed followed() {
    return new Followed(FlowObjects.GROUP, "v1", plural, "");
  }

  @Override
  public boolean seesDeletions() {
    return true;
  }

  @Override
  public Due due(List<ObjectNode> objects, Instant now) {
    var writes = new ArrayList<Write>();
    for (var wanted : kept) {
      kept(wanted).ifPresent(writes::add);
    }
    var isOfLevels = plural.equals(FlowObjects.LEVELS);
    var schemas = isOfLevels ? view.list(FlowObjects.GROUP, FlowObjects.SCHEMAS, "") : objects;
    for (var schema : schemas) {
      status(schema, now).ifPresent(writes::add);
    }
    return Due.now(writes);
  }

  private Optional<Write> kept(ObjectNode wanted) {
    var name = FlowObjects.name(wanted);
    var found = view.find(FlowObjects.GROUP, plural, "", name);
    if (found.isEmpty()) {
      return Optional.of(new Write.Create(plural, wanted.deepCopy()));
    }
    return revised(found.get(), wanted).isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Write.Change(
                plural, "", name, "", current -> revised(current, wanted).orElse(current)));
  }

  /** What an object has to become; empty where it may stay as it is. */
  static Optional<ObjectNode> revised(ObjectNode current, ObjectNode wanted) {
    var isKept = FlowObjects.isMandatory(wanted) || isLeftToServer(current);
    var said = annotation(current);
    // The exempt level is an administrator's to size.
    var isSized =
        FlowObjects.name(wanted).equals(FlowObjects.EXEMPT) && wanted.at("/spec").has("exempt");
    var isAsWanted = isSized || current.path("spec").equals(wanted.path("spec"));
    if ((!isKept || isAsWanted) && said.equals(Optional.of(isKept))) {
      return Optional.empty();
    }
    var revised = current.deepCopy();
    revised
        .withObjectProperty("metadata")
        .withObjectProperty("annotations")
        .put(FlowObjects.AUTOUPDATE, Boolean.toString(isKept));
    if (isKept && !isAsWanted) {
      revised.set("spec", wanted.path("spec").deepCopy());
    }
    return Optional.of(revised);
  }

  private static boolean isLeftToServer(ObjectNode current) {
    return annotation(current).orElse(current.path("metadata").path("generation").asLong(0) == 1);
  }

  /** What the annotation says; empty where it is no truth value. */
  private static Optional<Boolean> annotation(ObjectNode object) {
    return switch (object
        .path("metadata")
        .path("annotations")
        .path(FlowObjects.AUTOUPDATE)
        .asString("")) {
      case "1", "t", "T", "true", "TRUE", "True" -> Optional.of(true);
      case "0", "f", "F", "false", "FALSE", "False" -> Optional.of(false);
      default -> Optional.empty();
    };
  }

  private Optional<Write> status(ObjectNode schema, Instant now) {
    var level = schema.at("/spec/priorityLevelConfiguration/name").asString("");
    var isThere = view.find(FlowObjects.GROUP, FlowObjects.LEVELS, "", level).isPresent();
    var message =
        "This FlowSchema references the PriorityLevelConfiguration object named \""
            + level
            + (isThere ? "\" and it exists" : "\" but there is no such object");
    return isSaid(schema, message)
        ? Optional.empty()
        : Optional.of(
            new Write.Change(
                FlowObjects.SCHEMAS,
                "",
                FlowObjects.name(schema),
                "status",
                current -> dangling(current, !isThere, message, now)));
  }

  private static boolean isSaid(ObjectNode schema, String message) {
    for (var condition : schema.path("status").path("conditions")) {
      if (isDangling(condition)) {
        return condition.path("message").asString("").equals(message);
      }
    }
    return false;
  }

  private static ObjectNode dangling(
      ObjectNode schema, boolean isDangling, String message, Instant now) {
    var conditions = schema.withObjectProperty("status").withArrayProperty("conditions");
    conditions.removeIf(FlowChore::isDangling);
    conditions
        .addObject()
        .put("type", "Dangling")
        .put("status", isDangling ? "True" : "False")
        .put("lastTransitionTime", now.truncatedTo(ChronoUnit.SECONDS).toString())
        .put("reason", isDangling ? "NotFound" : "Found")
        .put("message", message);
    return schema;
  }

  private static boolean isDangling(JsonNode condition) {
    return condition.path("type").asString("").equals("Dangling");
  }
}
