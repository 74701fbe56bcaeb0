package dev.nauarch.apiserver.table;

import java.util.ArrayList;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What a table says of volumes and claims. */
final class StorageCells {

  private StorageCells() {}

  /** Access modes in their short form. */
  static String accessModes(JsonNode holder) {
    var modes = new ArrayList<String>();
    for (var mode : holder.path("accessModes")) {
      modes.add(
          switch (mode.asString("")) {
            case "ReadWriteOnce" -> "RWO";
            case "ReadOnlyMany" -> "ROX";
            case "ReadWriteMany" -> "RWX";
            case "ReadWriteOncePod" -> "RWOP";
            default -> mode.asString("");
          });
    }
    return String.join(",", modes);
  }

  /** The modes of the volume that a claim has. */
  static String boundAccessModes(ObjectNode claim) {
    return isBound(claim) ? accessModes(claim.path("status")) : "";
  }

  /** The size of the volume that a claim has. */
  static String boundCapacity(ObjectNode claim) {
    return isBound(claim) ? claim.at("/status/capacity/storage").asString("") : "";
  }

  /** The claim that has a volume. */
  static String claim(ObjectNode volume) {
    var claim = volume.path("spec").path("claimRef");
    return claim.isObject()
        ? claim.path("namespace").asString("") + "/" + claim.path("name").asString("")
        : "";
  }

  private static boolean isBound(ObjectNode claim) {
    return !claim.at("/spec/volumeName").asString("").isEmpty();
  }
}
