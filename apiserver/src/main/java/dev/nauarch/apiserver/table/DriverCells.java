package dev.nauarch.apiserver.table;

import java.util.ArrayList;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What a table says of drivers of volumes, and of migrations. */
final class DriverCells {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** The cells by name. */
  static final Map<String, Cells.Cell> CELLS = new TreeMap<>();

  static {
    flag("driverAttaches", "/spec/attachRequired", true);
    flag("driverWantsPodInfo", "/spec/podInfoOnMount", false);
    flag("driverTellsCapacity", "/spec/storageCapacity", false);
    flag("driverRepublishes", "/spec/requiresRepublish", false);
    flag("isAttached", "/status/attached", false);
    CELLS.put("driverTokens", (driver, now) -> NODES.stringNode(tokens(driver)));
    CELLS.put("driverModes", (driver, now) -> NODES.stringNode(modes(driver)));
    CELLS.put(
        "driverCount", (node, now) -> NODES.numberNode((long) node.at("/spec/drivers").size()));
    CELLS.put(
        "storageCapacity",
        (capacity, now) -> NODES.stringNode(Cells.orUnset(capacity.path("capacity"))));
    CELLS.put("migratedResource", (migration, now) -> NODES.stringNode(resource(migration)));
    CELLS.put("migrationStatus", (migration, now) -> NODES.stringNode(status(migration)));
  }

  private DriverCells() {}

  private static void flag(String name, String pointer, boolean otherwise) {
    CELLS.put(name, (object, now) -> NODES.booleanNode(object.at(pointer).asBoolean(otherwise)));
  }

  private static String tokens(ObjectNode driver) {
    var requests = driver.at("/spec/tokenRequests");
    if (!requests.isArray()) {
      return "<unset>";
    }
    var audiences = new ArrayList<String>();
    requests.forEach(request -> audiences.add(request.path("audience").asString("")));
    return String.join(",", audiences);
  }

  private static String modes(ObjectNode driver) {
    var modes = new ArrayList<String>();
    driver.at("/spec/volumeLifecycleModes").forEach(mode -> modes.add(mode.asString("")));
    return modes.isEmpty() ? "<none>" : String.join(",", modes);
  }

  private static String resource(ObjectNode migration) {
    var resource = migration.at("/spec/resource");
    var group = resource.path("group").asString("");
    var plural = resource.path("resource").asString("");
    return group.isEmpty() ? plural : plural + "." + group;
  }

  private static String status(ObjectNode migration) {
    var status = "Unknown";
    for (JsonNode condition : migration.path("status").path("conditions")) {
      var type = condition.path("type").asString("");
      boolean isKnown = type.equals("Running") || type.equals("Failed") || type.equals("Succeeded");
      if (isKnown && condition.path("status").asString("").equals("True")) {
        status = type;
      }
    }
    return status;
  }
}
